"""What an alarm is about, in words that a person understands without a manual."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from passerby.charts.wording import measured, several
from passerby.contracts.alarms import FLOOD, Alarm
from passerby.contracts.event_kinds import kind_of
from passerby.contracts.events import Measure
from passerby.translation.current import gettext as _
from passerby.translation.current import marked, ngettext

Measures = Mapping[str, Measure]


@dataclass(frozen=True, slots=True)
class ReasonWords:
    """The words of a kind. pieces: name of a measure, and words with {} for its value; those measured are joined.

    otherwise: without any of them. before: begins the sentence. counts_people: it begins with their number.
    """

    pieces: tuple[tuple[str, str], ...]
    otherwise: str
    before: str = ""
    counts_people: bool = False


_WORDS = {
    "fast_movement": ReasonWords(
        (("speed", marked("moving {}")), ("travel", marked("over {}"))), marked("moving fast")
    ),
    "loitering": ReasonWords(
        (("dwell", marked("there for {}")), ("trains_missed", marked("{} trains missed"))),
        marked("waiting long"),
        counts_people=True,
    ),
    "intrusion": ReasonWords((("inside", marked("inside for {}")),), marked("inside"), counts_people=True),
    "crowding": ReasonWords(
        (
            ("estimated", marked("about {}")),
            ("people", marked("{} seen")),
            ("density", "{}"),
            ("level", marked("level {}")),
        ),
        marked("many people"),
        marked("crowded: "),
    ),
    "queue": ReasonWords(
        (("people", "{}"), ("length", marked("{} long")), ("wait", marked("{} to wait"))),
        marked("many people"),
        marked("queue: "),
    ),
    "may_need_help": ReasonWords(
        (("reason", "{}"), ("dwell", marked("{} at the edge")), ("turns", marked("turned back {} times"))),
        marked("at the edge"),
    ),
    "fall": ReasonWords((("lying", marked("lying for {}")),), marked("fallen"), counts_people=True),
    "left_object": ReasonWords(
        (("still", marked("object without owner for {}")),), marked("object without owner")
    ),
    "counter_flow": ReasonWords(
        (("travel", marked("{} against the flow")),), marked("against the flow"), counts_people=True
    ),
}


def title(kind: str) -> str:
    """Return the name of a kind for people."""
    if kind == FLOOD:
        return _("Many alarms at once")
    return _(kind_of(kind).title) if kind else _("Alarm")


def reason(alarm: Alarm, people: int, measures: Measures) -> str:
    """Return one sentence without its full stop: what was measured, and where. people: most at once."""
    words = _words(alarm, people, measures)
    # An address is shown as it is.
    said = words if "://" in words.partition(" ")[0] else words[:1].upper() + words[1:]
    return _("%(said)s in %(place)s", said=said, place=alarm.place) if alarm.place else said


def _words(alarm: Alarm, people: int, measures: Measures) -> str:
    if alarm.kind == FLOOD:
        return ngettext("%(num)s incident of several kinds", "%(num)s incidents of several kinds", alarm.incidents)
    if kind_of(alarm.kind).of_state:
        return _state_words(measures)
    known = _WORDS.get(alarm.kind)
    if known is None:
        values = ", ".join(f"{_(name.replace('_', ' '))} {measured(one)}" for name, one in measures.items())
        return f"{title(alarm.kind)}: {values}" if values else title(alarm.kind)
    said = ", ".join(
        _(text).replace("{}", measured(measures[name])) for name, text in known.pieces if name in measures
    )
    count = several(max(1, people), "person", "people") + " " if known.counts_people else ""
    return _(known.before) + count + (said or _(known.otherwise))


def _state_words(measures: Measures) -> str:
    """Return why a camera or the unit is not well; the title says what it is."""
    if "why" in measures:
        return str(measures["why"].value)
    if "duration" in measures:
        return _("lasted %(time)s", time=measured(measures["duration"]))
    if "rate_share" in measures:
        return _rate_words(measures["rate_share"].value)
    return _("still lasts")


def _rate_words(share: float | str) -> str:
    """Return the effect of too little processor time. A camera with a rule of alarm severity keeps its rate."""
    percent = round(100 * float(share))
    if percent >= 100:
        return _("all pictures are analysed, but late")
    return _("%(percent)s %% of the configured pictures are analysed", percent=percent)
