"""`passerby fleet`: what an operator of a control room and of a unit types."""

import pytest
from typer.testing import CliRunner

from passerby.app import fleet_following
from passerby.app.cli import app
from passerby.app.fleet_following import failing_cameras
from passerby.centre.fleet import client as client_module
from passerby.centre.fleet.agent import ConfigReport
from passerby.contracts.errors import UsageError
from passerby.store import audit
from passerby.store.results import ResultsStore
from support.fleet_centres import FleetCentre

UNIT = "station: Hall\ncameras: []\ndata_dir: results\nfleet: {url: 'http://127.0.0.1:8610'}\n"

NOWHERE = "postgresql://x@127.0.0.1:1/x"
BOMB = "a: &a [x, x, x, x, x, x, x, x, x, x]\n" + "".join(
    f"{name}: &{name} [{', '.join(['*' + before] * 10)}]\n"
    for before, name in zip("abcdefg", "bcdefgh", strict=True)
)


def fleet(*words: object) -> str:
    done = CliRunner().invoke(app, ["fleet", *map(str, words)])
    if done.exception and not isinstance(done.exception, SystemExit):
        raise done.exception
    assert done.exit_code == 0, done.output
    return done.output


def test_a_folder_without_keys_is_named_with_the_cure(tmp_path):
    with pytest.raises(UsageError, match="passerby centre run"):
        fleet("units", tmp_path, "--database", NOWHERE)


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("[]", "must map each unit"),
        ("u1: 5", "must map each unit"),
        ("u1: [", "no YAML"),
        (BOMB, "more than 1000000 values"),
    ],
)
def test_settings_that_cannot_be_read_are_refused(tmp_path, text, why):
    settings = tmp_path / "settings.yaml"
    settings.write_text(text)
    with pytest.raises(UsageError, match=why):
        fleet("begin", tmp_path, settings, "--canary", "Central", "--database", NOWHERE)


def test_a_unit_joins_and_sees_what_would_change(tmp_path, monkeypatch):
    centre = FleetCentre()
    monkeypatch.setattr(client_module, "http_client", lambda *_, **__: centre.client()._client)
    monkeypatch.setattr("passerby.app.fleet.now_ms", lambda: centre.now_ms)
    config = tmp_path / "unit.yaml"
    config.write_text(UNIT)
    assert "this is unit u1" in fleet("join", config, "--token", centre.invite("u1", "a"))
    assert "nothing would change" in fleet("diff", config)
    centre.desk.begin({"u1": {"alarms": {"rearm_s": 90}}}, ["a"], "anna")
    assert "+  rearm_s: 90" in fleet("diff", config)
    assert config.read_text() == UNIT
    centre.close()


def test_a_unit_without_the_key_is_named_with_the_cure(tmp_path):
    config = tmp_path / "unit.yaml"
    config.write_text("station: Hall\ncameras: []\n")
    with pytest.raises(UsageError, match="no key fleet"):
        fleet("diff", config)


def test_a_unit_that_has_not_joined_does_not_start_without_a_word(tmp_path):
    with pytest.raises(UsageError, match="passerby fleet join"):
        fleet_following.membership(tmp_path)


@pytest.mark.parametrize(("outcome", "act"), [("applied", "requested"), ("refused", "refused")])
def test_the_audit_log_of_the_unit_has_each_desired_configuration(tmp_path, outcome, act):
    with ResultsStore(tmp_path) as store:
        fleet_following.enter(store, ConfigReport(3, outcome, "why"))
        with store.reading() as connection:
            entry = list(audit.rows(connection))[-1].entry
        assert (entry.act, entry.what, entry.detail) == (act, "desired configuration 3", "why")
        assert failing_cameras(store) == 0
