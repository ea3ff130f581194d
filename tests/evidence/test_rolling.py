from __future__ import annotations

from dataclasses import replace
from itertools import pairwise
from pathlib import Path

import pytest

from passerby.contracts.errors import StoreError
from passerby.contracts.time import Timestamp
from passerby.evidence.rolling import PREFIX, RollingVideo
from passerby.pixels.frame import RawFrame
from passerby.pixels.redact import RedactedImage
from support.figures import pictures
from support.redacted import redact
from support.seen import found, noise, tracked

WH = (64, 48)
UTC_NS = 1_772_351_100 * 10**9


def image(t_s: float, *, live: bool = True, wh: tuple[int, int] = WH) -> RedactedImage:
    """Noise, which makes files large enough to be thrown away."""
    utc_ns = UTC_NS + round(t_s * 1e9) if live else None
    frame = RawFrame("platform-1", 1, Timestamp(round(t_s * 1e9), utc_ns), noise(wh, seed=round(10 * t_s)))
    return redact(frame, replace(found([], wh=wh), at=frame.at), replace(tracked([], wh=wh), at=frame.at))


def record(folder: Path, times_s: list[float], keep_mb: int = 100, *, live: bool = True) -> RollingVideo:
    with RollingVideo(folder, keep_mb, segment_s=10.0) as video:
        for t_s in times_s:
            video.add(image(t_s, live=live))
    return video


def files(folder: Path) -> list[str]:
    return sorted(p.name for p in folder.iterdir())


def test_a_new_file_whenever_one_is_full(tmp_path: Path) -> None:
    video = record(tmp_path, [n / 2 for n in range(50)])
    assert video.frames == 50
    assert files(tmp_path) == [
        "redacted-2026-03-01T074500000Z.mp4",
        "redacted-2026-03-01T074510000Z.mp4",
        "redacted-2026-03-01T074520000Z.mp4",
    ]
    assert [len([*pictures(tmp_path / name)]) for name in files(tmp_path)] == [20, 20, 10]


def test_a_new_file_whenever_the_size_changes(tmp_path: Path) -> None:
    half = (WH[0] // 2, WH[1] // 2)
    with RollingVideo(tmp_path, 100) as video:
        for n, wh in enumerate([WH, WH, half, half, half, WH]):
            video.add(image(n / 2, wh=wh))
    shown = [[picture.shape for picture in pictures(tmp_path / name)] for name in files(tmp_path)]
    assert shown == [[(48, 64, 3)] * 2, [(24, 32, 3)] * 3, [(48, 64, 3)]]


def test_names_sort_by_time_and_have_no_letter_a_disk_refuses(tmp_path: Path) -> None:
    record(tmp_path, [float(n) for n in range(0, 8 * 3600, 600)], live=False)
    names = files(tmp_path)
    assert len(names) == 48
    seconds = [int(name.removeprefix(PREFIX).removesuffix(".mp4")) for name in names]
    assert all(a < b for a, b in pairwise(seconds))
    assert not set("".join(names)) & set(':*?"<>|\\')


def test_the_oldest_make_room_and_the_newest_stay(tmp_path: Path) -> None:
    old = [tmp_path / f"{PREFIX}2026-02-2{day}T074500000Z.mp4" for day in range(1, 7)]
    for path in old:
        path.write_bytes(bytes(400_000))
    record(tmp_path, [0.0, 1.0], keep_mb=1)
    assert [path.exists() for path in old] == [False, False, False, False, True, True]
    assert (tmp_path / f"{PREFIX}2026-03-01T074500000Z.mp4").is_file()


def test_only_its_own_files_are_ever_removed(tmp_path: Path) -> None:
    kept = [tmp_path / name for name in ("report.html", "redacted.mp4", "holiday.mp4", "passerby.db")]
    for path in kept:
        path.write_bytes(bytes(3_000_000))
    (tmp_path / f"{PREFIX}2020-01-01T000000000Z.mp4").write_bytes(bytes(3_000_000))
    record(tmp_path, [0.0, 11.0, 22.0], keep_mb=1)
    assert all(path.is_file() for path in kept)
    assert not (tmp_path / f"{PREFIX}2020-01-01T000000000Z.mp4").exists()


def test_the_file_being_written_stays_however_little_is_to_be_kept(tmp_path: Path) -> None:
    record(tmp_path, [n / 2 for n in range(60)], keep_mb=0)
    (last,) = files(tmp_path)
    assert len([*pictures(tmp_path / last)]) == 20


def test_closing_twice_and_going_on_after_it(tmp_path: Path) -> None:
    video = RollingVideo(tmp_path, 100)
    video.close()
    video.add(image(0.0))
    video.close()
    video.close()
    video.add(image(1.0))
    video.close()
    assert video.frames == 2
    assert len(files(tmp_path)) == 2


def test_without_a_picture_there_is_no_file(tmp_path: Path) -> None:
    record(tmp_path, [])
    assert files(tmp_path) == []


def test_a_long_silence_does_not_stretch_a_file(tmp_path: Path) -> None:
    record(tmp_path, [0.0, 1.0, 500.0, 501.0])
    assert [len([*pictures(tmp_path / name)]) for name in files(tmp_path)] == [2, 2]


def test_a_folder_that_is_gone_is_one_sentence(tmp_path: Path) -> None:
    video = RollingVideo(tmp_path / "absent", 100)
    with pytest.raises(StoreError, match="cannot be written"):
        video.add(image(0.0))
    video.close()
