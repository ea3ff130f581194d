"""The complete page."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import cache

from jinja2 import Environment, PackageLoader, StrictUndefined, Template

from passerby.charts.crowding import strips
from passerby.charts.heatmap import levels
from passerby.charts.signs import sign
from passerby.charts.style import stylesheet
from passerby.charts.svg import html
from passerby.charts.timeline import TimelineMark, timeline
from passerby.charts.wording import clock, lasting, plain
from passerby.contracts.event_kinds import kind_of
from passerby.contracts.events import Event, Severity
from passerby.contracts.results import History, Summary
from passerby.report import facts, figures
from passerby.report.cards import anchor, event_list, jpeg_uri
from passerby.report.incidents import Incident, incidents
from passerby.report.links import NO_LINKS, EventLinks
from passerby.report.wording import place_of, stopped_words

SEVERITIES = ((Severity.ALARM, "alarm"), (Severity.WARNING, "warning"), (Severity.INFO, "for information"))


def render_report(
    summary: Summary,
    history: History,
    events: Sequence[Event],
    stills: Mapping[str, bytes],
    background_jpeg: bytes | None,
    links: Mapping[str, EventLinks] = NO_LINKS,
) -> str:
    """Return one self-contained HTML page: no script, no external address.

    stills: EvidenceRef.still to JPEG bytes; background_jpeg: a picture of the camera's view; links: by event id.
    Both kinds of picture must be redacted: this package cannot redact and does not examine them.
    The text can always be encoded as UTF-8.
    """
    found = incidents(events)
    seconds = figures.seconds_shown(summary, history)
    listed = event_list(found, stills, links)
    linked = {card.anchor for card in (*listed.look, *listed.note, *listed.rows)}
    page = page_template().render(
        chart_style=stylesheet(),
        summary=summary,
        source=place_of(summary.source),
        stopped=stopped_words(summary),
        strip=facts.strip(summary, found),
        kinds=facts.kind_counts(summary),
        timeline=_timeline(found, linked, seconds),
        signs=[(name, html(sign(severity))) for severity, name in SEVERITIES],
        picture=figures.picture_figure(history, seconds),
        bucket=lasting(history.bucket_s),
        zones=figures.zone_figures(history, seconds),
        lines=figures.line_figures(history, seconds),
        quarters=figures.quarter_figures(history, seconds),
        places=figures.place_figures(history),
        strips=strips(history.windows),
        heat=figures.heat_figure(
            history, summary.picture_wh, jpeg_uri(background_jpeg) if background_jpeg else None
        ),
        heat_levels=[plain(edge, 6) for edge in levels(history.heat)],
        redacted_ground=background_jpeg is not None,
        speeds=figures.speed_figure(history),
        events=listed,
        linked=any(link.named() for link in links.values()),
        making=facts.making(summary),
        stages=facts.stages(summary),
        losses=facts.losses(summary),
    )
    return page.encode("utf-8", "replace").decode("utf-8")  # file names may hold bytes that are no text


def _timeline(found: Sequence[Incident], linked: set[str], seconds: float) -> str | None:
    marks = [_mark(incident, anchor(incident) in linked, seconds) for incident in found]
    return html(timeline(marks, seconds)) if marks else None


def _mark(incident: Incident, has_card: bool, seconds: float) -> TimelineMark:
    title = kind_of(incident.kind).title
    return TimelineMark(
        lane=title,
        severity=incident.severity,
        from_s=incident.began_s,
        to_s=None if incident.moment else seconds if incident.ended_s is None else incident.ended_s,
        title=f"{clock(incident.began_s)} {title} {incident.place}".rstrip(),
        href=f"#{anchor(incident)}" if has_card else None,
    )


@cache
def page_template() -> Template:
    """Return the template of the page; compiling it takes a quarter of a second, once for each process."""
    pages = PackageLoader("passerby.report", "pages")
    env = Environment(
        loader=pages, autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True
    )
    return env.get_template("report.html.j2")
