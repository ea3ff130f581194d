"""Every route x every role x every organisation, from the router itself, and what of the stations is seen."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
from fastapi.routing import APIRoute
from starlette.testclient import TestClient

from passerby.centre.console.access import ROUTES
from passerby.centre.console.app import ROUTERS
from passerby.centre.console.user import CEILINGS, ceiling
from passerby.console.access import Permission, may
from passerby.store import grants
from passerby.store.accounts import ROLES
from passerby.store.scopes import Organisation, StaffScope
from support.centres import CentreStage

SCOPES: list[tuple[str, tuple[str, ...]]] = [
    ("station_staff", ("Riverside",)),
    ("traffic_centre", ("*",)),
    ("emergency_services", ()),
    ("privacy_office", ("*",)),
]


def routes() -> Iterator[tuple[str, str]]:
    """Method and path of every route."""
    for router in ROUTERS:
        for route in router.routes:
            assert isinstance(route, APIRoute), f"{route} has no access check"
            for method in sorted(route.methods):
                yield method, route.path


EVERY = sorted(routes())


def ask(browser: TestClient, method: str, path: str, alarm: str = "nothing") -> int:
    """The status of a request about an alarm; other path parameters name nothing."""
    if path.endswith("/stream"):
        return browser.request(method, path, params={"once": "1"}).status_code
    filled = re.sub(r"\{[^}]*\}", "nothing", path.replace("{alarm}", alarm))
    return browser.request(method, filled).status_code


def test_every_route_is_in_the_table_and_every_line_is_a_route() -> None:
    assert sorted(ROUTES) == EVERY


def test_every_organisation_has_a_ceiling_and_none_but_the_traffic_centre_has_accounts() -> None:
    assert set(CEILINGS) == set(Organisation)
    assert [one for one in Organisation if Permission.ACCOUNTS in CEILINGS[one]] == [Organisation.TRAFFIC_CENTRE]
    assert Permission.HANDLE not in CEILINGS[Organisation.EMERGENCY_SERVICES]
    assert all(Permission.LIVE not in of for one, of in CEILINGS.items() if one is not Organisation.TRAFFIC_CENTRE)
    assert ceiling(None) == {Permission.PUBLIC, Permission.SEE}


@pytest.mark.parametrize("role", ROLES)
def test_each_role_in_each_organisation_gets_what_both_allow(room: CentreStage, role: str) -> None:
    for organisation, stations in SCOPES:
        browser = room.person(role, organisation, *stations)
        most = ceiling(StaffScope(Organisation(organisation), frozenset(stations)))
        for method, path in EVERY:
            if path in ("/login", "/setup", "/logout"):
                continue
            needs = ROUTES[method, path].needs
            status = ask(browser, method, path)
            assert (status == 403) != (may(role, needs) and needs in most), (
                f"{organisation}: {method} {path}: {status}"
            )
            assert status < 500, f"{organisation}: {method} {path}: {status}"


def test_without_login_only_public_routes_answer(room: CentreStage) -> None:
    room.account("keeper", "admin")
    for method, path in EVERY:
        status = ask(room.visitor(), method, path)
        assert (status == 401) == (ROUTES[method, path].needs is not Permission.PUBLIC), (
            f"{method} {path}: {status}"
        )


OF_AN_ALARM = [key for key in EVERY if "{alarm}" in key[1]]


@pytest.mark.parametrize(
    ("organisation", "stations", "alarms"),
    [
        ("station_staff", ("Riverside",), ("river",)),
        ("station_staff", ("Riverside", "Harbour"), ("river", "harbour")),
        ("station_staff", ("*",), ("river", "mill", "harbour")),
        ("traffic_centre", ("Mill",), ("mill",)),
        ("emergency_services", (), ()),
        ("privacy_office", ("Harbour",), ("harbour",)),
        ("", (), ()),
    ],
    ids=str,
)
def test_no_route_answers_about_an_alarm_out_of_reach(
    room: CentreStage, organisation: str, stations: tuple[str, ...], alarms: tuple[str, ...]
) -> None:
    browser = room.person("operator", organisation, *stations)
    for alarm in ("river", "mill", "harbour"):
        for method, path in OF_AN_ALARM:
            status = ask(browser, method, path, alarm)
            if alarm not in alarms:
                # 422: a form without its fields; the next test sends whole ones.
                assert status in (403, 404, 422), f"{method} {path} of {alarm}: {status}"
            elif method == "GET":
                assert status == 200, f"{method} {path} of {alarm}: {status}"
    shown = browser.get("/").text
    listed = browser.get("/api/v1/alarms").json()
    assert {one["alarm"]["id"] for one in listed} == set(alarms)
    assert {id_ for id_ in ("river", "mill", "harbour") if f'data-id="{id_}"' in shown} == set(alarms)


def test_whole_forms_about_an_alarm_out_of_reach_change_nothing(room: CentreStage) -> None:
    room.account("brigade", "operator", "emergency_services")
    browser = room.person("operator", "station_staff", "Riverside")
    grant = {"name": "brigade", "reason": "smoke", "minutes": "30"}
    made = room.store.write(lambda c: grants.grant(c, "brigade", "mill", "smoke", 30, "test"))
    for path, form in (
        ("/alarms/mill/acts", {"act": "acknowledged"}),
        ("/alarms/mill/grants", grant),
        (f"/alarms/mill/grants/{made.row}/end", {}),
        (f"/alarms/river/grants/{made.row}/end", {}),
    ):
        assert browser.post(path, data=form).status_code == 404, path
    assert browser.post("/api/v1/alarms/mill/acts", json={"act": "acknowledged"}).status_code == 404
    assert room.pictures.asked == []
    with room.store.reading() as connection:
        assert len(grants.of_alarm(connection, "mill")) == 1


def test_units_and_flows_keep_to_the_stations(room: CentreStage) -> None:
    browser = room.person("operator", "station_staff", "Mill")
    assert [one["unit"]["station"] for one in browser.get("/api/v1/units").json()] == ["Mill"]
    for path in ("/", "/stations", "/flows"):
        assert "Harbour" not in browser.get(path).text, path


def test_a_program_sees_nothing_until_it_has_a_scope(room: CentreStage) -> None:
    assert room.program("read").get("/api/v1/alarms").json() == []


def test_a_program_with_a_scope_sees_its_stations_and_may_not_more_than_its_token(room: CentreStage) -> None:
    program = room.program("read", organisation="station_staff", stations=["Mill"])
    assert [one["alarm"]["id"] for one in program.get("/api/v1/alarms").json()] == ["mill"]
    assert program.post("/api/v1/alarms/mill/acts", json={"act": "acknowledged"}).status_code == 403


def test_an_account_without_a_scope_is_shown_why_and_can_log_out(room: CentreStage) -> None:
    browser = room.person("operator")
    assert "where this account works" in browser.get("/").text
    assert browser.post("/logout").status_code == 303


def test_the_first_administrator_gives_the_others_their_stations(room: CentreStage) -> None:
    room.account("anna", "operator")
    admin = room.person("admin")
    form = {"name": "anna", "organisation": "station_staff", "stations": ["Mill", "Riverside"]}
    assert admin.post("/people", data=form).status_code == 303
    assert {one["alarm"]["id"] for one in room.logged_in("anna").get("/api/v1/alarms").json()} == {"mill", "river"}
    assert "Mill, Riverside" in admin.get("/people").text
    assert admin.post("/people", data={**form, "name": "nobody"}).status_code == 400
    assert admin.post("/people", data={**form, "organisation": "press"}).status_code == 400
    assert "scope changed" in admin.get("/audit").text
