from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

import av
import numpy as np
import pytest

from passerby.contracts.errors import InputError
from passerby.ingest.recording import open_recording
from passerby.ingest.source import Losses, SourceInfo
from support.video import cut, sound_only, write


def look(path: Path, assumed_fps: float | None = None) -> SourceInfo:
    recording = open_recording(str(path), assumed_fps, Losses())
    recording.container.close()
    return recording.info


def filled(data: bytes) -> Callable[[Path], Path]:
    def make(folder: Path) -> Path:
        (folder / "x.mp4").write_bytes(data)
        return folder / "x.mp4"

    return make


def fifo(folder: Path) -> Path:
    os.mkfifo(folder / "pipe.mp4")
    return folder / "pipe.mp4"


def song_with_cover(folder: Path) -> Path:
    path = folder / "song.mp4"
    sound_only(path)
    with av.open(str(path)) as song, av.open(str(folder / "song.mka"), "w", format="matroska") as out:
        sound = out.add_stream_from_template(song.streams.audio[0])
        for packet in song.demux(song.streams.audio[0]):
            if packet.dts is not None:
                packet.stream = sound
                out.mux(packet)
    return folder / "song.mka"


PLAYLIST = b"#EXTM3U\n#EXT-X-TARGETDURATION:1\n#EXTINF:1,\nhttp://127.0.0.1:9/x.ts\n#EXT-X-ENDLIST\n"
SDP = (
    b"v=0\no=- 0 0 IN IP4 127.0.0.1\ns=x\nc=IN IP4 127.0.0.1\nt=0 0\n"
    b"m=video 5004 RTP/AVP 96\na=rtpmap:96 H264/90000\n"
)

BAD = [
    ("missing", lambda folder: folder / "none.mp4", "no such file"),
    ("a directory", lambda folder: folder, "this is a directory"),
    ("zero bytes", filled(b""), "the file is empty"),
    ("text", filled(b"hello " * 500), "not a readable video"),
    ("noise", filled(np.random.default_rng(0).bytes(50_000)), "not a readable video"),
    ("a named pipe, which would wait for ever", fifo, "not a regular file"),
    ("sound only", lambda folder: sound_only(folder / "s.mp4"), "sound and no video"),
    ("sound only, in Matroska", song_with_cover, "sound and no video"),
    ("a playlist that leads elsewhere", filled(PLAYLIST), "x.mp4: "),
    ("a session description that opens ports", filled(SDP), "x.mp4: "),
    ("cut off before the index", lambda f: cut(write(f / "c.mp4", noise=True), 0.6), "truncated before its index"),
    ("a header and nothing else", lambda f: cut(write(f / "h.mkv", noise=True), 0.004), "h.mkv: "),
    ("a name no system can hold", lambda folder: Path("a\0b"), "cannot be read"),
]


@pytest.mark.parametrize(("make", "says"), [case[1:] for case in BAD], ids=[case[0] for case in BAD])
def test_what_cannot_be_read_is_one_sentence(make: Callable[[Path], Path], says: str, tmp_path: Path) -> None:
    with pytest.raises(InputError) as caught:
        look(make(tmp_path))
    assert says in str(caught.value)
    assert "\n" not in str(caught.value)


def test_what_is_known_of_a_video(tmp_path: Path) -> None:
    info = look(write(tmp_path / "a.mp4", 50, fps=10, wh=(64, 48)))
    assert info == SourceInfo((64, 48), 10.0, "h264", frames=50, seconds=5.0)


def test_a_name_with_a_colon_is_a_file(tmp_path: Path) -> None:
    odd = write(tmp_path / "a.mp4", 3).rename(tmp_path / "http:cam %03d.mp4")
    assert look(odd).frames == 3


@pytest.mark.parametrize(
    ("assumed_fps", "expected"), [(None, 12.0), (10.0, 10.0)], ids=["the stream's own rate", "the user's word"]
)
def test_a_raw_stream_has_no_times(assumed_fps: float | None, expected: float, tmp_path: Path) -> None:
    info = look(write(tmp_path / "a.h264", 24, fps=12, format="h264"), assumed_fps)
    assert (info.fps, info.time_is_assumed, info.frames, info.seconds) == (expected, True, None, None)


def test_an_assumed_rate_does_not_replace_times_the_file_has(tmp_path: Path) -> None:
    info = look(write(tmp_path / "a.mp4", 5, fps=10), assumed_fps=50)
    assert (info.fps, info.time_is_assumed) == (10.0, False)


def test_an_average_over_a_hole_is_no_rate(tmp_path: Path) -> None:
    assert look(write(tmp_path / "a.mp4", 5, pts_ms=[0, 40, 80, 20_000, 20_040])).fps == 25.0


@pytest.mark.shared
def test_the_raw_stream_of_the_evaluation_data(shared: Path) -> None:
    info = look(shared / "media" / "intel-people-detection-432p.h264")
    assert info == SourceInfo((768, 432), 12.0, "h264", time_is_assumed=True)


def test_pictures_are_deblocked_only_at_key_frames(tmp_path: Path) -> None:
    """Deblocking takes a fifth of the time of decoding; decision 0026."""
    picture = np.random.default_rng(5).integers(0, 256, (8, 16, 3), np.uint8).repeat(12, 0).repeat(12, 1)
    coarse = {"preset": "veryfast", "bf": "0", "crf": "45", "g": "5", "sc_threshold": "0"}
    moving = [np.roll(picture, 3 * number, axis=1) for number in range(10)]
    path = write(tmp_path / "a.mp4", wh=(192, 96), pictures=moving, codec_options=coarse)
    with av.open(str(path)) as file:
        deblocked = [frame.to_ndarray(format="gray") for frame in file.decode(video=0)]
    recording = open_recording(str(path), None, Losses())
    shown = [shot.frame.to_ndarray(format="gray") for shot in recording.pictures]
    recording.container.close()
    same = [np.array_equal(a, b) for a, b in zip(shown, deblocked, strict=True)]
    assert same == [number % 5 == 0 for number in range(10)]
