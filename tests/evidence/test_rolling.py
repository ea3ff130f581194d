from __future__ import annotations

import hashlib
from dataclasses import replace
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest

from passerby.contracts.errors import StoreError
from passerby.contracts.events import EvidenceFile
from passerby.contracts.time import Timestamp
from passerby.evidence.rolling import PART_S, PREFIX, RollingVideo
from passerby.evidence.video import ENCODING, PART, RedactedVideo
from passerby.pixels import redact as redact_module
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


def record(folder: Path, times_s: list[float], *, live: bool = True, **services: Any) -> RollingVideo:
    with RollingVideo(folder, segment_s=10.0, **services) as video:
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


def test_pictures_are_encoded_in_parts_and_between_them_there_is_no_encoder(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    added: list[tuple[float, bool]] = []
    add = RedactedVideo.add

    def noted(self: RedactedVideo, shown: RedactedImage) -> None:
        add(self, shown)
        added.append((shown.at.s, ENCODING.locked()))

    monkeypatch.setattr(RedactedVideo, "add", noted)
    with RollingVideo(tmp_path) as video:
        written = []
        for n in range(3 * PART):
            video.add(image(n / 4))
            written.append(len(added))
            assert video._video is not None
            assert video._video._encoder is None
    steps = [b - a for a, b in pairwise([0, *written]) if b > a]
    assert 1 <= steps[0] <= PART, "the parts of cameras that start together end at other times"
    assert set(steps[1:]) == {PART}
    assert added == [(n / 4, True) for n in range(3 * PART)]
    assert len([*pictures(tmp_path / files(tmp_path)[0])]) == 3 * PART == video.frames


def test_a_part_of_few_pictures_ends_after_its_time(tmp_path: Path) -> None:
    with RollingVideo(tmp_path) as video:
        for n in range(20):
            video.add(image(2.0 * n))
            assert all(2.0 * n - kept.at.s <= PART_S for kept in video._part)
            assert video.frames + len(video._part) == n + 1


def test_a_picture_that_cannot_be_drawn_is_left_out(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    class Faulty:
        wh = WH

        def bgr(self, wh: tuple[int, int], how: int) -> Any:
            raise RuntimeError("a fault in the redactor")

    with RollingVideo(tmp_path) as video:
        for n in range(4):
            shown = image(n / 4)
            if n == 2:
                shown = replace(shown, picture=Faulty(), made_by=redact_module._ONLY_HERE)
            video.add(shown)
    assert video.frames == 3 == len([*pictures(tmp_path / files(tmp_path)[0])])
    assert "a picture is not recorded" in caplog.text


def test_a_new_file_whenever_the_size_changes(tmp_path: Path) -> None:
    half = (WH[0] // 2, WH[1] // 2)
    with RollingVideo(tmp_path) as video:
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


def test_a_file_is_recorded_before_it_exists_and_when_it_is_finished(tmp_path: Path) -> None:
    seen: list[tuple[EvidenceFile, bool]] = []
    (tmp_path / "cam").mkdir()
    record(
        tmp_path / "cam",
        [0.0, 1.0, 11.0],
        results=tmp_path,
        record=lambda file: seen.append((file, (tmp_path / file.path).is_file())),
    )
    names = [f"cam/{PREFIX}2026-03-01T0745{second}000Z.mp4" for second in ("00", "11")]
    assert [(file.path, bool(file.sha256), is_there) for file, is_there in seen] == [
        (names[0], False, False),
        (names[0], True, True),
        (names[1], False, False),
        (names[1], True, True),
    ]
    done = seen[1][0]
    data = (tmp_path / done.path).read_bytes()
    assert (done.kind, done.camera, done.event, done.seconds) == ("video", "platform-1", "", 1.0)
    assert (done.bytes, done.sha256) == (len(data), hashlib.sha256(data).hexdigest())


def test_a_recording_that_is_analysed_again_overwrites_nothing(tmp_path: Path) -> None:
    foreign = tmp_path / f"{PREFIX}00000010000.mp4"
    foreign.write_bytes(b"mine")
    record(tmp_path, [0.0, 10.0], live=False)
    before = {path: path.read_bytes() for path in tmp_path.iterdir()}
    record(tmp_path, [0.0, 10.0], live=False)
    assert {path: path.read_bytes() for path in before} == before
    assert len(files(tmp_path)) == len(before) + 2
    assert foreign.read_bytes() == b"mine"


def test_without_a_record_there_is_no_file(tmp_path: Path) -> None:
    def refuse(_: EvidenceFile) -> None:
        raise StoreError("the database cannot be written")

    with pytest.raises(StoreError, match="the database"):
        record(tmp_path, [0.0], record=refuse)
    assert files(tmp_path) == []


def test_closing_twice_and_going_on_after_it(tmp_path: Path) -> None:
    video = RollingVideo(tmp_path)
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
    video = RollingVideo(tmp_path / "absent")
    with pytest.raises(StoreError, match="cannot be written"):
        video.add(image(0.0))
    video.close()
