"""The flows and the occupancy that counting adds to the records that pass."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from passerby.contracts.config import Camera, Line, Zone
from passerby.contracts.errors import UsageError
from passerby.contracts.events import FlowSample, LineSample, OccupancySample, ZoneSample
from passerby.contracts.ports import Record
from passerby.contracts.settings import Occupancy
from passerby.unit.counting import Counting
from support.stored import EVENT

CAMERA = Camera(
    name="a",
    source="a.mp4",
    lines=(Line(name="gate", from_px=(0, 0), to_px=(9, 9)),),
    zones=(Zone(name="z", polygon_px=((0, 0), (9, 0), (9, 9))),),
)
PLACE = Occupancy.model_validate({"name": "hall", "lines": [{"camera": "a", "line": "gate"}]})
ELSEWHERE = Occupancy.model_validate({"name": "far", "lines": [{"camera": "b", "line": "gate"}]})


class Kept:
    """What came out of the counting, in order."""

    def __init__(self, cameras: tuple[Camera, ...], places: tuple[Occupancy, ...] = ()) -> None:
        self.counting = Counting(cameras, places)
        self.records: list[Record] = []

    def put(self, record: Record) -> None:
        self.records += self.counting.of(record)

    def close(self) -> None:
        self.records += self.counting.close()

    def made(self, kind: type[Record]) -> list[Record]:
        return [r for r in self.records if isinstance(r, kind)]


def line(k: int, in_: int) -> LineSample:
    return LineSample("a", "gate", 60.0 * k, None, 60.0, in_, 0, 1.0)


def test_everything_passes_and_flows_and_places_are_added() -> None:
    kept = Kept((CAMERA,), (PLACE, ELSEWHERE))
    kept.put(EVENT)
    zone = ZoneSample("a", "z", 0.0, None, 60.0, 0.0, 0, None, 0, 0, 1.0)
    kept.put(zone)
    for k in range(16):
        kept.put(line(k, 2))
    kept.close()
    assert kept.records[:2] == [EVENT, zone]
    flows = [f for f in kept.made(FlowSample) if isinstance(f, FlowSample)]
    assert [(f.direction, f.people) for f in flows] == [("in", 30), ("out", 0), ("in", 2), ("out", 0)]
    places = [p for p in kept.made(OccupancySample) if isinstance(p, OccupancySample)]
    assert [p.people for p in places] == [2 * (k + 1) for k in range(16)]
    assert {p.place for p in places} == {"hall"}, "the other place's lines are not seen by this camera"


def test_errors_come_from_the_cameras_file(tmp_path: Path) -> None:
    path = tmp_path / "counts-error.json"
    path.write_text(json.dumps({"gate": {"in": {"ratio": 0.95, "sd": 0.01, "n": 500}}}))
    kept = Kept((CAMERA.model_copy(update={"counts_error": str(path)}),))
    kept.put(line(0, 95))
    kept.close()
    into, out = (f for f in kept.made(FlowSample) if isinstance(f, FlowSample))
    assert into.low is not None
    assert into.high is not None
    assert into.low < 100 < into.high
    assert out.low is None


def test_a_file_that_is_missing_is_said_before_anything_is_counted(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="cannot be read"):
        Counting((CAMERA.model_copy(update={"counts_error": str(tmp_path / "no.json")}),))


def test_a_changed_line_goes_on_and_a_new_one_begins() -> None:
    kept = Kept((CAMERA,))
    kept.put(line(0, 2))
    more = CAMERA.model_copy(update={"lines": (*CAMERA.lines, Line(name="door", from_px=(0, 0), to_px=(5, 5)))})
    kept.counting.update((more,))
    kept.put(line(1, 3))
    kept.put(LineSample("a", "door", 60.0, None, 60.0, 7, 0, 1.0))
    kept.close()
    flows = [f for f in kept.made(FlowSample) if isinstance(f, FlowSample)]
    assert {(f.line, f.direction, f.people) for f in flows if f.people} == {("gate", "in", 5), ("door", "in", 7)}
