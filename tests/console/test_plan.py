from __future__ import annotations

import pytest

from passerby.console.plan import plans
from passerby.console.ports import FloorPlan, PlanZone
from passerby.console.unit_state import PlaceNow
from support.alarmed import raise_alarm
from support.consoles import ConsoleStage, StubStatus

SQUARE = PlanZone("platform", ((0.0, 0.0), (4.0, 0.0), (4.0, 8.0), (0.0, 8.0)))
PLAN = FloorPlan((SQUARE,), ((1.0, 2.0), (3.0, 4.0)), is_metres=True)


def status() -> StubStatus:
    return StubStatus(plans={"platform-1": PLAN, "hall": FloorPlan((), (), is_metres=False)})


def test_a_zone_has_its_level_and_the_plan_fits_around_it() -> None:
    place = PlaceNow("platform-1", "platform", "3.2", "0.40", "C", is_crowded=False)
    (drawn,) = plans(status(), [place], [])
    assert drawn.box == "-0.48 -0.48 4.96 8.96"
    (zone,) = drawn.zones
    assert (zone.points, zone.at, zone.level) == ("0.0,0.0 4.0,0.0 4.0,8.0 0.0,8.0", (2.0, 4.0), "C")
    assert drawn.dots == ()


def test_people_are_dots_in_the_camera_of_an_open_alarm_only() -> None:
    assert plans(status(), [], ["platform-1"])[0].dots == PLAN.dots
    assert plans(status(), [], ["hall"])[0].dots == ()


@pytest.mark.parametrize(
    ("role", "is_open", "dots"), [("operator", True, 2), ("viewer", True, 0), ("operator", False, 0)]
)
def test_only_people_who_may_watch_live_see_them(stage: ConsoleStage, role: str, is_open: bool, dots: int) -> None:
    stage.status.plans["platform-1"] = PLAN
    raise_alarm(stage.store, stage.folder, "fast", ended=not is_open)
    page = stage.logged_in(role).get("/now/state").text
    assert page.count('class="dot"') == dots
    assert "Plan of the zones of platform-1" in page
