"""The page of the fleet: units, a rollout and its undoing, and which role may do what."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from support.centres import LINES, CentreStage
from support.fleet_centres import FleetUnitSide
from support.fleets import LINE

SETTINGS = f"{{unit: {{cameras: {{Hall 1: {{lines: [{LINE}]}}}}}}}}"


def settings(*stations: str) -> str:
    return "\n".join(SETTINGS.replace("unit", f"unit-{one.lower()}", 1)[1:-1] for one in stations)


@pytest.fixture
def fleet(room: CentreStage, tmp_path: Path) -> dict[str, FleetUnitSide]:
    """The units of all stations but Harbour have joined."""
    for name in LINES:
        room.fleet.add(f"unit-{name.lower()}", name)
    return {
        name: room.fleet.join(f"unit-{name.lower()}", name, tmp_path / name) for name in LINES if name != "Harbour"
    }


def test_an_engineer_rolls_a_configuration_out_and_takes_it_back(
    room: CentreStage, fleet: dict[str, FleetUnitSide]
) -> None:
    engineer = room.person("engineer", "traffic_centre", "*")
    form = {"settings": settings("Riverside", "Mill"), "canaries": ["Mill"]}
    assert engineer.post("/fleet/rollouts", data=form).status_code == 303
    fleet["Mill"].ask()
    page = engineer.get("/fleet").text
    assert "Rollout 1: running" in page
    assert re.search(r"unit-mill</th><td class=\"number\">1</td><td>applied", page)
    assert "One rollout runs at a time" in page
    assert engineer.post("/fleet/rollouts", data=form).status_code == 400
    assert engineer.post("/fleet/undo").status_code == 303
    fleet["Mill"].ask()
    assert "doors" not in fleet["Mill"].file.text
    page = engineer.get("/fleet").text
    assert "Halted: undone by hand." in page
    assert "not joined" in page
    acts = [act for act in room.fleet.acts if "rollout" in act]
    assert acts[0].startswith(
        "engineer traffic_centre (console): rollout begun rollout 1 2 units; stage 1 of 2: Mill"
    )
    assert acts[1].startswith("engineer traffic_centre (console): rollout halted rollout 1")


@pytest.mark.parametrize(
    ("text", "canary", "why"),
    [
        ("[", "Mill", "is no YAML"),
        (settings("Mill"), "Riverside", "choose canaries of Mill"),
        ("unit-mill: {retention: {evidence_h: 1}}", "Mill", "may not set retention"),
        ("unit-harbour: {alarms: {rearm_s: 90}}", "Harbour", "no unit unit-harbour has joined"),
    ],
)
def test_a_rollout_that_cannot_begin_is_refused_with_its_reason(
    room: CentreStage, fleet: dict[str, FleetUnitSide], text: str, canary: str, why: str
) -> None:
    engineer = room.person("engineer", "traffic_centre", "*")
    answer = engineer.post("/fleet/rollouts", data={"settings": text, "canaries": [canary]})
    assert (answer.status_code, fleet["Mill"].file.saved) == (400, [])
    assert why in answer.json()["detail"]


def test_an_administrator_lets_a_unit_join_and_refuses_it(room: CentreStage, tmp_path: Path) -> None:
    room.fleet.add("unit-mill", "Mill")
    admin = room.person("admin", "traffic_centre", "*")
    page = admin.post("/fleet/invitations", data={"unit": "unit-mill"})
    (token,) = re.findall(r'id="token">([^<]+)<', page.text)
    member = room.fleet.client().join(token, tmp_path / "mill")
    assert member.state.unit == "unit-mill"
    assert "joined" in admin.get("/fleet").text
    assert token not in admin.get("/fleet").text
    assert admin.post("/fleet/revoked", data={"unit": "unit-mill"}).status_code == 303
    assert "revoked" in admin.get("/fleet").text
    assert admin.post("/fleet/invitations", data={"unit": "unit-nowhere"}).status_code == 404
    assert [act.split(": ")[1] for act in room.fleet.acts if act.startswith("admin")] == [
        "unit invited unit-mill",
        "unit revoked unit-mill",
    ]


def test_an_engineer_of_one_station_reaches_no_unit_of_another(
    room: CentreStage, fleet: dict[str, FleetUnitSide]
) -> None:
    local = room.person("engineer", "traffic_centre", "Mill")
    whole = room.person("admin", "traffic_centre", "*")
    page = local.get("/fleet").text
    assert "unit-mill" in page
    assert "Riverside" not in page
    form = {"settings": settings("Riverside"), "canaries": ["Riverside"]}
    assert local.post("/fleet/rollouts", data=form).status_code == 404
    assert whole.post("/fleet/rollouts", data=form).status_code == 303
    assert local.post("/fleet/undo").status_code == 400
    assert "unit-riverside" not in local.get("/fleet").text
    room.account("ada", "admin", "traffic_centre", "Mill")
    ada = room.logged_in("ada")
    assert ada.post("/fleet/revoked", data={"unit": "unit-riverside"}).status_code == 404
    assert whole.post("/fleet/undo").status_code == 303


def test_an_engineer_may_not_let_units_join(room: CentreStage, fleet: dict[str, FleetUnitSide]) -> None:
    engineer = room.person("engineer", "traffic_centre", "*")
    for path in ("/fleet/invitations", "/fleet/revoked"):
        assert engineer.post(path, data={"unit": "unit-mill"}).status_code == 403
    assert "Make a token" not in engineer.get("/fleet").text
