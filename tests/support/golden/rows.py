"""What one camera's loop gave, as rounded rows: one JSON object a frame, the form in which it is recorded.

Numbers that are only names (tracks, incidents, things) count from 1 in the order in which they appear.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

from passerby.contracts.events import Account, CameraHealth, Event, EvidenceFile, LineSample, Measure, ZoneSample
from passerby.contracts.people import GroundTracks, Hit, Tracks
from passerby.contracts.ports import Report
from passerby.contracts.scene import StillObjects
from support.wired import FrameOutputs

Row = dict[str, Any]
U8 = NDArray[np.uint8]
END = "end"
# Pictures are compared as the mean colours of so many parts.
PARTS_WH = (8, 5)
# Means of the raw picture, and in between only the number of known blocks, not which they are.
INPUT_EVERY_S, KNOWN_MAP_EVERY_S = 1.0, 2.0


class Names:
    """Gives numbers from 1 to whatever appears."""

    def __init__(self) -> None:
        self._given: dict[tuple[str, object], int] = {}
        self._count: dict[str, int] = {}

    def of(self, kind: str, key: object) -> int:
        """Return the number of `key` among its kind."""
        if (kind, key) not in self._given:
            self._count[kind] = self._count.get(kind, 0) + 1
            self._given[kind, key] = self._count[kind]
        return self._given[kind, key]


def frame_rows(outputs: Iterable[FrameOutputs], inputs: Mapping[float, str]) -> list[Row]:
    """Return one row per frame, gap and end. inputs: `parts` of the raw pictures, by time."""
    names, session, rows = Names(), 0, list[Row]()
    for given in outputs:
        session += bool(given.gap)
        rows.append(_without_nothing(_row(given, inputs, names, session)))
    return rows


def second_rows(outputs: Sequence[FrameOutputs]) -> list[Row]:
    """Return one row per second: mean people, the last picture, and events. For boxes that differ by machine."""
    names, seconds = Names(), dict[Any, list[FrameOutputs]]()
    for given in outputs:
        seconds.setdefault(END if given.at_s is None else int(given.at_s), []).append(given)
    rows = []
    for second, frames in seconds.items():
        events = [event_row(event, names) for frame in frames for event in frame.events]
        row: Row = {"t": second, "events": [{k: v for k, v in e.items() if k != "people"} for e in events]}
        if second != END:
            people = [
                int((f.tracks.confirmed & ~f.tracks.predicted).sum()) for f in frames if f.tracks is not None
            ]
            row |= {"people": round(float(np.mean(people)), 2), "covered": round(frames[-1].covered, 2)}
        if frames[-1].shown is not None:
            row["shown"] = parts(frames[-1].shown)
        rows.append(_without_nothing(row))
    return rows


def _row(given: FrameOutputs, inputs: Mapping[float, str], names: Names, session: int) -> Row:
    row: Row = {"t": END if given.at_s is None else round(given.at_s, 3), "gap": given.gap}
    if given.at_s in inputs and not given.gap and given.at_s % INPUT_EVERY_S == 0:
        row["input"] = inputs[given.at_s]
    if given.tracks is not None and given.ground is not None:
        row |= _people(given.tracks, given.ground, names, session)
        row["trains"] = [
            {"track": t.track, "there": t.is_there, "since": round(t.since.s, 3), "departures": t.departures}
            for t in given.trains
        ]
        row["still"] = _things(given.objects, names)
    if given.known is not None and given.differs is not None:
        row["known"] = int(given.known.sum())
        if given.at_s is not None and given.at_s % KNOWN_MAP_EVERY_S == 0:
            row["unknown"] = runs(~given.known)
        row["foreground"] = runs(given.differs)
    row["hits"] = [_hit(hit, names, session) for hit in given.hits]
    row["events"] = [event_row(event, names) for event in given.events]
    row["samples"] = [_report(report, names) for report in given.reports]
    if given.shown is not None:
        row |= {"shown": parts(given.shown), "covered": round(given.covered, 3)}
    return row


def parts(picture: U8) -> str:
    """Return the mean colours of a picture's parts, row by row: blue, green, red, two hexadecimal digits each."""
    return np.asarray(cv2.resize(picture, PARTS_WH, interpolation=cv2.INTER_AREA), np.uint8).tobytes().hex()


def runs(blocks: NDArray[np.bool_]) -> str:
    """Return the blocks that are set, as `ROW:FIRST-LAST,FIRST-LAST`."""
    return " ".join(f"{y}:{_runs(row)}" for y, row in enumerate(blocks) if row.any())


def _runs(row: NDArray[np.bool_]) -> str:
    edges = np.flatnonzero(np.diff(np.concatenate([[False], row, [False]])))
    return ",".join(f"{a}-{b - 1}" for a, b in zip(edges[::2], edges[1::2], strict=True))


def _people(tracks: Tracks, ground: GroundTracks, names: Names, session: int) -> Row:
    rows = [
        {
            "id": names.of("track", (session, int(tracks.id[k]))),
            "box": _rounded(tracks.xyxy_px[k], 1),
            "state": ("confirmed" if tracks.confirmed[k] else "tentative")
            + " predicted" * bool(tracks.predicted[k]),
            "floor": _rounded([*ground.pos_m[k], ground.pos_sd_m[k]], 2) if ground.on_floor[k] else None,
            "velocity": _rounded([*ground.vel_mps[k], ground.speed_sd_mps[k]], 2),
        }
        for k in range(len(tracks))
    ]
    removed = [names.of("track", (session, int(number))) for number in tracks.removed]
    return {"tracks": [_without_nothing(row) for row in rows], "removed": removed}


def _things(objects: StillObjects, names: Names) -> list[Row]:
    columns = zip(objects.id.tolist(), objects.xyxy_px, objects.still_s.tolist(), strict=True)
    return [{"id": names.of("thing", n), "box": _rounded(box, 1), "for": round(s, 2)} for n, box, s in columns]


def _hit(hit: Hit, names: Names, session: int) -> Row:
    number = hit.subject.track
    about = None
    if number is not None:
        about = names.of("track", (session, number)) if number >= 0 else -names.of("thing", -1 - number)
    row = {"rule": hit.rule, "kind": hit.kind, "place": hit.place, "about": about, "people": hit.people}
    return _without_nothing({**row, "began": round(hit.began_s, 3), "measures": measures(hit.measures)})


def event_row(event: Event, names: Names) -> Row:
    """Return an event without its id and its checksums."""
    return _without_nothing(
        {
            "incident": names.of("incident", event.id),
            "seq": event.seq,
            "phase": event.phase.value,
            "kind": event.kind,
            "place": event.place,
            "began": event.began_s,
            "at": event.at_s,
            "people": event.people,
            "severity": event.severity.value,
            "measures": measures(event.measures),
            "evidence": None if event.evidence is None else f"still, {event.evidence.redaction}",
        }
    )


def measures(given: Sequence[Measure]) -> dict[str, Any]:
    """Return measures as name: value, or name: [value, sd]."""
    return {m.name: _value(m.value) if m.sd is None else [_value(m.value), _value(m.sd)] for m in given}


def _report(report: Report, names: Names) -> Row:
    kind = type(report).__name__
    match report:
        case ZoneSample():
            fields = [
                "zone",
                "from_s",
                "window_s",
                "count_mean",
                "count_max",
                "density_per_m2",
                "entries",
                "exits",
            ]
            fields += ["coverage", "resolved", "level", "trend_per_m2_min", "is_lower_bound"]
        case LineSample():
            fields = ["line", "from_s", "window_s", "in_", "out", "coverage"]
        case CameraHealth():
            fields = ["from_s", "window_s", "state", "fps", "dropped", "decode_errors"]
        case Account():
            fields = ["frames_in", "frames_out", "video_frames", "stills", "clips", "lost"]
        case EvidenceFile():
            return {"report": kind, "kind": report.kind, "incident": names.of("incident", report.event)}
        case _:
            fields = []
    return {"report": kind} | {name: _value(getattr(report, name)) for name in fields}


def _value(value: Any) -> Any:
    return round(value, 3) if isinstance(value, float) else value


def _rounded(values: Iterable[float], digits: int) -> list[float] | None:
    """Return rounded numbers; None where one of them is not known."""
    numbers = [round(float(value), digits) + 0.0 for value in values]
    return numbers if np.isfinite(numbers).all() else None


def _without_nothing(row: Row) -> Row:
    return {name: value for name, value in row.items() if value not in (None, "", [], {})}
