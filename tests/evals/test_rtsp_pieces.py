from __future__ import annotations

import numpy as np
import pytest

from passerby.evals.rtsp_pieces import DAMAGE, JUMP_S, LOSS, STAMPS_PER_S, Pieces, lossy, reordered

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


REPORT = bytes([0x80, 200, 0, 6]) + bytes(24)
PICTURE = bytes([0x80, 96]) + bytes(24)


def put(data: bytes, *numbers: tuple[int, int]) -> bytes:
    """The data with numbers of 32 bits at these places."""
    for at, value in numbers:
        data = data[:at] + (value % 2**32).to_bytes(4, "big") + data[at + 4 :]
    return data


@pytest.mark.parametrize("kind", ["clock", "clock_back", "stamps", "stamps_back"])
def test_a_moved_clock_is_that_of_reports_and_with_stamps_that_of_packets(kind: str) -> None:
    by_s = -JUMP_S if kind.endswith("back") else JUMP_S
    stamp = by_s * STAMPS_PER_S if kind.startswith("stamps") else 0
    wanted = [put(REPORT, (8, by_s), (16, stamp)), put(PICTURE, (4, stamp))]
    moved = DAMAGE[kind]([packet(REPORT, 1), packet(PICTURE)], RNG)
    assert moved == [packet(wanted[0], 1), packet(wanted[1])]


@pytest.mark.parametrize(
    ("data", "why"),
    [
        (bytes([0x80, 201, 0, 6]) + bytes(24), "a receiver report"),
        (bytes([0x80, 200]), "a report that is cut off"),
        (bytes([0x80, 96, 0]), "a picture that is cut off"),
    ],
)
def test_other_packets_keep_their_bytes(data: bytes, why: str) -> None:
    assert DAMAGE["stamps"]([packet(data, 1), ANSWER], RNG) == [packet(data, 1), ANSWER], why
