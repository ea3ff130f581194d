from __future__ import annotations

from passerby.console.attempts import (
    FIRST_WAIT_S,
    FORGIVEN_AFTER_S,
    FREE_TRIES,
    FREE_TRIES_OF_ADDRESS,
    LONGEST_WAIT_S,
    MOST_KEPT,
    Attempts,
)


class _Clock:
    s = 0.0

    def __call__(self) -> float:
        return self.s


def test_waits_grow_to_a_limit_and_are_forgiven() -> None:
    clock = _Clock()
    attempts = Attempts(clock)
    assert [attempts.begin("boss", "a") for _ in range(FREE_TRIES)] == [0.0] * FREE_TRIES
    assert attempts.waits_now("boss", "a")
    waits = []
    for _ in range(12):
        wait_s = attempts.begin("boss", "a")
        waits.append(wait_s)
        clock.s += wait_s
        assert attempts.begin("boss", "a") == 0.0
    assert waits[:3] == [FIRST_WAIT_S, 2 * FIRST_WAIT_S, 4 * FIRST_WAIT_S]
    assert max(waits) == LONGEST_WAIT_S
    assert attempts.begin("boss", "b") == 0.0  # at another address nobody waits
    clock.s += FORGIVEN_AFTER_S + 1
    assert [attempts.begin("boss", "a") for _ in range(FREE_TRIES)] == [0.0] * FREE_TRIES


def test_many_names_from_one_address_wait_too() -> None:
    attempts = Attempts(_Clock())
    assert all(attempts.begin(f"name {n}", "a") == 0.0 for n in range(FREE_TRIES_OF_ADDRESS))
    assert attempts.begin("one more", "a") > 0.0
    assert attempts.begin("one more", "b") == 0.0


def test_logins_that_succeed_are_no_failures() -> None:
    attempts = Attempts(_Clock())
    for _ in range(3 * FREE_TRIES_OF_ADDRESS):
        assert attempts.begin("anna", "a") == 0.0
        attempts.succeeded("anna", "a")


def test_what_is_kept_is_bounded() -> None:
    attempts = Attempts(_Clock())
    for n in range(MOST_KEPT):
        attempts.begin("anna", f"address {n}")
    assert len(attempts._tries) == MOST_KEPT
