from __future__ import annotations

from types import SimpleNamespace
from typing import Any

from passerby.app.figures import EVERY_S, FIRST_S, Histories


def test_sums_are_taken_soon_after_the_start_and_then_every_minute() -> None:
    clock, made = SimpleNamespace(s=0.0), 0

    def history() -> int:
        nonlocal made
        made += 1
        return made

    histories = Histories(lambda: clock.s)
    loop: Any = SimpleNamespace(state=None)
    histories.step("hall", loop)
    loop.state = SimpleNamespace(history=history, frame_wh=(320, 240))
    taken = []
    for clock.s in (FIRST_S - 1, FIRST_S, FIRST_S + 1, FIRST_S + EVERY_S):
        histories.step("hall", loop)
        known = histories.get("hall")
        taken.append(known and known.history)
    assert taken == [None, 1, 1, 2]
    assert histories.get("other") is None
