from __future__ import annotations

import re

import pytest

from passerby.console.rendering import FOLDER
from support.alarmed import raise_alarm
from support.consoles import ConsoleStage


@pytest.mark.parametrize(
    ("code", "words"),
    [
        ("en", ("Moving 3.1 ± 0.1\u202fm/s", "1 alarm, 1 not acknowledged", "ago", "Acknowledge")),
        ("fr", ("Se déplace à 3,1 ± 0,1\u202fm/s", "1 alarme, 1 non acquittées", "il y a", "Acquitter")),
        ("ru", ("Движется 3,1 ± 0,1\u202fм/с", "1 тревога, не квитировано: 1", "назад", "Квитировать")),
    ],
)
def test_the_page_has_the_language_of_the_browser(stage: ConsoleStage, code: str, words: tuple[str, ...]) -> None:
    raise_alarm(stage.store, stage.folder, "fast")
    page = stage.logged_in().get("/", headers={"accept-language": code}).text
    assert f'<html lang="{code}">' in page
    for word in words:
        assert word in page


def test_a_chosen_language_stays(stage: ConsoleStage) -> None:
    visitor = stage.visitor(**{"accept-language": "fr"})
    stage.account("anna", "operator")
    assert "Se connecter" in visitor.get("/login").text
    answer = visitor.post("/language", data={"code": "ru", "after": "/login"})
    assert (answer.status_code, answer.headers["location"]) == (303, "/login")
    assert "Вход" in visitor.get("/login").text
    assert visitor.post("/language", data={"code": "xx"}).status_code == 400
    assert visitor.post("/language", data={"code": "fr", "after": "//evil.example"}).headers["location"] == "/"


def test_answers_for_programs_stay_english(stage: ConsoleStage) -> None:
    answer = stage.program("read").get("/api/v1/alarms/none", headers={"accept-language": "ru"})
    assert answer.json()["detail"] == "there is no alarm with this id"


def test_errors_have_the_language_of_the_page(stage: ConsoleStage) -> None:
    page = stage.logged_in().get("/alarms/none", headers={"accept-language": "ru", "accept": "text/html"}).text
    assert "Не найдено" in page
    assert "Такой тревоги нет." in page


# Words that are the same in every language: names of keys, and of the project.
SAME = re.compile(r"^(passerby|rtsp://\S+|[a-z]|\?|›|·|&amp;|[\d\W]+)*$")


@pytest.mark.parametrize("name", sorted(path.name for path in (FOLDER / "templates").iterdir()))
def test_a_template_has_no_text_outside_of_messages(name: str) -> None:
    text = (FOLDER / "templates" / name).read_text(encoding="utf-8")
    bare = re.sub(r"\{%.*?%\}|\{\{.*?\}\}", "", text, flags=re.S)
    spoken = re.findall(r'\b(?:aria-label|alt|title|placeholder)="([^"]+)"', bare)
    spoken += re.sub(r"<(script|style).*?</\1>|<!?[^>]*>", "\n", bare, flags=re.S).split("\n")
    assert [words for words in map(str.strip, spoken) if not SAME.match(words)] == []
