"""With blocks that close."""

from __future__ import annotations

import pytest

from passerby.contracts.closing import Closing


class Door(Closing):
    closed = 0

    def close(self) -> None:
        self.closed += 1


def slam(door: Door) -> None:
    with door as same:
        assert same is door
        raise KeyError


def test_closes_at_the_end_and_passes_errors_on() -> None:
    door = Door()
    with pytest.raises(KeyError):
        slam(door)
    assert door.closed == 1
