from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from passerby.translation.languages import NAMES, best, language
from support.catalogues import read


@pytest.mark.parametrize(
    ("chosen", "accepted", "code"),
    [
        ("", "", "en"),
        ("", "ru", "ru"),
        ("", "ru-RU,ru;q=0.9,en;q=0.8", "ru"),
        ("", "de-DE,de;q=0.9,fr;q=0.8,en;q=0.7", "fr"),
        ("", "en;q=0.5,FR;q=0.6", "fr"),
        ("", "fr;q=0,ru;q=0.1", "ru"),
        ("", "fr;q=much", "en"),
        ("fr", "ru", "fr"),
        ("xx", "ru", "ru"),
    ],
)
def test_the_persons_choice_comes_before_the_browsers(chosen: str, accepted: str, code: str) -> None:
    assert best(chosen, accepted) == code


@given(st.text(), st.text())
def test_any_header_gives_a_language_that_exists(chosen: str, accepted: str) -> None:
    assert best(chosen, accepted) in NAMES


@pytest.mark.parametrize("code", [code for code in NAMES if code != "en"])
def test_a_translation_has_the_places_of_its_message(code: str) -> None:
    places = re.compile(r"%\(\w+\)s|\{\}|%%")
    for message in read(code):
        if not message.id:
            continue
        originals = [message.id] if isinstance(message.id, str) else message.id
        translated = [message.string] if isinstance(message.string, str) else message.string
        for text in translated or ():
            assert sorted(places.findall(text)) == sorted(places.findall(originals[-1])), text


def test_scripts_get_their_own_messages_and_the_names_of_events() -> None:
    words = language("ru").browser
    assert words["Connection lost. What is shown may be old."] == "Связь потеряна. Показанное может устареть."
    assert words["Intrusion"] == "Вторжение"
    assert "Skip to content" not in words
    assert language("en").browser == {}
