from __future__ import annotations

import threading

import pytest

from passerby.ingest.turns import Turns
from support.waiting import PATIENCE_S, until


def test_the_turn_goes_to_the_thread_that_waits_longest() -> None:
    turns, came = Turns(1), list[int]()

    def work(number: int) -> None:
        with turns:
            came.append(number)

    threads = [threading.Thread(target=work, args=(number,), daemon=True) for number in range(5)]
    with turns:
        for number, thread in enumerate(threads):
            thread.start()
            until(lambda number=number: turns.waiting == number + 1)  # type: ignore[misc]
    for thread in threads:
        thread.join(PATIENCE_S)
    assert came == [0, 1, 2, 3, 4]
    assert turns.waiting == 0


@pytest.mark.parametrize("most", [1, 3])
def test_never_more_at_once(most: int) -> None:
    turns, gate, inside, counts = Turns(most), threading.Lock(), [0], set[int]()

    def work() -> None:
        for _ in range(200):
            with turns:
                with gate:
                    inside[0] += 1
                    counts.add(inside[0])
                with gate:
                    inside[0] -= 1

    threads = [threading.Thread(target=work, daemon=True) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(PATIENCE_S)
    assert not any(thread.is_alive() for thread in threads), "no turn was lost"
    assert max(counts) <= most


def test_an_error_gives_the_turn_back() -> None:
    turns = Turns(1)
    for _ in range(3):
        with pytest.raises(ValueError, match="of the work"), turns:
            raise ValueError("of the work")
    assert turns.waiting == 0
