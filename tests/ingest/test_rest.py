from __future__ import annotations

from dataclasses import dataclass, field

import pytest

from passerby.ingest.rest import AWAKE_S, CONFIRMED_S, MOST_KEPT_BYTES, MOST_KEPT_S, Rest

FPS, GOP = 25, 50


@dataclass(frozen=True)
class Packet:
    number: int
    size: int = 1000

    @property
    def is_keyframe(self) -> bool:
        return self.number % GOP == 0


@dataclass
class Stream:
    """A camera that sends packets; `decoded`: numbers that reached the decoder, `late`: those that waited."""

    rest: Rest = field(default_factory=Rest)
    number: int = 0
    decoded: list[int] = field(default_factory=list)
    late: list[int] = field(default_factory=list)

    def send(self, seconds: float, size: int = 1000, *, is_idle: bool = True, gop: bool = True) -> list[int]:
        """Send packets; return the numbers decoded meanwhile."""
        before = len(self.decoded)
        for _ in range(round(seconds * FPS)):
            packet = Packet(self.number if gop else 1, size)
            due = self.rest.step(packet, self.number / FPS, is_idle=is_idle)  # type: ignore[arg-type]
            self.decoded += [p.number for p in due]
            self.late += [p.number for p in due[:-1]]
            self.number += 1
        return self.decoded[before:]


def resting() -> Stream:
    stream = Stream()
    stream.send(20.0)
    return stream


def test_everything_is_decoded_while_somebody_is_there() -> None:
    stream = Stream()
    assert stream.send(10.0, is_idle=False) == list(range(250))
    assert stream.late == []


def test_key_frames_alone_are_decoded_while_nobody_is_there() -> None:
    stream = resting()
    keys = stream.send(20.0)
    assert len(keys) == 20 * FPS // GOP
    assert all(number % GOP == 0 for number in keys)


def test_the_place_is_learned_before_anything_is_left_out() -> None:
    assert Stream().send(CONFIRMED_S + 2.0) == list(range(round((CONFIRMED_S + 2.0) * FPS)))


@pytest.mark.parametrize("into_s", [0.04, 0.6, 1.9], ids=lambda s: f"{s} s after a key frame")
def test_motion_wakes_within_half_a_second_and_no_picture_is_left_out(into_s: float) -> None:
    stream = resting()
    stream.send(into_s)
    began, decoded = stream.number, len(stream.decoded)
    stream.send(0.5, 2000)
    woken = stream.decoded[decoded:]
    assert woken[-1] == stream.number - 1, "the newest picture is there"
    assert woken == list(range(woken[0], stream.number)), "and none that it refers to is missing"
    assert woken[0] == began - began % GOP + 1 or woken[0] % GOP == 0
    assert stream.decoded == sorted(set(stream.decoded)), "in order, each once"


def test_a_camera_that_woke_for_nothing_rests_again_and_learns() -> None:
    stream = resting()
    stream.send(CONFIRMED_S + AWAKE_S + 2.0, 2000)
    assert len(stream.send(10.0, 2000)) <= 10 * FPS // GOP + 1, "an escalator is a part of the empty place"


def test_a_camera_with_a_person_stays_awake_and_does_not_learn_them() -> None:
    stream = resting()
    stream.send(0.4, 2000)
    assert len(stream.send(60.0, 2000, is_idle=False)) == 60 * FPS
    stream.send(5.0)
    decoded = len(stream.decoded)
    stream.send(0.5, 2000)
    assert stream.decoded[-1] == stream.number - 1
    assert len(stream.decoded) > decoded, "the next person wakes it too"


def test_a_person_who_comes_slowly_nearer_is_not_learned() -> None:
    """The sizes grow by a hundredth in each second; the person is found after 4 s, and goes again."""
    stream = resting()
    for k in range(40):
        stream.send(0.1, 1000 + 5 * k)
    stream.send(10.0, 1200, is_idle=False)
    stream.send(CONFIRMED_S + 2.0)
    stream.send(0.5, round(1000 * 1.4))
    assert stream.decoded[-1] == stream.number - 1


def test_what_is_kept_is_bounded_in_time_and_bytes() -> None:
    """A camera whose key frames are far apart, as those with "smart" codecs."""
    stream = Stream()
    stream.send(20.0, gop=False)
    gaps, decoded = [], len(stream.decoded)
    for _ in range(30 * FPS):
        stream.send(1 / FPS, gop=False)
        if len(stream.decoded) > decoded:
            gaps.append(len(stream.decoded) - decoded)
            decoded = len(stream.decoded)
    assert max(gaps) <= MOST_KEPT_S * FPS + 2
    large = Stream()
    large.send(20.0, 500_000, gop=False)
    decoded, most = len(large.decoded), 0
    for _ in range(10 * FPS):
        large.send(1 / FPS, 500_000, gop=False)
        most, decoded = max(most, len(large.decoded) - decoded), len(large.decoded)
    assert most <= MOST_KEPT_BYTES // 500_000 + 2


def test_a_clock_that_jumps_keeps_nothing_longer() -> None:
    stream = resting()
    stream.send(0.2)
    stream.number -= 10 * GOP
    stream.send(3.0, gop=True)
    assert stream.decoded[-1] >= stream.number - GOP - 1
