"""ONVIF's event service: logins, subscriptions within bounds, and each event to each client."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from starlette.testclient import TestClient

from passerby.adapters.onvif_events.credential import new_credential, read_credential
from passerby.adapters.onvif_events.soap import Element, clark, element
from passerby.adapters.onvif_events.topics import CONCRETE_SET
from passerby.console import pull_points
from passerby.contracts.events import Phase
from passerby.contracts.settings import ConsoleSettings
from support.consoles import ConsoleStage, console_stage
from support.onvif_client import codes, content, create, envelope, notifications, pull, token
from support.stored import LINE, ZONE, an_end, an_event
from support.waiting import PATIENCE_S, until


class Client:
    """A client with the unit's ONVIF login."""

    def __init__(self, stage: ConsoleStage) -> None:
        self.web: TestClient = stage.visitor()
        self.login = read_credential(stage.folder) or new_credential(stage.folder)

    def ask(self, operation: Element, service: str = "event_service", *, status: int = 200) -> bytes:
        answer = self.web.post(f"/onvif/{service}", content=envelope(operation, token(self.login)))
        assert answer.status_code == status, answer.text
        assert answer.headers["content-type"] == "application/soap+xml; charset=utf-8"
        return answer.content

    def subscribe(self, *filters: Element, lasts: str = "PT60S") -> str:
        address = content(self.ask(create(*filters, lasts=lasts))).findtext(f".//{clark('wsa:Address')}")
        assert address is not None
        return address.rpartition("/")[2]


@pytest.fixture
def stage(tmp_path: Path) -> Iterator[ConsoleStage]:
    with console_stage(tmp_path / "out", ConsoleSettings(onvif=True)) as made:
        yield made


@pytest.fixture
def client(stage: ConsoleStage) -> Client:
    return Client(stage)


def fall(id_: str = "e1") -> list[object]:
    where = {"kind": "fall", "camera": "hall", "place": "stairs"}
    return [an_event(id_, **where), an_event(id_, 1, phase=Phase.UPDATE, **where), an_end(id_, 2, **where)]


def test_events_and_counts_arrive_in_their_order(stage: ConsoleStage, client: Client) -> None:
    stage.store.write_records([*fall("before"), ZONE])
    name = client.subscribe()
    first = notifications(client.ask(pull(), name))
    assert {one["operation"] for one in first} == {"Initialized"}
    assert notifications(client.ask(pull(), name)) == []
    stage.store.write_records([*fall(), ZONE, LINE])
    start, end, zone, line = notifications(client.ask(pull(), name))
    assert start == {
        "topic": "tns1:RuleEngine/pby:Fall",
        "operation": "Changed",
        "source": {"VideoSource": "hall", "VideoAnalyticsConfiguration": "hall", "Rule": "stairs"},
        "data": {"State": "true"},
    }
    assert end["data"] == {"State": "false"}
    assert (zone["topic"], zone["data"]) == ("tns1:RuleEngine/CountAggregation/OccupancyCounter", {"Count": "3"})
    assert (line["topic"], line["data"]) == ("tns1:RuleEngine/pby:LineCount", {"In": "12", "Out": "3"})


def test_a_client_that_takes_few_at_a_time_gets_all(stage: ConsoleStage, client: Client) -> None:
    name = client.subscribe(element("wsnt:TopicExpression", "tns1:RuleEngine/pby:Fall", Dialect=CONCRETE_SET))
    stage.store.write_records([event for n in range(80) for event in fall(f"e{n}")])
    got: list[object] = []
    while found := notifications(client.ask(pull(30), name)):
        got += found
    changes = [one for one in got if one["operation"] == "Changed"]  # type: ignore[index]
    assert len(changes) == 160


def test_an_open_incident_is_there_again_at_a_synchronization_point(stage: ConsoleStage, client: Client) -> None:
    stage.store.write_records(fall()[:1])
    name = client.subscribe()
    for _ in range(2):
        found = [one for one in notifications(client.ask(pull(), name)) if one["data"] == {"State": "true"}]
        assert [one["topic"] for one in found] == ["tns1:RuleEngine/pby:Fall"]
        client.ask(element("tev:SetSynchronizationPoint"), name)


@pytest.mark.parametrize(
    ("operation", "header", "code"),
    [
        ("tev:GetEventProperties", False, "ter:NotAuthorized"),
        ("tds:GetDeviceInformation", False, "ter:NotAuthorized"),
        ("tds:SystemReboot", True, "ter:ActionNotSupported"),
        ("tds:SetUser", True, "ter:ActionNotSupported"),
        ("tev:PullMessages", True, "ter:InvalidArgVal"),
        ("wsnt:Renew", True, "wsrf:ResourceUnknownFault"),
        ("wsnt:Unsubscribe", True, "wsrf:ResourceUnknownFault"),
    ],
)
def test_faults(client: Client, operation: str, header: bool, code: str) -> None:
    headers = [token(client.login)] if header else []
    answer = client.web.post("/onvif/event_service", content=envelope(element(operation), *headers))
    assert (answer.status_code, codes(answer.content)) == (400, ["s:Sender", code])


def test_an_account_of_the_console_is_no_login_here(stage: ConsoleStage) -> None:
    Client(stage)
    browser = stage.logged_in("admin")
    answer = browser.post("/onvif/event_service", content=envelope(element("tev:GetEventProperties")))
    assert codes(answer.content) == ["s:Sender", "ter:NotAuthorized"]


def test_a_new_password_takes_effect_at_once(stage: ConsoleStage, client: Client) -> None:
    client.subscribe()
    new_credential(stage.folder)
    client.ask(create(), status=400)


def test_the_number_of_subscriptions_is_bounded(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pull_points, "MOST", 2)
    names = [client.subscribe() for _ in range(2)]
    assert codes(client.ask(create(), status=400))[1] == "wsnt:SubscribeCreationFailedFault"
    client.ask(element("wsnt:Unsubscribe"), names[0])
    client.subscribe()


def test_a_subscription_ends_by_itself(client: Client) -> None:
    name = client.subscribe(lasts="PT0.01S")
    until(lambda: client.web.post(f"/onvif/{name}", content=envelope(pull(), token(client.login))).is_client_error)


def test_a_client_that_waits_is_answered_when_the_unit_ends(stage: ConsoleStage, client: Client) -> None:
    name = client.subscribe()
    client.ask(pull(), name)
    known = stage.app.state.services.onvif
    assert known is not None
    with ThreadPoolExecutor() as pool:
        waiting = pool.submit(client.ask, pull(wait="PT60S"), name)
        known.close()
        assert notifications(waiting.result(PATIENCE_S)) == []


def test_without_the_setting_there_is_no_service(tmp_path: Path) -> None:
    with console_stage(tmp_path / "out") as stage:
        answer = stage.visitor().post("/onvif/device_service", content=envelope(pull()))
    assert answer.status_code == 404
