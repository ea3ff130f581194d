from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import av
import pytest

from passerby.ingest.catch_up import BEHIND_S, CatchUp
from support.video import write

FPS, GOP = 25, 50


@dataclass
class Codec:
    skip_frame: str = "DEFAULT"


def watched(delays_s: list[tuple[float, float]], drift: float = 0.0) -> list[bool]:
    """Whether only key frames are decoded at each packet; delays_s: how long, and the delay meanwhile, seconds."""
    codec, skips = Codec(), list[bool]()
    catch_up, number = CatchUp(codec, "hall"), 0  # type: ignore[arg-type]
    for lasts_s, delay_s in delays_s:
        for _ in range(round(lasts_s * FPS)):
            stream_s = number / FPS
            catch_up.step(100.0 + stream_s * (1 + drift) + delay_s, stream_s, is_key=number % GOP == 0)
            skips.append(codec.skip_frame == "NONKEY")
            number += 1
    return skips


@pytest.mark.parametrize(
    ("delays_s", "drift", "expected", "why"),
    [
        ([(60, 0.0)], 0.0, 0, "in time"),
        ([(10, 0.0), (10, 0.8), (10, 0.0)], 0.0, 0, "a network that hesitates"),
        ([(10, 0.0), (4, 1.5), (10, 0.0)], 0.0, 4 * FPS, "behind, and from the next key frame on in time"),
        ([(20_000, 0.0)], 0.0001, 0, "clocks that drift apart for hours"),
        ([(10, 0.0), (10, 3600.0), (10, 3600.5)], 0.0, 0, "a jump of the camera's clock"),
        ([(10, 0.0), (10, -3600.0)], 0.0, 0, "a jump back"),
    ],
)
def test_only_key_frames_while_the_decoder_is_behind(
    delays_s: list[tuple[float, float]], drift: float, expected: int, why: str
) -> None:
    assert sum(watched(delays_s, drift)) == pytest.approx(expected, abs=GOP), why


def test_the_delay_is_known_and_is_long_while_pictures_are_left_out() -> None:
    catch_up = CatchUp(Codec(), "hall")  # type: ignore[arg-type]
    seen = []
    for number, delay_s in enumerate([0.0, 0.5, 1.5, 0.1, 0.1]):
        catch_up.step(100.0 + number / FPS + delay_s, number / FPS, is_key=number == 4)
        seen.append(round(catch_up.behind_s, 2))
    assert seen == [0.0, 0.5, 1.5, BEHIND_S, 0.1]


def test_all_pictures_begin_again_at_a_key_frame() -> None:
    skips = watched([(10, 0.0), (4.4, 2.0), (10, 0.0)])
    ends = [n for n in range(1, len(skips)) if skips[n - 1] and not skips[n]]
    assert [n % GOP for n in ends] == [0], "no picture refers to one that was not decoded"


def test_pictures_after_the_gap_are_whole(tmp_path: Path) -> None:
    """A real decoder, which is a second and a half late for a while; a key frame comes every tenth picture."""
    seen: list[int] = []
    with av.open(str(write(tmp_path / "a.mp4", 100, fps=25))) as file:
        stream = file.streams.video[0]
        stream.thread_type = "NONE"
        catch_up = CatchUp(stream.codec_context, "hall")
        for number, packet in enumerate(file.demux(stream)):
            late_s = 1.5 if 25 <= number < 65 else 0.0
            catch_up.step(100 + number / 25 + late_s, number / 25, is_key=packet.is_keyframe)
            seen += [round(25 * (frame.time or 0)) + 1 for frame in packet.decode() if not frame.is_corrupt]
    assert seen[:25] == list(range(1, 26))
    assert {31, 41, 51, 61} <= set(seen), "key frames go on"
    assert len([n for n in seen if 27 <= n < 65]) <= 6, "and nothing else is decoded"
    assert seen[-30:] == list(range(71, 101)), "from the next key frame on everything is"
