from __future__ import annotations

from typing import Any

import pytest

from support.consoles import ConsoleStage


def test_a_departure_is_counted(stage: ConsoleStage) -> None:
    bridge = stage.program("departures")
    assert bridge.post("/api/v1/departures", json={"track": "track 1"}).status_code == 204
    assert stage.inbox.departed == ["track 1"]


@pytest.mark.parametrize(
    ("body", "status", "why"),
    [
        (b'{"track": "c"}', 404, "a track that no camera has"),
        (b"[]", 422, "no mapping"),
        (b"{", 422, "no JSON"),
        (b"[" * 100_000, 400, "nested too deeply for the parser"),
        (b'{"track": "track 1", "x": []}', 422, "more than a track"),
        (b'{"track": ' + b"9" * 900 + b"}", 422, "a number for a name"),
        (b'{"track": "\\ud800"}', 422, "half a character"),
        (b"\xff", 400, "no UTF-8"),
        (b" " * 300_000, 413, "too long"),
    ],
)
def test_what_is_refused(stage: ConsoleStage, body: bytes, status: int, why: str) -> None:
    headers = {"content-type": "application/json"}
    answer = stage.program("departures").post("/api/v1/departures", content=body, headers=headers)
    assert answer.status_code == status, f"{why}: {answer.text}"
    assert stage.inbox.departed == []


def test_the_type_that_a_web_page_could_send_is_refused(stage: ConsoleStage) -> None:
    headers: dict[str, Any] = {"content-type": "text/plain"}
    answer = stage.program("departures").post(
        "/api/v1/departures", content=b'{"track": "track 1"}', headers=headers
    )
    assert answer.status_code == 422
