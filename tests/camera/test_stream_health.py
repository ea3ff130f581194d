"""Streams that send less than usual, or with a wrong clock; and streams that only change slowly."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from passerby.camera.stream_health import StreamHealth
from passerby.contracts.time import NS_PER_S, Timestamp
from passerby.ingest.source import Losses

FPS, BYTES = 25.0, 80_000.0
Rate = Callable[[float], float]


def usual(_: float) -> float:
    return 1.0


def fades(t_s: float) -> float:
    """The station empties within two hours: a tenth of the bytes."""
    return max(0.1, 1 - t_s / 8000)


def falls(to: float, from_s: float = 900.0) -> Rate:
    return lambda t_s: to if t_s >= from_s else 1.0


def found(packets: Rate, size: Rate, seconds: int, drift: float | None = None) -> dict[str, float]:
    """The kinds that were reported, with the time of each."""
    health, losses, seen = StreamHealth(), Losses(), dict[str, float]()
    for t_s in range(seconds):
        losses.packets += round(FPS * packets(t_s))
        losses.received_bytes += round(BYTES * size(t_s))
        losses.clock_drift = drift
        for fault in health.step(losses, Timestamp(t_s * NS_PER_S)):
            seen.setdefault(fault.type.name, t_s)
    return seen


CASES: list[tuple[Rate, Rate, float | None, set[str], str]] = [
    (usual, usual, 0.0001, set(), "nothing happens"),
    (falls(0.5), falls(0.5), None, {"camera_low_fps"}, "half of the pictures"),
    (falls(0.8), falls(0.8), None, set(), "four fifths of the pictures"),
    (usual, falls(0.05), None, {"camera_low_bitrate"}, "a twentieth of the bytes"),
    (usual, fades, None, set(), "a station that empties"),
    (usual, usual, 0.02, {"camera_clock_drift"}, "a clock that runs too fast by 2 %"),
    (usual, usual, -0.02, {"camera_clock_drift"}, "a clock that runs too slowly"),
    (falls(0.5, 20.0), falls(0.5, 20.0), None, set(), "a camera that has just started"),
]


@pytest.mark.parametrize(("packets", "size", "drift", "kinds", "why"), CASES, ids=[case[4] for case in CASES])
def test_what_a_stream_reports(packets: Rate, size: Rate, drift: float | None, kinds: set[str], why: str) -> None:
    seconds = 9000 if packets is usual and size is fades else 1000
    seen = found(packets, size, seconds, drift)
    assert set(seen) == kinds, why
    assert all(t_s <= 900 + 50 for t_s in seen.values())


def test_a_source_without_packets_is_not_judged() -> None:
    assert found(lambda _: 0.0, lambda _: 0.0, 300) == {}


def test_an_outage_is_no_loss_of_pictures_and_a_fault_ends() -> None:
    health, losses = StreamHealth(), Losses()
    kinds = list[set[str]]()
    for t_s in range(700):
        if t_s == 300:  # silent for 100 s
            health.reset()
        is_slow = 400 <= t_s < 500
        losses.packets += 0 if 300 <= t_s < 400 else 10 if is_slow else 25
        if not 300 <= t_s < 400:
            kinds.append({fault.type.name for fault in health.step(losses, Timestamp(t_s * NS_PER_S))})
    assert kinds[0:330] == [set()] * 330
    assert {"camera_low_fps"} in kinds[330:420]
    assert kinds[-1] == set()
