"""A unit applies only what its centre signed for it, in order, within the list, and valid."""

import json

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from passerby.centre.fleet.desired import DesiredConfig
from passerby.centre.fleet.signing import sealed
from passerby.contracts.errors import UsageError
from support.fleets import LINE, UNIT_YAML, TextInMemory, agent, desired

LINES = {"cameras": {"Hall 1": {"lines": [LINE]}}}


def camera(**keys):
    return {"cameras": {"Hall 1": keys}}


def spoiled(envelope: str) -> str:
    parts = json.loads(envelope)
    return json.dumps(parts | {"config": "A" + parts["config"][1:]})


def of_another_key() -> str:
    return sealed(DesiredConfig("u1", 1, 0, 1000, LINES), Ed25519PrivateKey.from_private_bytes(b"1" * 32))


def test_settings_are_applied_and_comments_and_secrets_stay():
    file = TextInMemory()
    report = agent(file=file).take(desired(LINES | {"alarms": {"rearm_s": 90}}))
    assert report.outcome == "applied", report.detail
    assert "name: doors" in file.text
    assert "rearm_s: 90" in file.text
    assert "${PASSWORD}" in file.text
    assert "# the unit's own" in file.text
    assert "# by night" in file.text


@pytest.mark.parametrize(
    ("envelope", "why"),
    [
        (desired(camera(source="rtsp://10.6.6.6/")), "the centre may not set cameras.Hall 1.source"),
        (desired({"destinations": []}), "the centre may not set destinations"),
        (desired(camera(rules=[{"kind": "intrusion", "zone": "gone"}])), "gone"),  # the check of `passerby check`
        (desired(camera(zones=[{"name": "a", "polygon_px": [[0, 0]]}])), "polygon_px"),
        (desired({"cameras": {"Hall 9": {"lines": []}}}), "no camera Hall 9"),
        (desired(camera(idle_fps="fast")), "idle_fps"),
        (desired({"cameras": {"Hall 1": 5}}), "cannot be edited"),
        (desired(LINES, unit="u2"), "for unit u2"),
        (desired(LINES, ends_ms=500), "expired"),
        (desired(LINES, version=6), "older than 7"),
        (spoiled(desired(LINES)), "signature"),
        (of_another_key(), "signature"),
        ("{}", "no signed configuration"),
        ("[" * 100_000, "no signed configuration"),
        (json.dumps({"config": "", "signature": ""}), "signature"),
    ],
)
def test_what_is_not_sound_changes_nothing(envelope, why):
    file = TextInMemory()
    last = 7 if "older" in why else 0
    report = agent(file=file, last=last).take(envelope)
    assert report.outcome == "refused"
    assert why in report.detail
    assert file.saved == []


def test_a_version_is_taken_once_and_an_older_one_never_again():
    file = TextInMemory()
    unit = agent(file=file)
    first, second = desired(LINES, version=1), desired(camera(lines=None), version=2)
    assert [unit.take(first).outcome, unit.take(second).outcome] == ["applied", "applied"]
    assert unit.take(second) is None
    assert unit.take(first).outcome == "refused"
    assert "doors" not in file.text


def test_a_refused_version_is_reported_once():
    unit = agent()
    bad = desired(camera(idle_fps=-1))
    assert unit.take(bad).outcome == "refused"
    assert unit.take(bad) is None


def test_a_version_that_is_not_valid_yet_waits():
    file = TextInMemory()
    assert agent(file=file).take(desired(LINES, begins_ms=501)) is None
    assert file.saved == []


def test_the_report_undoes_what_was_set():
    file = TextInMemory()
    unit = agent(file=file)
    report = unit.take(desired(LINES | camera(lines=[LINE], rules=[], idle_fps=4) | {"alarms": {"rearm_s": 90}}))
    assert "PASSWORD" not in json.dumps(report.as_dict())
    assert unit.take(desired(report.before, version=2)).outcome == "applied"
    again = agent(file=TextInMemory(UNIT_YAML)).difference(desired({}))
    assert again == ""
    assert "doors" not in file.text
    assert "idle_fps" not in file.text
    assert "intrusion" in file.text


def test_a_dry_run_shows_the_difference_and_changes_nothing():
    file = TextInMemory()
    shown = agent(file=file).difference(desired(LINES))
    assert "+      - {name: doors, from_px: [10, 10], to_px: [300, 300]}" in shown
    assert file.saved == []
    with pytest.raises(UsageError, match="may not set station"):
        agent().difference(desired({"station": "x"}))


@pytest.mark.parametrize("name", ["${PASSWORD}", "$$", "$PASSWORD"])
def test_text_of_the_centre_never_reads_the_environment(name):
    report = agent(file=(file := TextInMemory())).take(desired(camera(lines=[LINE | {"name": name}])))
    assert report.outcome == "refused"  # no name has a dollar sign
    assert file.saved == []


def test_a_value_from_the_environment_of_the_unit_stays_its_own():
    file = TextInMemory(UNIT_YAML.replace("name: gate", "name: '${PASSWORD}'").replace("zone: gate", "zone: x"))
    assert "environment of the unit" in agent(file=file).take(desired(camera(zones=[]))).detail


@pytest.mark.slow
def test_an_invalid_configuration_sent_to_316_units_is_applied_by_none():
    files = [TextInMemory() for _ in range(316)]
    invalid = camera(rules=[{"kind": "intrusion", "zone": "nowhere"}], lines=[LINE])
    reports = [agent(f"u{i}", file).take(desired(invalid, f"u{i}")) for i, file in enumerate(files)]
    assert [report.outcome for report in reports] == ["refused"] * 316
    assert all("nowhere" in report.detail for report in reports)
    assert all(file.text == UNIT_YAML for file in files)
