from __future__ import annotations

import threading
from collections.abc import Callable
from fractions import Fraction
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest

from passerby.contracts.errors import InputError
from passerby.contracts.events import Gap
from passerby.contracts.time import TimeSource, Timestamp
from passerby.ingest.file import FileSource
from passerby.ingest.source import FrameSource, Losses, SourceInfo
from passerby.pixels.frame import RawFrame
from support.video import cut, damaged, joined, number_of, turned, write


class Read:
    """Everything one reading of a file gave."""

    def __init__(self, path: Path, assumed_fps: float | None = None) -> None:
        source = FileSource(path, "hall", assumed_fps)
        self.info: SourceInfo = source.open()
        items = list(source.frames(threading.Event()))
        source.close()
        self.frames = [item for item in items if isinstance(item, RawFrame)]
        self.gaps = [item for item in items if isinstance(item, Gap)]
        self.times_s = [frame.at.s for frame in self.frames]
        self.seen = [number_of(frame.bgr) for frame in self.frames]
        self.losses, self.notes = source.losses, source.notes


def test_every_frame_in_order_with_its_number_and_time(tmp_path: Path) -> None:
    read = Read(write(tmp_path / "a.mp4", 20, fps=10))
    assert read.seen == [frame.number for frame in read.frames] == list(range(1, 21))
    assert read.times_s == pytest.approx([n / 10 for n in range(20)])
    assert {(f.camera, f.at.source, f.at.utc_ns) for f in read.frames} == {("hall", TimeSource.RECORDING, None)}
    assert (read.gaps, read.losses, read.notes) == ([], Losses(), ())


def test_b_frames_come_in_the_order_they_are_shown(tmp_path: Path) -> None:
    path = write(tmp_path / "b.mp4", 20, codec="libx265")
    assert Read(path).seen == list(range(1, 21))


def test_times_are_even_where_only_decoding_times_are_stored(tmp_path: Path) -> None:
    read = Read(write(tmp_path / "b.avi", 20, codec_options={"bf": "2"}))
    assert read.seen == list(range(1, 21))
    assert read.times_s == pytest.approx([n / 25 for n in range(20)])
    assert read.notes == ()


def test_a_variable_rate_is_respected(tmp_path: Path) -> None:
    pts_ms = [0, 40, 500, 510, 2000]
    assert Read(write(tmp_path / "v.mp4", 5, pts_ms=pts_ms)).times_s == pytest.approx(
        [pts / 1000 for pts in pts_ms]
    )


@pytest.mark.parametrize(("name", "codec"), [("a.mp4", "libx264"), ("a.mkv", "libx264"), ("a.avi", "mpeg4")])
def test_pixels_that_are_not_square_are_made_so(name: str, codec: str, tmp_path: Path) -> None:
    read = Read(write(tmp_path / name, 5, wh=(32, 48), codec=codec, pixel_aspect=Fraction(2)))
    assert read.info.wh == (64, 48)
    assert {frame.wh for frame in read.frames} == {(64, 48)}
    assert (read.seen, read.losses, read.notes) == ([1, 2, 3, 4, 5], Losses(), ())


def test_a_high_dynamic_range_is_noted(tmp_path: Path) -> None:
    pq = "log-level=none:transfer=smpte2084:colorprim=bt2020:colormatrix=bt2020nc"
    path = write(tmp_path / "a.mp4", 5, codec="libx265", pix_fmt="yuv420p10le", codec_options={"x265-params": pq})
    (note,) = Read(path).notes
    assert "high dynamic range (PQ)" in note


def test_a_cut_to_another_scene_is_noted(tmp_path: Path) -> None:
    left, right = np.zeros((48, 64, 3), np.uint8), np.zeros((48, 64, 3), np.uint8)
    left[:, :32], right[:, 32:] = 200, 200
    read = Read(write(tmp_path / "a.mp4", pictures=[*[left] * 50, *[right] * 50]))
    (note,) = read.notes
    assert "changes to another scene at 2.0 s; zones" in note


def test_a_hole_is_a_gap_and_time_goes_on_as_a_player_shows_it(tmp_path: Path) -> None:
    read = Read(write(tmp_path / "h.mp4", 4, pts_ms=[0, 40, 20_000, 20_040]))
    assert read.times_s == pytest.approx([0, 0.04, 20, 20.04])
    assert read.gaps == [Gap("hall", 0.04, 20.0, None, "the recording has a hole")]


def test_a_clock_that_jumps_back_is_a_gap_and_time_goes_on(tmp_path: Path) -> None:
    part = write(tmp_path / "part.ts", 20)
    read = Read(joined(tmp_path / "joined.ts", part, part))
    assert read.times_s == pytest.approx([n / 25 for n in range(40)])
    assert read.gaps == [Gap("hall", 0.76, 0.8, None, "the recording's clock jumps back")]
    assert read.seen == [*range(1, 21)] * 2


def test_no_times_at_all(tmp_path: Path) -> None:
    read = Read(write(tmp_path / "a.h264", 20, fps=12, format="h264"), assumed_fps=10)
    assert read.times_s == pytest.approx([n / 10 for n in range(20)])
    assert read.info.time_is_assumed
    assert "has no times; 10 frames per second are assumed" in read.notes[0]


@pytest.mark.parametrize(("suffix", "format"), [("ts", None), ("h264", "h264")])
def test_a_size_that_changes_midway(suffix: str, format: str | None, tmp_path: Path) -> None:
    small = write(tmp_path / f"s.{suffix}", 20, format=format)
    large = write(tmp_path / f"l.{suffix}", 20, wh=(128, 96), format=format)
    read = Read(joined(tmp_path / f"both.{suffix}", small, large, small))
    assert [frame.wh for frame in read.frames] == [(64, 48)] * 20 + [(128, 96)] * 20 + [(64, 48)] * 20
    assert read.seen == [*range(1, 21)] * 3


@pytest.mark.parametrize(
    ("name", "options"), [("t.mp4", {"movflags": "faststart"}), ("t.mkv", {})], ids=["mp4", "matroska"]
)
def test_a_truncated_file_gives_what_is_there_and_says_so(
    name: str, options: dict[str, str], tmp_path: Path
) -> None:
    read = Read(cut(write(tmp_path / name, 50, noise=True, options=options), 0.6))
    assert 25 <= len(read.frames) <= 32
    assert read.seen[:20] == list(range(1, 21))
    assert any("was truncated: it ends 0." in note for note in read.notes)


FIRST_AT_MS = 30 * 24 * 3_600_000
LATE = [FIRST_AT_MS + 40 * n for n in range(20)]
NOT_CUT = [
    ("Matroska that begins after a month", lambda folder: write(folder / "a.mkv", 20, pts_ms=LATE)),
    ("last picture held, MP4", lambda folder: write(folder / "a.mp4", 20, last_shown_s=3)),
    ("last picture held, Matroska", lambda folder: write(folder / "a.mkv", 20, last_shown_s=3)),
    ("a transport stream that begins late", lambda folder: write(folder / "a.ts", 20, pts_ms=LATE)),
    ("a Flash video that begins late", lambda folder: write(folder / "a.flv", 20, pts_ms=LATE)),
    ("last picture held, Flash", lambda folder: write(folder / "a.flv", 20, last_shown_s=3)),
]


@pytest.mark.parametrize("make", [case[1] for case in NOT_CUT], ids=[case[0] for case in NOT_CUT])
def test_a_whole_file_is_not_called_cut_off(make: Callable[[Path], Path], tmp_path: Path) -> None:
    read = Read(make(tmp_path))
    assert len(read.frames) == 20
    assert read.notes == ()


def test_one_that_begins_late_and_was_cut_off_is(tmp_path: Path) -> None:
    late = [FIRST_AT_MS + 40 * n for n in range(100)]
    read = Read(cut(write(tmp_path / "a.mkv", 100, pts_ms=late, noise=True), 0.5))
    (note,) = [note for note in read.notes if "was truncated" in note]
    assert "it ends 2." in note or "it ends 1." in note


def test_damage_in_the_middle_is_counted_and_stepped_over(tmp_path: Path) -> None:
    read = Read(damaged(write(tmp_path / "d.mp4", 50, noise=True), 0.4, 0.5))
    assert len(read.frames) >= 40
    assert read.times_s[-1] == pytest.approx(1.96)
    assert all(b > a for a, b in pairwise(read.times_s))
    assert read.losses.decode_errors >= 1
    assert any("is damaged" in note for note in read.notes)


@pytest.mark.parametrize("name", ["d.mkv", "d.ts", "d.avi"])
def test_damage_in_other_containers_ends_neither_early_nor_never(name: str, tmp_path: Path) -> None:
    codec = "mpeg4" if name == "d.avi" else "libx264"
    read = Read(damaged(write(tmp_path / name, 50, noise=True, codec=codec), 0.4, 0.5))
    assert len(read.frames) >= 35
    assert all(b > a for a, b in pairwise(read.times_s))


ODD: list[tuple[str, Callable[[Path], Path], tuple[int, int]]] = [
    ("one pixel", lambda d: write(d / "p.mkv", 3, wh=(1, 1), codec="ffv1", pix_fmt="bgr0"), (1, 1)),
    ("one pixel, 4:2:0", lambda d: write(d / "p.mkv", 3, wh=(1, 1), codec="ffv1"), (1, 1)),
    ("odd sides", lambda d: write(d / "o.mkv", 3, wh=(63, 47), codec="ffv1"), (63, 47)),
    ("greyscale", lambda d: write(d / "g.mkv", 3, codec="ffv1", pix_fmt="gray"), (64, 48)),
    ("10 bits", lambda d: write(d / "t.mp4", 3, pix_fmt="yuv420p10le"), (64, 48)),
    ("10 bits, H.265", lambda d: write(d / "t.mp4", 3, codec="libx265", pix_fmt="yuv420p10le"), (64, 48)),
    ("motion JPEG, full range", lambda d: write(d / "m.avi", 3, codec="mjpeg", pix_fmt="yuvj420p"), (64, 48)),
    ("turned", lambda d: turned(write(d / "r.mp4", 3)), (48, 64)),
    ("a single frame", lambda d: write(d / "1.mp4", 1), (64, 48)),
]


@pytest.mark.parametrize(("make", "wh"), [case[1:] for case in ODD], ids=[case[0] for case in ODD])
def test_odd_but_sound(make: Callable[[Path], Path], wh: tuple[int, int], tmp_path: Path) -> None:
    read = Read(make(tmp_path))
    assert read.info.wh == wh
    assert {frame.wh for frame in read.frames} == {wh}
    assert read.seen == [1, 2, 3][: len(read.frames)]
    assert (read.gaps, read.losses, read.notes) == ([], Losses(), ())


def test_stop_ends_the_reading(tmp_path: Path) -> None:
    stop, source = threading.Event(), FileSource(write(tmp_path / "a.mp4", 50), "hall")
    numbers = []
    for item in source.frames(stop):
        assert isinstance(item, RawFrame)
        numbers.append(item.number)
        if item.number == 3:
            stop.set()
    source.close()
    assert numbers == [1, 2, 3]


def test_only_wanted_frames_are_converted_and_all_are_asked_about(tmp_path: Path) -> None:
    source, asked = FileSource(write(tmp_path / "a.mp4", 20), "hall"), list[tuple[int, float]]()

    def wants(number: int, at: Timestamp) -> bool:
        asked.append((number, at.s))
        return number % 5 == 1

    items = list(source.frames(threading.Event(), wants))
    source.close()
    assert [(item.number, number_of(item.bgr)) for item in items if isinstance(item, RawFrame)] == [
        (n, n) for n in (1, 6, 11, 16)
    ]
    assert asked == [(n, pytest.approx((n - 1) / 25)) for n in range(1, 21)]


def test_frames_opens_by_itself_and_close_may_be_repeated(tmp_path: Path) -> None:
    source: FrameSource = FileSource(write(tmp_path / "a.mp4", 5), "hall")
    for _ in range(2):
        assert len(list(source.frames(threading.Event()))) == 5
        source.close()
        source.close()


def test_a_file_that_cannot_be_opened_raises_from_frames_too(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="no such file"):
        next(FileSource(tmp_path / "none.mp4", "hall").frames(threading.Event()))


@pytest.mark.shared
def test_a_recording_whose_length_is_known(shared: Path) -> None:
    read = Read(shared / "media" / "tud-stadtmitte-480p25.mp4")
    assert (len(read.frames), read.times_s[-1]) == (179, pytest.approx(7.12))
    assert (read.gaps, read.losses, read.notes) == ([], Losses(), ())
