"""Enrolment, certificates and rollouts, through the real routes and a real database."""

import json
from dataclasses import replace

import pytest
from cryptography.hazmat.primitives.serialization import Encoding

from passerby.centre.fleet.certificates import RENEWED_DAYS, UNIT_DAYS
from passerby.centre.fleet.membership import Membership
from passerby.centre.fleet.routes import POLL
from passerby.centre.fleet.signed_request import LONGEST_SKEW_MS
from passerby.contracts.errors import InputError, UsageError
from support.fleet_centres import FleetCentre
from support.fleets import LINE

GOOD = {"cameras": {"Hall 1": {"lines": [LINE]}}}
INVALID = {"cameras": {"Hall 1": {"rules": [{"kind": "intrusion", "zone": "nowhere"}]}}}
HOUR_MS = 3_600_000


@pytest.fixture
def centre():
    made = FleetCentre()
    yield made
    made.close()


@pytest.fixture
def fleet(centre, tmp_path):
    """Three units at stations a, b and c."""
    return {f"u{s}": centre.join(f"u{s}", s, tmp_path / s) for s in "abc"}


def later(centre, s: float) -> None:
    centre.now_ms += int(s * 1000)


def settled(centre, fleet) -> str:
    """What follows after every unit has asked and the time of observation has passed."""
    for unit in fleet.values():
        unit.ask()
    later(centre, centre.desk.policy.observed_s)
    for unit in fleet.values():
        unit.ask()
    return centre.desk.step().kind


def test_a_token_enrols_once(centre, tmp_path):
    token = centre.invite("u1", "a")
    centre.client().join(token, tmp_path / "1")
    with pytest.raises(UsageError, match="used or expired"):
        centre.client().join(token, tmp_path / "2")


def test_a_token_expires_and_is_stored_as_its_digest(centre, tmp_path):
    token = centre.invite("u1", "a")
    stored = centre.engine.connect().exec_driver_sql("SELECT * FROM fleet_invitation").all()
    assert token.split(".")[0] not in str(stored)
    later(centre, 3 * 86_400)
    with pytest.raises(UsageError, match="used or expired"):
        centre.client().join(token, tmp_path)


def test_another_server_cannot_enrol_with_the_token_of_this_one(centre, tmp_path):
    token = centre.invite("u1", "a").split(".")[0] + "." + "0" * 64
    with pytest.raises(UsageError, match="another server"):
        centre.client().join(token, tmp_path)
    with pytest.raises(UsageError, match="not joined"):
        Membership(tmp_path)


def test_keys_are_for_their_owner_alone(fleet, tmp_path):
    assert (tmp_path / "a" / "key.pem").stat().st_mode & 0o077 == 0


def test_a_revoked_unit_is_refused_and_joins_again_with_a_new_token(centre, fleet, tmp_path):
    centre.desk.revoke("ua", "anna")
    with pytest.raises(UsageError, match="revoked"):
        fleet["ua"].ask()
    old = fleet["ua"]
    again = centre.join("ua", "a", tmp_path / "a")
    again.ask()
    with pytest.raises(UsageError, match="replaced"):
        old.ask()


@pytest.mark.parametrize(
    ("skew_ms", "is_refused"),
    [(HOUR_MS, False), (-HOUR_MS, False), (LONGEST_SKEW_MS + 1, True), (-LONGEST_SKEW_MS - 1, True)],
)
def test_a_clock_may_be_an_hour_wrong(centre, fleet, skew_ms, is_refused):
    unit, now_ms = fleet["ua"], centre.now_ms
    client = centre.client()
    if is_refused:
        with pytest.raises(UsageError, match="clock"):
            client.poll(unit.member, 0, now_ms + skew_ms)
    else:
        assert client.poll(unit.member, 0, now_ms + skew_ms) is None


def test_a_request_without_a_valid_signature_is_refused(centre, fleet):
    client = centre.client()._client
    body = json.dumps({"failing": 0}).encode()
    assert client.post(POLL, content=body).status_code == 403
    member, other = fleet["ua"].member, fleet["ub"].member
    stolen = type("Stolen", (), {"state": member.state, "key": other.key, "certificate": member.certificate})
    with pytest.raises(UsageError, match="signature"):
        centre.client().poll(stolen, 0, centre.now_ms)


@pytest.mark.parametrize("body", [b"", b"[]", b'{"token": 5}', b"{" * 5000, b"x" * 1_100_000])
def test_a_body_that_is_none_is_refused(centre, body):
    assert centre.client()._client.post("/fleet/v1/enrol", content=body).status_code in (413, 422)


def test_a_rollout_goes_from_the_canary_to_all(centre, fleet):
    rollout = centre.desk.begin(dict.fromkeys(fleet, GOOD), ["b"], "anna")
    assert rollout.stages == (("b",), ("a", "c"))
    fleet["ua"].ask()
    assert "doors" not in fleet["ua"].file.text
    assert settled(centre, fleet) == "advance"
    assert settled(centre, fleet) == "finish"
    assert all("doors" in unit.file.text for unit in fleet.values())
    assert centre.desk.step() is None


def test_a_refusal_at_the_canary_halts_and_no_other_unit_gets_it(centre, fleet):
    centre.desk.begin(dict.fromkeys(fleet, INVALID), ["b"], "anna")
    assert settled(centre, fleet) == "halt"
    assert centre.desk.store.rollouts()[0].reason == "refused by ub"
    assert settled_files(fleet) == {0}


def settled_files(fleet) -> set[int]:
    """How often each unit wrote its configuration."""
    return {len(unit.file.saved) for unit in fleet.values()}


def test_worse_health_halts_and_takes_back_what_was_applied(centre, fleet):
    before = fleet["ub"].file.text
    centre.desk.begin(dict.fromkeys(fleet, GOOD), ["b"], "anna")
    fleet["ub"].ask()
    fleet["ub"].failing = 1
    assert settled(centre, fleet) == "halt"
    assert "worse health at ub" in centre.desk.store.rollouts()[0].reason
    fleet["ub"].ask()
    assert fleet["ub"].file.text == before
    assert [unit.file.saved for name, unit in fleet.items() if name != "ub"] == [[], []]


def test_a_unit_that_falls_silent_halts(centre, fleet):
    centre.desk.begin(dict.fromkeys(fleet, GOOD), ["b"], "anna")
    fleet["ub"].ask()
    later(centre, 601)
    assert centre.desk.step().kind == "halt"


def test_while_the_centre_was_away_no_unit_was_silent_and_none_was_observed(centre, fleet):
    centre.desk.begin(dict.fromkeys(fleet, GOOD), ["b"], "anna")
    fleet["ub"].ask()
    later(centre, 3600)
    centre.desk = replace(centre.desk, since_ms=centre.now_ms)
    later(centre, 60)
    assert centre.desk.step().kind == "wait"
    later(centre, 601)
    assert centre.desk.step().kind == "halt"


def test_a_report_that_was_late_is_undone_as_well(centre, fleet):
    rollout = centre.desk.begin(dict.fromkeys(fleet, GOOD), ["b"], "anna")
    unit = fleet["ub"]
    before = unit.file.text
    envelope = centre.desk.store.newest("ub").envelope
    from passerby.centre.fleet.agent import FleetAgent

    member = unit.member
    agent = FleetAgent("ub", member.centre_key, unit.file, lambda: centre.now_ms, 0, lambda _: None)
    member.keep(report=agent.take(envelope).as_dict(), last_version=1)
    centre.desk.undo(rollout, "by hand", "anna")
    unit.ask()
    assert unit.file.text == before


def test_a_second_rollout_waits_for_the_first(centre, fleet):
    centre.desk.begin({"ua": GOOD}, ["a"], "anna")
    with pytest.raises(UsageError, match="rollout 1 is running"):
        centre.desk.begin({"ub": GOOD}, ["b"], "anna")


@pytest.mark.parametrize(
    ("settings", "why"),
    [
        ({"ux": GOOD}, "no unit ux"),
        ({"ua": {"retention": {"evidence_h": 1}}}, "may not set retention of ua"),
        ({}, "name no unit"),
        ({"ub": GOOD}, "no unit of station 'a' has settings: choose canaries of b"),
    ],
)
def test_the_centre_itself_signs_nothing_that_units_would_refuse_by_the_list(centre, fleet, settings, why):
    with pytest.raises(UsageError, match=why):
        centre.desk.begin(settings, ["a"], "anna")


def test_a_revoked_unit_is_no_part_of_a_rollout(centre, fleet):
    centre.desk.revoke("ua", "anna")
    with pytest.raises(UsageError, match="no unit ua has joined"):
        centre.desk.begin({"ua": GOOD}, ["a"], "anna")


def test_only_a_known_unit_is_invited_and_revoked(centre):
    for act in (centre.desk.invite, centre.desk.revoke):
        with pytest.raises(UsageError, match="there is no unit u9"):
            act("u9", "anna")
    assert centre.acts == []


def test_each_act_is_entered_with_its_person(centre, tmp_path):
    fleet = {f"u{s}": centre.join(f"u{s}", s, tmp_path / s) for s in "ab"}
    assert centre.acts[0] == "anna: unit invited ua"
    assert centre.acts[1].startswith("ua: unit joined ua certificate ")
    centre.entered.clear()
    centre.desk.begin(dict.fromkeys(fleet, GOOD), ["a"], "anna")
    assert settled(centre, fleet) == "advance"
    fleet["ub"].ask()
    centre.desk.undo_newest("ada")
    centre.desk.revoke("ub", "ada")
    assert centre.acts == [
        "anna: rollout begun rollout 1 2 units; stage 1 of 2: a",
        "ua: configuration applied configuration 1",
        "control room: rollout continued rollout 1 stage 2 of 2: b",
        "ub: configuration applied configuration 1",
        "ada: rollout halted rollout 1 undone by hand",
        "ada: unit revoked ub",
    ]
    with pytest.raises(UsageError, match="no rollout that could be undone"):
        centre.desk.undo_newest("ada")


def test_a_refusal_is_entered_with_its_reason_and_who_halted(centre, fleet):
    centre.entered.clear()
    centre.desk.begin({"ub": INVALID}, ["b"], "anna")
    assert settled(centre, fleet) == "halt"
    assert centre.acts[1].startswith("ub: configuration refused configuration 1 cameras[0].rules[0]")
    assert centre.acts[2:] == ["control room: rollout halted rollout 1 refused by ub"]


def test_a_unit_is_listed_with_its_newest_configuration(centre, fleet):
    centre.desk.begin({"ua": GOOD}, ["a"], "anna")
    fleet["ua"].ask()
    centre.desk.undo_newest("anna")
    listed = {one.unit: (one.version, one.outcome) for one in centre.desk.store.units()}
    assert listed == {"ua": (2, None), "ub": (None, None), "uc": (None, None)}


def test_a_rollout_that_moves_on_while_a_person_undoes_it_is_undone_as_well(centre, fleet):
    centre.desk.begin(dict.fromkeys(fleet, GOOD), ["b"], "anna")
    (seen,) = centre.desk.store.rollouts()
    assert settled(centre, fleet) == "advance"
    assert not centre.desk.undo(seen, "too late", "anna")
    assert centre.desk.store.rollouts()[0].state == "running"
    fleet["ua"].ask()
    centre.desk.undo_newest("anna")
    for unit in fleet.values():
        unit.ask()
    assert "doors" not in "".join(unit.file.text for unit in fleet.values())


def test_a_step_that_comes_after_a_person_halted_sends_nothing(centre, fleet):
    centre.desk.begin(dict.fromkeys(fleet, GOOD), ["b"], "anna")
    (seen,) = centre.desk.store.rollouts()
    centre.desk.undo_newest("anna")
    onward = replace(seen, stage=1)
    assert not centre.desk.store.move_rollout(seen, onward)
    assert centre.desk.store.rollouts()[0].state == "halted"


def test_a_unit_that_is_revoked_during_a_rollout_does_not_stop_it(centre, fleet):
    centre.desk.begin(dict.fromkeys(fleet, GOOD), ["b"], "anna")
    assert settled(centre, fleet) == "advance"
    centre.desk.revoke("uc", "anna")
    del fleet["uc"]
    assert settled(centre, fleet) == "finish"


DAY_S = 86_400


def test_a_certificate_is_renewed_before_it_ends_and_the_unit_goes_on_with_it(centre, tmp_path):
    unit = centre.join("ua", "a", tmp_path)
    first = unit.member.certificate
    later(centre, (UNIT_DAYS - RENEWED_DAYS) * DAY_S - 1)
    unit.ask()
    assert unit.member.certificate == first
    later(centre, 2)
    unit.ask()
    assert centre.acts[-1].startswith("control room: unit certificate renewed ua certificate ")
    later(centre, RENEWED_DAYS * DAY_S)
    unit.member = Membership(tmp_path)
    unit.ask()
    assert unit.member.certificate != first
    centre.desk.revoke("ua", "anna")
    with pytest.raises(UsageError, match="revoked"):
        unit.ask()


def test_a_unit_that_was_away_for_too_long_joins_again(centre, tmp_path):
    unit = centre.join("ua", "a", tmp_path)
    later(centre, UNIT_DAYS * DAY_S)
    with pytest.raises(UsageError, match="has expired: enrol the unit again"):
        unit.ask()


def test_a_certificate_for_another_unit_is_not_taken(centre, tmp_path):
    fleet = {name: centre.join(name, "a", tmp_path / name) for name in ("ua", "ub")}
    mine, other = (fleet[name].member for name in ("ua", "ub"))
    first = mine.certificate
    for text in (other.certificate.public_bytes(Encoding.PEM).decode(), "nonsense"):
        with pytest.raises(InputError, match="not for this unit"):
            mine.renew(text)
    assert Membership(tmp_path / "ua").certificate == first
