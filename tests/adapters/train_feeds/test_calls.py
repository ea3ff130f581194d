"""Which calls of a feed have departed: each once, none of the past, none that was withdrawn."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from passerby.adapters.train_feeds.calls import JUST_AHEAD_S, REMEMBERED_S, CallBook, TrainCall

A, B = TrainCall("a", "1", 100.0), TrainCall("b", "2", 400.0)


def played(*answers: tuple[float, list[TrainCall]]) -> list[list[str]]:
    book = CallBook()
    return [book.departed(answer, now_s) for now_s, answer in answers]


@pytest.mark.parametrize(
    ("answers", "departed", "why"),
    [
        ([(0, [A, B]), (99, [A, B]), (100, [A, B]), (101, [A, B])], [[], [], ["1"], []], "each once"),
        ([(150, [A, B]), (160, [A, B])], [[], []], "it had left before the first answer"),
        ([(0, [A]), (90, []), (105, [])], [[], [], ["1"]], "a feed drops a train as it leaves"),
        ([(0, [B]), (400 - JUST_AHEAD_S - 1, []), (401, [])], [[], [], []], "withdrawn long before"),
        ([(0, [A]), (50, [replace(A, departs_s=300.0)]), (110, [A]), (301, [])], [[], [], ["1"], []], "late"),
        (
            [(0, [A]), (101, [A]), (110, [replace(A, departs_s=200.0)]), (201, [])],
            [[], ["1"], [], []],
            "corrected",
        ),
        ([(0, [A]), (90, [replace(A, is_cancelled=True)]), (101, [])], [[], [], []], "cancelled"),
        ([(0, [A]), (101, [replace(A, is_there=True)]), (110, [A])], [[], [], ["1"]], "it still stands there"),
        (
            [(0, [A]), (101, [replace(A, is_there=True)]), (110, [])],
            [[], [], ["1"]],
            "it stood there until it left",
        ),
    ],
)
def test_answers_of_a_feed(
    answers: list[tuple[float, list[TrainCall]]], departed: list[list[str]], why: str
) -> None:
    assert played(*answers) == departed, why


times = st.floats(0, 1_000)
calls = st.builds(TrainCall, st.sampled_from("abc"), st.just("1"), times, st.booleans(), st.booleans())


@given(st.lists(st.tuples(times, st.lists(calls, max_size=3)), max_size=8))
def test_no_train_departs_twice(answers: list[tuple[float, list[TrainCall]]]) -> None:
    ordered = sorted(answers, key=lambda answer: answer[0])
    assert sum(map(len, played(*ordered))) <= 3


def test_what_is_remembered_is_bounded() -> None:
    book = CallBook()
    for day in range(30):
        book.departed(
            [TrainCall(f"{day} {n}", "1", day * 86400.0) for n in range(100)], day * 86400.0 + REMEMBERED_S
        )
    assert len(book._departed) + len(book._expected) <= 200
