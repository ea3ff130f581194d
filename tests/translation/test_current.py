from __future__ import annotations

import contextvars
from collections.abc import Callable
from typing import Any

import pytest

from passerby.charts.wording import lasting, measured, plain, several
from passerby.contracts.events import Measure
from passerby.translation.current import current, gettext, ngettext, use


def speaking(code: str, say: Callable[[], Any]) -> Any:
    """What `say` returns in a language; the test's own context keeps English."""

    def inside() -> Any:
        use(code)
        return say()

    return contextvars.copy_context().run(inside)


def test_english_is_spoken_unless_a_request_asks_for_another_language() -> None:
    assert current().code == "en"
    assert speaking("fr", lambda: gettext("Alarm")) == "Alarme"
    assert gettext("Alarm") == "Alarm"
    assert gettext("never translated %(x)s", x=3) == "never translated 3"
    assert gettext("") == ""


@pytest.mark.parametrize(
    ("number", "words"), [(1, "1 тревога"), (3, "3 тревоги"), (11, "11 тревог"), (21, "21 тревога")]
)
def test_russian_has_three_forms_of_a_noun(number: int, words: str) -> None:
    assert speaking("ru", lambda: ngettext("%(num)s alarm", "%(num)s alarms", number)) == words


@pytest.mark.parametrize(
    ("code", "words"),
    [
        ("en", ("1\u202f234.5", "3.1 ± 0.1\u202fm/s", "2 people", "8\u202fh 05\u202fmin")),
        ("fr", ("1\u202f234,5", "3,1 ± 0,1\u202fm/s", "2 personnes", "8\u202fh 05\u202fmin")),
        ("ru", ("1\u202f234,5", "3,1 ± 0,1\u202fм/с", "2 человека", "8\u202fч 05\u202fмин")),
    ],
)
def test_numbers_and_units_are_those_of_the_language(code: str, words: tuple[str, ...]) -> None:
    def said() -> tuple[str, ...]:
        speed = Measure("speed", 3.1, "m/s", 0.1)
        return plain(1234.5, 1), measured(speed), several(2, "person", "people"), lasting(29100.0)

    assert speaking(code, said) == words
