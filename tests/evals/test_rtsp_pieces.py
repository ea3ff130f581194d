from __future__ import annotations

import numpy as np
import pytest

from passerby.evals.rtsp_pieces import JUMP_S, LOSS, Pieces, later_clock, lossy, reordered

ANSWER = b"RTSP/1.0 200 OK\r\nContent-Length: 5\r\n\r\nv=0\r\n"
EMPTY = b"RTSP/1.0 200 OK\r\nCSeq: 4\r\n\r\n"
RNG = np.random.default_rng(1)


def packet(data: bytes, channel: int = 0) -> bytes:
    return b"$" + bytes([channel]) + len(data).to_bytes(2, "big") + data


PACKETS = [packet(bytes([k]) * 20) for k in range(200)]


@pytest.mark.parametrize("step", [1, 3, 7, 10_000])
def test_pieces_are_whole_however_they_arrive(step: int) -> None:
    sent = [ANSWER, packet(b"\r\n\r\n$"), EMPTY, packet(b""), packet(b"$" * 300, 1)]
    data, pieces = b"".join(sent), Pieces()
    assert [one for k in range(0, len(data), step) for one in pieces.add(data[k : k + step])] == sent


def test_loss_takes_packets_and_no_answers() -> None:
    left = lossy([ANSWER, *PACKETS], RNG)
    assert left[0] == ANSWER
    assert abs(1 - len(left) / len(PACKETS) - LOSS) < 0.1


def test_a_new_order_loses_nothing() -> None:
    changed = reordered([*PACKETS, ANSWER], RNG)
    assert changed[0] == ANSWER
    assert sorted(changed[1:]) == sorted(PACKETS)
    assert changed[1:] != PACKETS


@pytest.mark.parametrize(
    ("data", "is_moved", "why"),
    [
        (bytes([0x80, 200, 0, 6]) + bytes(24), True, "a sender report"),
        (bytes([0x80, 201, 0, 6]) + bytes(24), False, "a receiver report"),
        (bytes([0x80, 96]) + bytes(24), False, "a picture"),
        (bytes([0x80, 200]), False, "a report that is cut off"),
    ],
)
def test_only_the_wall_clock_of_a_report_is_moved(data: bytes, is_moved: bool, why: str) -> None:
    (moved,) = later_clock([packet(data, 1)], RNG)
    wanted = data[:8] + JUMP_S.to_bytes(4, "big") + data[12:] if is_moved else data
    assert moved == packet(wanted, 1), why
