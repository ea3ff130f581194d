from __future__ import annotations

from pathlib import Path

import pytest

from passerby.ingest.whole import is_whole
from support.video import cut, write

NAMES = [
    ("a.mp4", "libx264", {}),
    ("index first.mp4", "libx264", {"movflags": "faststart"}),
    ("fragments.mp4", "libx264", {"movflags": "frag_keyframe+empty_moov"}),
    ("a.mov", "libx264", {}),
    ("a.mkv", "libx264", {}),
    ("a.webm", "libvpx-vp9", {}),
    ("a.avi", "mpeg4", {}),
    ("a.flv", "libx264", {}),
]


@pytest.mark.parametrize(("name", "codec", "options"), NAMES, ids=[case[0] for case in NAMES])
def test_whole_and_cut_anywhere(name: str, codec: str, options: dict[str, str], tmp_path: Path) -> None:
    path = write(tmp_path / name, 50, codec=codec, noise=True, options=options)
    assert is_whole(path) is True
    data = path.read_bytes()
    for share in (0.95, 0.6, 0.3):
        path.write_bytes(data)
        assert is_whole(cut(path, share)) is False, share


UNKNOWN = [
    ("transport stream", lambda path: write(path.with_suffix(".ts"), 10)),
    ("raw stream", lambda path: write(path.with_suffix(".h264"), 10, format="h264")),
    ("live Matroska, sizes left open", lambda path: write(path.with_suffix(".mkv"), 10, options={"live": "1"})),
    ("empty", lambda path: written(path, b"")),
    ("text", lambda path: written(path, b"hello " * 20)),
    ("a length that is no box's", lambda path: written(path, b"\0\0\0\2ftyp" + bytes(20))),
    ("nothing after the start of Matroska", lambda path: written(path, b"\x1a\x45\xdf\xa3")),
    ("nothing in Matroska's header", lambda path: written(path, b"\x1a\x45\xdf\xa3\x80" + bytes(20))),
    ("no width", lambda path: written(path, b"\x1a\x45\xdf\xa3\x00" + bytes(20))),
    ("not there", lambda path: path),
    ("a directory", lambda path: path.parent),
]


def written(path: Path, data: bytes) -> Path:
    path.write_bytes(data)
    return path


@pytest.mark.parametrize("make", [case[1] for case in UNKNOWN], ids=[case[0] for case in UNKNOWN])
def test_what_cannot_be_reported(make, tmp_path: Path) -> None:  # type: ignore[no-untyped-def]
    assert is_whole(make(tmp_path / "x")) is None


def test_bytes_behind_the_end_are_no_cut(tmp_path: Path) -> None:
    for name in ("a.mkv", "a.avi"):
        path = write(tmp_path / name, 5, codec="mpeg4" if name == "a.avi" else "libx264")
        path.write_bytes(path.read_bytes() + bytes(3))
        assert is_whole(path) is True
