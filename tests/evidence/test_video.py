from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import av
import numpy as np
import pytest

from passerby.contracts.errors import StoreError
from passerby.evidence.video import RedactedVideo, encoded_wh
from passerby.pixels.redact import RedactedImage
from support import recording
from support.file_limit import file_size_limit
from support.recording import redacted
from support.redacted import FILL_BGR, redact
from support.seen import found, frame, noise, tracked
from support.unprivileged import open_folder, read_only

TESTS = Path(recording.__file__).parents[1]


def written(path: Path, images: list[RedactedImage]) -> Path:
    with RedactedVideo(path) as video:
        for image in images:
            video.add(image)
        assert video.frames == len(images)
    return path


def played(path: Path) -> tuple[list[float], list[np.ndarray]]:
    """Times in seconds and pictures as BGR, as a player has them."""
    with av.open(str(path)) as file:
        frames = [(frame.time, frame.to_ndarray(format="bgr24")) for frame in file.decode(video=0)]
    return [round(time, 4) for time, _ in frames], [picture for _, picture in frames]


@pytest.mark.parametrize(
    ("times_s", "why"),
    [
        ([n / 25 for n in range(30)], "steady"),
        ([0.0, 0.033, 0.21, 0.25, 3.5, 3.6, 65.0], "variable, with a minute missing"),
        ([600.0, 600.125, 600.25], "a later file of a long run plays from its own beginning"),
        ([0.0], "one picture"),
        ([0.0, 0.1], "two pictures"),
    ],
)
def test_times_are_the_frames_own(tmp_path: Path, times_s: list[float], why: str) -> None:
    images = [redacted(t, grey=130 + 4 * (i % 30)) for i, t in enumerate(times_s)]
    times, pictures = played(written(tmp_path / "out.mp4", images))
    assert times == [round(t - times_s[0], 4) for t in times_s], why
    for image, picture in zip(images, pictures, strict=True):
        assert abs(float(picture.mean()) - float(image.bgr.mean())) < 6


def test_a_video_that_rests_has_no_encoder_and_goes_on_with_a_key_frame(tmp_path: Path) -> None:
    path = tmp_path / "out.mp4"
    with RedactedVideo(path) as video:
        for n in range(20):
            video.add(redacted(n / 4, grey=130 + 4 * n))
            if n % 8 == 7:
                video.rest()
                assert video._encoder is None
    with av.open(str(path)) as file:
        keys = [packet.pts is not None and packet.is_keyframe for packet in file.demux(video=0) if packet.size]
    times, pictures = played(path)
    assert [n for n, is_key in enumerate(keys) if is_key] == [0, 8, 16]
    assert times == [n / 4 for n in range(20)]
    assert [abs(float(picture.mean()) - (130 + 4 * n)) < 6 for n, picture in enumerate(pictures)] == [True] * 20


def test_a_time_that_does_not_advance_is_moved_by_a_millisecond(tmp_path: Path) -> None:
    """MP4 refuses two pictures at one time; after a cut in a stream the clock may stand or fall back."""
    times, _ = played(written(tmp_path / "out.mp4", [redacted(t) for t in (1.0, 1.0, 1.0004, 0.5, 2.0)]))
    assert times == [0.0, 0.001, 0.002, 0.003, 1.0]


@pytest.mark.parametrize("wh", [(64, 48), (65, 49), (1, 1), (2, 2), (3, 301), (960, 540)])
def test_any_size(tmp_path: Path, wh: tuple[int, int]) -> None:
    _, pictures = played(written(tmp_path / "out.mp4", [redacted(n / 8, wh, grey=200) for n in range(3)]))
    even = tuple(max(2, side // 2 * 2) for side in wh)
    assert [picture.shape for picture in pictures] == [(even[1], even[0], 3)] * 3
    assert all(np.abs(picture.astype(int) - 200).max() < 10 for picture in pictures)


def test_pictures_of_another_size_are_fitted_to_the_first(tmp_path: Path) -> None:
    images = [redacted(0, (64, 48), grey=140), redacted(0.1, (128, 20), grey=220)]
    _, pictures = played(written(tmp_path / "out.mp4", images))
    assert [picture.shape for picture in pictures] == [(48, 64, 3)] * 2
    assert float(pictures[1].mean()) > 200


@pytest.mark.parametrize(
    ("wh", "most_px", "expected", "why"),
    [
        ((960, 540), 640, (640, 360), "reduced with its proportions"),
        ((320, 180), 640, (320, 180), "a small picture is not enlarged"),
        ((961, 541), None, (960, 540), "4:2:0 pictures have even sides"),
        ((540, 961), 160, (160, 284), "an upright picture"),
        ((1, 1), 640, (2, 2), "the smallest there is"),
    ],
)
def test_the_size_of_the_video(
    wh: tuple[int, int], most_px: int | None, expected: tuple[int, int], why: str
) -> None:
    assert encoded_wh(wh, most_px) == expected, why


def test_a_wide_picture_is_recorded_at_the_largest_width(tmp_path: Path) -> None:
    with RedactedVideo(tmp_path / "out.mp4", 64) as video:
        video.add(redacted(0.0, (128, 96), grey=140))
    _, (picture,) = played(tmp_path / "out.mp4")
    assert picture.shape == (48, 64, 3)
    assert abs(float(picture.mean()) - 140) < 45


def test_the_fill_is_solid_in_the_video(tmp_path: Path) -> None:
    """Compression may soften the edge of a box; a few pixels in there is nothing but the colour."""
    images = []
    for n in range(10):
        boxes = [(20 + n, 10, 60 + n, 90)]
        raw = frame((128, 96), n / 8, bgr=noise((128, 96), n))
        images.append(redact(raw, found(boxes, n / 8, wh=raw.wh), tracked(seconds=n / 8, wh=raw.wh)))
    _, pictures = played(written(tmp_path / "out.mp4", images))
    for n, picture in enumerate(pictures):
        inside = picture[18:84, 26 + n : 54 + n].astype(int)
        # A real-time encoder spends less on a picture where the processor is busy, and noise costs it most.
        assert (np.abs(inside - FILL_BGR) > 30).mean() < 0.01
        assert np.abs(inside.mean(axis=(0, 1)) - FILL_BGR).max() < 8


def test_no_picture_no_file(tmp_path: Path) -> None:
    RedactedVideo(tmp_path / "out.mp4").close()
    with RedactedVideo(tmp_path / "out2.mp4"):
        pass
    assert list(tmp_path.iterdir()) == []


def test_it_may_be_closed_twice_and_then_takes_nothing(tmp_path: Path) -> None:
    video = RedactedVideo(tmp_path / "out.mp4")
    video.add(redacted(0))
    video.close()
    video.close()
    with pytest.raises(ValueError, match=r"out\.mp4 is closed"):
        video.add(redacted(1))
    assert played(tmp_path / "out.mp4")[0] == [0.0]


@pytest.mark.parametrize("other", [frame(), noise(), None])
def test_a_raw_frame_is_never_written(tmp_path: Path, other: RedactedImage) -> None:
    with RedactedVideo(tmp_path / "out.mp4") as video:
        with pytest.raises(TypeError, match="only redacted pictures may be shown or stored"):
            video.add(other)
        assert video.frames == 0
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(("pictures", "playable"), [(30, 8), (60, 36), (300, 276)])
def test_kill_9_loses_the_last_seconds_only(tmp_path: Path, pictures: int, playable: int) -> None:
    path = tmp_path / "out.mp4"
    with subprocess.Popen(
        [sys.executable, recording.__file__, str(path), str(pictures)],
        stdout=subprocess.PIPE,
        env={**os.environ, "PYTHONPATH": str(TESTS)},
    ) as child:
        assert child.stdout is not None
        assert child.stdout.readline() == b"written\n"
        child.kill()
    times, _ = played(path)
    assert len(times) >= playable
    assert times == [n / 8 for n in range(len(times))]


def test_a_folder_that_is_not_there_is_said_before_the_first_picture(tmp_path: Path) -> None:
    with pytest.raises(StoreError) as caught:
        RedactedVideo(tmp_path / "none" / "out.mp4")
    assert str(caught.value) == (
        f"{tmp_path}/none/out.mp4 cannot be written (No such file or directory); give another folder"
    )


def test_a_folder_that_may_not_be_written() -> None:
    with open_folder() as folder, read_only(folder), pytest.raises(StoreError, match=r"\(Permission denied\)"):
        RedactedVideo(folder / "out.mp4")


def filled(video: RedactedVideo) -> None:
    for n in range(400):
        video.add(redacted(n / 8, (160, 120)))


def test_a_full_disk_is_one_sentence_and_keeps_what_was_written(tmp_path: Path) -> None:
    path = tmp_path / "out.mp4"
    video = RedactedVideo(path)
    with file_size_limit(200_000):
        with pytest.raises(StoreError) as caught:
            filled(video)
        assert str(caught.value) == f"{path} cannot be written (File too large); is the disk full?"
        with pytest.raises(StoreError):
            video.add(redacted(60))
        video.close()  # it was said
    written_ = video.frames
    assert 0 < path.stat().st_size <= 200_000
    times, _ = played(path)
    assert written_ - 18 <= len(times) <= written_
    assert times == [n / 8 for n in range(len(times))]


@pytest.mark.parametrize("bytes_free", [0, 20, 500, 3000])
def test_a_disk_that_is_full_from_the_start_ends_no_process(tmp_path: Path, bytes_free: int) -> None:
    """The muxer crashes the interpreter when its header could not be written: it must not learn of it."""
    with (
        file_size_limit(bytes_free),
        pytest.raises(StoreError, match="is the disk full"),
        RedactedVideo(tmp_path / "out.mp4") as video,
    ):
        filled(video)


def test_what_only_the_end_could_not_write_is_said_by_close(tmp_path: Path) -> None:
    video = RedactedVideo(tmp_path / "out.mp4")
    for n in range(5):
        video.add(redacted(n / 8))
    with file_size_limit(1000), pytest.raises(StoreError, match="is the disk full"):
        video.close()
    video.close()
