from __future__ import annotations

import threading

from passerby.ingest.latest import Latest


def test_the_newest_wins_and_the_others_are_counted() -> None:
    slot: Latest[int] = Latest()
    for number in (1, 2, 3):
        slot.put(number)
    assert (slot.take(0), slot.dropped) == (3, 2)


def test_an_item_is_taken_once() -> None:
    slot: Latest[int] = Latest()
    slot.put(1)
    assert (slot.take(0), slot.take(0), slot.dropped) == (1, None, 0)


def test_a_falsy_item_is_an_item() -> None:
    slot: Latest[int] = Latest()
    slot.put(0)
    slot.put(0)
    assert (slot.take(0), slot.dropped) == (0, 1)


def test_take_waits_for_an_item_and_no_longer() -> None:
    slot: Latest[int] = Latest()
    timer = threading.Timer(0.05, slot.put, [7])
    timer.start()
    assert slot.take(86_400) == 7
    timer.join()


def test_every_item_is_taken_or_counted_under_load() -> None:
    slot: Latest[int] = Latest()
    writer = threading.Thread(target=lambda: [slot.put(n) for n in range(1, 5001)])
    writer.start()
    taken, is_over = [], False
    while not is_over:
        is_over = not writer.is_alive()  # before the last look
        item = slot.take(0.01)
        taken += [] if item is None else [item]
    assert taken == sorted(set(taken))
    assert len(taken) + slot.dropped == 5000
