"""The centre asks a real console of a unit, over HTTP on loopback."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from passerby.centre.console.ports import PictureKind, PictureRequest
from passerby.centre.console.unit_pictures import UnitAddress, UnitPictures
from passerby.console.passwords import digest
from passerby.console.server import WebServer
from passerby.contracts.errors import InputError
from passerby.contracts.settings import ConsoleSettings
from passerby.store import audit, evidence, tokens
from passerby.store.utc import now_ms
from support.alarmed import raise_alarm
from support.consoles import ConsoleStage, console_stage

WHO = "Айгуль (console)"


@pytest.fixture
def stage(tmp_path: Path) -> Iterator[ConsoleStage]:
    with console_stage(tmp_path / "unit") as made:
        yield made


@pytest.fixture
def pictures(stage: ConsoleStage) -> Iterator[UnitPictures]:
    stage.store.write(lambda c: tokens.add(c, "centre", digest("good"), ("evidence",), "test"))
    stage.store.write(lambda c: tokens.add(c, "screen", digest("other"), ("read",), "test"))
    with WebServer(stage.app, ConsoleSettings(), port=0) as server:
        url = server.address.rstrip("/")
        units = {
            "u1": UnitAddress(url, "good"),
            "wrong": UnitAddress(url, "bad"),
            "narrow": UnitAddress(url, "other"),
            "away": UnitAddress("http://127.0.0.1:9", "good"),
        }
        made = UnitPictures(units, None)
        yield made
        made.close()


def looked(stage: ConsoleStage) -> list[tuple[str, str]]:
    with stage.store.reading() as connection:
        entries = [row.entry for row in audit.rows(connection)]
    return [(one.actor, one.detail) for one in entries if one.act == "looked"]


def test_a_picture_is_streamed_and_audited_at_the_unit(stage: ConsoleStage, pictures: UnitPictures) -> None:
    raise_alarm(stage.store, stage.folder, "e1")
    answer = pictures.ask(PictureRequest("u1", "e1", "still", WHO))
    body = b"".join(answer.chunks)
    assert (answer.status, body[:2], len(body)) == (200, b"\xff\xd8", int(answer.headers["content-length"]))
    part = pictures.ask(PictureRequest("u1", "e1", "still", WHO, "bytes=2-5"))
    assert (part.status, b"".join(part.chunks)) == (206, body[2:6])
    assert looked(stage) == [("centre (token)", f"for {WHO}")]
    b"".join(pictures.ask(PictureRequest("u1", "e1", "still", "boris (console)")).chunks)
    assert looked(stage)[1:] == [("centre (token)", "for boris (console)")]


@pytest.mark.parametrize(
    ("unit", "alarm", "kind", "status"),
    [
        ("u1", "e1", "clip", 404),
        ("u1", "e2", "still", 404),
        ("u1", "../login", "still", 404),
        ("wrong", "e1", "still", 401),
        ("narrow", "e1", "still", 403),
    ],
)
def test_the_unit_decides(
    stage: ConsoleStage, pictures: UnitPictures, unit: str, alarm: str, kind: PictureKind, status: int
) -> None:
    raise_alarm(stage.store, stage.folder, "e1")
    answer = pictures.ask(PictureRequest(unit, alarm, kind, WHO))
    assert answer.status == status
    answer.chunks.close()  # type: ignore[attr-defined]
    assert looked(stage) == []


def test_what_the_unit_removed_is_gone(stage: ConsoleStage, pictures: UnitPictures) -> None:
    raise_alarm(stage.store, stage.folder, "e1")
    with stage.store.queries() as queries:
        (kept,) = queries.evidence("e1")
    stage.store.write(lambda c: evidence.mark_gone(c, [kept.path], "expired", now_ms()))
    assert pictures.ask(PictureRequest("u1", "e1", "still", WHO)).status == 410


@pytest.mark.parametrize(
    ("unit", "words"), [("away", "unit away cannot be reached"), ("u9", "unit u9 has no console address")]
)
def test_a_unit_that_cannot_be_asked_is_named(pictures: UnitPictures, unit: str, words: str) -> None:
    with pytest.raises(InputError, match=words):
        pictures.ask(PictureRequest(unit, "e1", "still", WHO))


def test_a_person_cannot_look_in_the_name_of_another(stage: ConsoleStage) -> None:
    raise_alarm(stage.store, stage.folder, "e1")
    browser = stage.logged_in("operator")
    assert browser.get("/alarms/e1/still", headers={"passerby-for": "boris"}).status_code == 200
    assert looked(stage) == [("operator (console)", "")]


def test_a_token_is_not_in_a_repr() -> None:
    assert "good" not in repr(UnitAddress("https://unit-1:8600", "good"))
