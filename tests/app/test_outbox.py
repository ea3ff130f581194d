"""`passerby outbox`: list, retry, drop and test."""

from __future__ import annotations

import json
from functools import partial
from pathlib import Path

import pytest
from typer.testing import CliRunner

from passerby.app.cli import app
from passerby.store import audit, outbox
from passerby.store.results import ResultsStore
from support.configured import HEAD
from support.receiver import Receiver
from support.stored import an_event


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Two events wait for `vms`; one was set aside."""
    with ResultsStore(tmp_path) as store:
        store.write(partial(outbox.begin, destination="vms"))
        store.write_records([an_event(f"e{n}") for n in range(3)])
        store.write(partial(outbox.done, destination="vms", row=1))
        store.write(
            partial(outbox.set_aside, destination="vms", rows=[1], reason="answered 422", at_ms=1_772_351_113_000)
        )
        store.write(partial(outbox.failing, destination="vms", error="answered 503", at_ms=1_772_351_113_000))
    return tmp_path


def run(*words: object) -> str:
    done = CliRunner().invoke(app, ["outbox", *map(str, words)])
    assert done.exit_code == 0, done.output
    return done.output


def test_list(folder: Path) -> None:
    (one,) = json.loads(run("list", folder, "--json"))
    assert (one["destination"], one["waiting"], one["aside"], one["error"]) == ("vms", 2, 1, "answered 503")
    assert "answered 503" in run("list", folder)
    (event,) = json.loads(run("list", folder, "--aside", "vms", "--json"))
    assert (event["reason"], event["event"]["id"]) == ("answered 422", "e0")


def test_retry_and_drop_are_entered_in_the_audit_log(folder: Path) -> None:
    assert "1 events of vms to be sent again" in run("retry", folder, "vms")
    assert "1 events of vms dropped" in run("drop", folder, "vms")
    with ResultsStore(folder) as store, store.reading() as connection:
        assert outbox.aside(connection, "vms", 10) == []
        acts = [(row.entry.act, row.entry.what) for row in audit.rows(connection)]
    assert acts.count(("delivery changed", "vms")) == 2


def test_a_name_that_does_not_exist(folder: Path) -> None:
    done = CliRunner().invoke(app, ["outbox", "retry", str(folder), "vsm"])
    assert done.exit_code != 0
    assert "there is no destination 'vsm'; there are: vms" in str(done.exception)


def test_a_test_event_really_arrives(tmp_path: Path) -> None:
    config = tmp_path / "unit.yaml"
    with Receiver() as receiver:
        url = f"http://127.0.0.1:{receiver.port}/"
        config.write_text(HEAD + f"destinations: [{{kind: webhook, name: chat, url: '{url}', format: text}}]\n")
        assert "chat confirmed the event" in run("test", config, "chat")
        (body,) = receiver.bodies
    assert "sent by passerby outbox test" in json.loads(body)["text"]
    wrong = CliRunner().invoke(app, ["outbox", "test", str(config), "mail"])
    assert "it has: chat" in str(wrong.exception)
