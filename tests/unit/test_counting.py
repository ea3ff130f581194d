"""The flows and the occupancy that counting adds to the records that pass."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from passerby.contracts.config import Camera, Line, Zone
from passerby.contracts.errors import UsageError
from passerby.contracts.events import FlowSample, LineSample, OccupancySample, ZoneSample
from passerby.contracts.occupancy import Occupancy
from passerby.contracts.ports import Record
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


GATE = CAMERA.lines[0]
DOOR = Line(name="door", from_px=(0, 0), to_px=(5, 5))
BOTH = CAMERA.model_copy(update={"lines": (GATE, DOOR)})
B = CAMERA.model_copy(update={"name": "b"})
OF_BOTH = Occupancy.model_validate(
    {"name": "hall", "lines": [{"camera": "a", "line": "gate"}, {"camera": "b", "line": "gate"}]}
)


def after(kept: Kept, cameras: tuple[Camera, ...], places: tuple[Occupancy, ...] = ()) -> list[tuple[str, int]]:
    """Exchange the configuration; return the name and the people of each sample that it ends."""
    ended = kept.counting.update(cameras, places)()
    kept.records += ended
    return [(f"{s.camera} {s.line} {s.direction}", s.people) for s in ended if isinstance(s, FlowSample)] + [
        (s.place, s.people) for s in ended if isinstance(s, OccupancySample)
    ]


@pytest.mark.parametrize(
    ("cameras", "ended", "why"),
    [
        ((CAMERA, B), [], "the camera is as before"),
        ((CAMERA,), [], "another camera was removed"),
        ((BOTH, B), [("a gate in", 2), ("a gate out", 0)], "its camera is restarted, which begins a quarter hour"),
        ((B,), [("a gate in", 2), ("a gate out", 0)], "its camera was removed"),
        ((CAMERA.model_copy(update={"lines": ()}), B), [("a gate in", 2), ("a gate out", 0)], "it was removed"),
    ],
)
def test_an_exchange_ends_the_quarter_hours_of_changed_lines(
    cameras: tuple[Camera, ...], ended: list[tuple[str, int]], why: str
) -> None:
    kept = Kept((CAMERA, B))
    kept.put(line(0, 2))
    assert after(kept, cameras) == ended, why
    kept.put(line(1, 3))  # also a late one of a camera that was removed
    kept.close()
    known = any(GATE in camera.lines for camera in cameras if camera.name == "a")
    flows = [f.people for f in kept.made(FlowSample) if isinstance(f, FlowSample) and f.direction == "in"]
    assert sum(flows) == (5 if known else 2)
    assert len(kept.counting._meters.flows) == 0


def test_a_place_continues_while_its_lines_are_there() -> None:
    kept = Kept((CAMERA, B), (OF_BOTH,))
    kept.put(line(0, 7))
    kept.put(LineSample("b", "gate", 0.0, None, 60.0, 0, 1, 1.0))
    assert after(kept, (BOTH, B), (OF_BOTH,)) == [("a gate in", 7), ("a gate out", 0)]
    kept.put(line(1, 1))
    assert after(kept, (BOTH,), (OF_BOTH,)) == [("b gate in", 0), ("b gate out", 1), ("hall", 7)]
    kept.put(line(2, 1))
    assert [s.people for s in kept.made(OccupancySample) if isinstance(s, OccupancySample)] == [6, 7]


def test_a_place_uses_the_new_errors_of_its_lines(tmp_path: Path) -> None:
    path = tmp_path / "counts-error.json"
    path.write_text(json.dumps({"gate": {d: {"ratio": 0.95, "sd": 0.01, "n": 500} for d in ("in", "out")}}))
    kept = Kept((CAMERA,), (PLACE,))
    kept.put(line(0, 95))
    after(kept, (CAMERA.model_copy(update={"counts_error": str(path)}),), (PLACE,))
    kept.put(line(1, 0))
    first, second = (s for s in kept.made(OccupancySample) if isinstance(s, OccupancySample))
    assert (first.people, second.people) == (95, 95), "the people remain"
    assert first.low is None
    assert second.low is not None
    assert second.low < 100


def test_a_refused_exchange_changes_nothing(tmp_path: Path) -> None:
    kept = Kept((CAMERA,))
    kept.put(line(0, 2))
    with pytest.raises(UsageError, match="cannot be read"):
        kept.counting.update((CAMERA.model_copy(update={"counts_error": str(tmp_path / "no.json")}),))
    kept.put(line(1, 3))
    kept.close()
    assert [f.people for f in kept.made(FlowSample) if isinstance(f, FlowSample)] == [5, 0]
