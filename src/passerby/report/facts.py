"""The summary strip, and the method behind the figures."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from passerby.charts.wording import lasting, plain, several
from passerby.contracts.event_kinds import kind_of
from passerby.contracts.events import Severity
from passerby.contracts.results import Summary
from passerby.report.incidents import Incident


@dataclass(frozen=True, slots=True)
class Fact:
    """A figure with its name, a note, and a link to a place on the page."""

    name: str
    value: str
    note: str = ""
    link: str = ""


@dataclass(frozen=True, slots=True)
class KindCount:
    """The number of events of a kind."""

    title: str
    number: str


@dataclass(frozen=True, slots=True)
class StageRow:
    """One stage's times as text, and its mean as a percentage of the slowest."""

    name: str
    mean: str
    p95: str
    share: float


def strip(summary: Summary, found: Sequence[Incident]) -> tuple[Fact, ...]:
    """Return the figures at the top of the page."""
    alarms = sum(i.severity is Severity.ALARM for i in found)
    warnings = sum(i.severity is Severity.WARNING for i in found)
    look = f"{several(alarms, 'alarm', 'alarms')}, {several(warnings, 'warning', 'warnings')}"
    return (
        Fact("Length", lasting(summary.seconds), _length_note(summary)),
        Fact("People at once", plain(summary.people_max, 0), "maximum"),
        Fact("Events", plain(sum(summary.events.values()), 0)),
        Fact(
            "Need attention",
            plain(alarms + warnings, 0),
            look if found else "no events",
            "#look" if alarms + warnings else "",
        ),
    )


def _length_note(summary: Summary) -> str:
    frames = several(summary.frames, "frame", "frames")
    if summary.stopped_at_s is None:
        return frames
    return f"{frames}, stopped" + (
        f"; the recording lasts {lasting(summary.recording_s)}" if summary.recording_s else ""
    )


def kind_counts(summary: Summary) -> tuple[KindCount, ...]:
    """Return events by kind, the most frequent first."""
    ranked = sorted(summary.events.items(), key=lambda item: (-item[1], item[0]))
    return tuple(KindCount(kind_of(k).title, plain(n, 0)) for k, n in ranked if n)


def making(summary: Summary) -> tuple[Fact, ...]:
    """Return the detector, its runtime, and the quality of the calibration."""
    model, (width, height) = summary.model, summary.picture_wh
    rms = summary.calibration_rms_cm
    return (
        Fact("Model", model.name, f"SHA-256 {model.sha256}"),
        Fact("Runtime", model.runtime, f"input {model.input_wh[0]} × {model.input_wh[1]} px"),
        Fact("Score threshold", plain(model.score, 3), "lowest score that starts a track"),
        Fact("Picture", f"{width} × {height} px", _time_note(summary)),
        Fact("Frames", _frames(summary), _pace(summary)),
        Fact("Calibration", "none" if rms is None else f"{plain(rms, 1)} cm", _calibration_note(rms)),
        Fact("Redaction", summary.redaction, "for every picture on this page and every stored frame"),
        Fact("Program", f"passerby {summary.version}"),
    )


def losses(summary: Summary) -> tuple[Fact, ...]:
    """Return every kind of loss with its count, also those with 0."""
    return tuple(Fact(name.replace("_", " "), plain(number, 0)) for name, number in summary.lost.items())


def stages(summary: Summary) -> tuple[StageRow, ...]:
    """Return time per frame by stage, in processing order."""
    slowest = max((s.mean_ms for s in summary.stages), default=0.0) or 1.0
    return tuple(
        StageRow(s.stage, plain(s.mean_ms, 2), plain(s.p95_ms, 2), round(100 * s.mean_ms / slowest, 1))
        for s in summary.stages
    )


def _time_note(summary: Summary) -> str:
    if summary.time_is_assumed:
        return "the recording has no times; an assumed frame rate is used"
    return "times are the recording's own"


def _frames(summary: Summary) -> str:
    return f"{plain(summary.frames_analysed, 0)} of {plain(summary.frames, 0)} analysed"


def _pace(summary: Summary) -> str:
    written = f"{plain(summary.frames_written, 0)} written, took {lasting(summary.wall_s)}"
    if summary.wall_s <= 0 or summary.seconds <= 0:
        return written
    return f"{written}, {plain(summary.seconds / summary.wall_s, 1)} times real time"


def _calibration_note(rms_cm: float | None) -> str:
    if rms_cm is None:
        return "no metres, speeds or densities"
    return "root mean square distance of the surveyed points from the fit"
