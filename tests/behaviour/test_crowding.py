"""Too many people, for long enough, until there are clearly fewer."""

from __future__ import annotations

import numpy as np
import pytest

from passerby.behaviour.crowding import Crowding
from passerby.contracts.calibration_settings import Calibration
from passerby.contracts.config import Zone
from passerby.contracts.errors import CalibrationError
from passerby.contracts.people import GroundTracks
from passerby.contracts.rules import CrowdingRule
from passerby.ground.calibration.calibrate import from_mounting
from passerby.ground.geometry.places import Area
from passerby.ground.visibility.open_floor import OpenFloor
from support.rows import Spot, area, frame, px, scene

RULE = CrowdingRule(kind="crowding", zone="z", people=5, hold_s=2.0, clear_ratio=0.8)


def reports_of(counts: list[int], rule: CrowdingRule = RULE) -> list[int]:
    """People in the zone, one frame a second; which seconds tell. Nobody needs to settle at that rate."""
    watcher, reported = Crowding(0, rule, area()), []
    before = 0
    for second, count in enumerate(counts):
        people = {k: (0.5 + k * 0.2, 2.0) for k in range(count)}
        reported += [second] * len(watcher.step(scene(second, people, removed=range(count, before))))
        before = count
    return reported


# People are there once they were seen for 0.5 s: with one frame a second, from the second frame on.
CASES = [
    ([4] * 9, [], "four are fine"),
    ([5] * 6, [3, 4, 5], "five for two seconds"),
    ([5, 5, 5, 3, 5, 5, 5], [], "not if they were fewer in between"),
    ([5, 5, 5, 5, 4, 4, 4], [3, 4, 5, 6], "four, 80 % of five, is not over yet"),
    ([5, 5, 5, 5, 3, 4, 4], [3], "three is, and four is no new one"),
    ([6, 6, 6, 6], [3], "more than enough"),
    ([], [], "an empty run"),
]


@pytest.mark.parametrize(("counts", "reported", "why"), CASES)
def test_when_it_is_reported(counts: list[int], reported: list[int], why: str) -> None:
    assert reports_of(counts) == reported, why


def test_a_hit_is_about_the_zone_and_not_about_anybody() -> None:
    watcher = Crowding(4, RULE.model_copy(update={"hold_s": 0.0}), area())
    people = {k: (0.5 + k * 0.2, 2.0) for k in range(6)}
    hits = [h for second in range(3) for h in watcher.step(scene(second, people))]
    assert (hits[-1].rule, hits[-1].people, hits[-1].began_s) == (4, 6, 1.0)
    assert hits[-1].subject.track is None
    assert hits[-1].subject.foot_px is None
    assert [m.name for m in hits[-1].measures] == ["people"], "without a floor there is no density"


def _paved() -> Area:
    plane = from_mounting(Calibration(height_m=5, tilt_deg=90, focal_px=500), (1280, 2000))
    return Area.of(
        Zone(name="z", polygon_px=tuple(px(c) for c in ((0, 0), (4, 0), (4, 4), (0, 4)))), plane.exact()
    )


def test_a_density_is_people_over_the_zones_square_metres() -> None:
    """The zone is 400 by 400 px, of which 100 are a metre: 16 m². 0.25 people/m² are four people."""
    zone = _paved()
    assert zone.area_m2 == pytest.approx(16.0)
    watcher = Crowding(0, CrowdingRule(kind="crowding", zone="z", density_per_m2=0.25, hold_s=0), zone)
    three = {k: (0.5 + k * 0.5, 2.0) for k in range(3)}
    assert [watcher.step(scene(second, three)) for second in range(3)] == [[]] * 3
    four = three | {9: (3.0, 3.0)}
    hits = [h for second in range(3, 6) for h in watcher.step(scene(second, four))]
    assert [(m.name, m.value, m.unit) for m in hits[-1].measures][1] == ("density", 0.25, "person/m2")


def test_a_density_without_square_metres_is_refused() -> None:
    rule = CrowdingRule(kind="crowding", zone="z", density_per_m2=1.0)
    with pytest.raises(
        CalibrationError, match="zone 'z': a density needs a calibration that covers the whole zone"
    ):
        Crowding(0, rule, area())


class Shown(OpenFloor):
    """A floor of which a given share is open, whoever stands there."""

    def __init__(self, share: float) -> None:
        self._share = share

    def share(self, ground: GroundTracks) -> float:
        return self._share


PAIR = {0: (1.0, 1.0), 1: (1.1, 1.2)}


@pytest.mark.parametrize(
    ("people", "open_share", "estimated", "why"),
    [
        (PAIR, 0.8, 2, "2.5 rounds to the even number"),
        (PAIR, 0.55, 4, "of nearly four one in two is seen"),
        (PAIR, 0.1, 4, "never more than twice as many as are seen"),
        ({0: (1.0, 1.0), 1: (3.0, 1.0)}, 0.5, None, "nobody hides anybody: those seen are all"),
    ],
)
def test_people_who_hide_each_other_are_estimated(
    people: dict[int, Spot], open_share: float, estimated: int | None, why: str
) -> None:
    rule = RULE.model_copy(update={"hold_s": 0.0, "people": 2})
    watcher = Crowding(0, rule, area(), Shown(open_share))
    hits = [hit for second in range(3) for hit in watcher.step(scene(second, people))]
    measures = {measure.name: measure.value for measure in hits[-1].measures}
    assert (measures["people"], measures.get("estimated"), hits[-1].people) == (2, estimated, 2), why
    assert ("lower_bound" in measures) == (estimated is not None)


def test_the_threshold_is_for_the_estimate() -> None:
    watcher = Crowding(0, RULE.model_copy(update={"hold_s": 0.0, "people": 4}), area(), Shown(0.5))
    assert any(watcher.step(scene(second, PAIR)) for second in range(3))


def test_a_gap_starts_anew() -> None:
    watcher = Crowding(0, RULE, area())
    people = {k: (0.5 + k * 0.2, 2.0) for k in range(6)}
    for second in range(3):
        watcher.step(scene(second, people))
    assert len(watcher) == 6
    watcher.reset()
    assert len(watcher) == 0
    assert watcher.step(scene(3, people)) == []
    assert np.isnan(frame(3, people).pos_m).all()
