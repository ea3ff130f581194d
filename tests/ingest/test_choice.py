from __future__ import annotations

import threading
from dataclasses import dataclass
from pathlib import Path

import av
import pytest
from av.stream import Disposition

from passerby.ingest.choice import choice_note, video_stream
from passerby.ingest.file import FileSource
from support.video import sound_only, together, write


@dataclass(frozen=True)
class Part:
    wh: tuple[int, int]
    frames: int = 20
    codec: str = "libx264"
    disposition: Disposition | None = Disposition.default


SMALL, LARGE = Part((64, 48)), Part((128, 96))
THUMBNAIL = Part((128, 96), 1, "mjpeg")
NONE = Disposition(0)
CHOICES = [
    ("sub-stream first", "a.mp4", (SMALL, LARGE), 1),
    ("sub-stream last", "a.mp4", (LARGE, SMALL), 0),
    ("sub-stream first, no rates in the container", "a.ts", (SMALL, LARGE), 1),
    ("one picture first", "a.mov", (THUMBNAIL, SMALL), 1),
    ("one picture first, frames not counted", "a.mkv", (THUMBNAIL, SMALL), 1),
    ("two frames are less than a film", "a.mp4", (Part((128, 96), 2), SMALL), 1),
    ("the default one, though smaller", "a.mkv", (SMALL, Part((128, 96), disposition=NONE)), 0),
    ("the default one, though last and smaller", "a.mkv", (Part((128, 96), disposition=NONE), SMALL), 1),
    (
        "a film that is not the default before a picture that is",
        "a.mp4",
        (THUMBNAIL, Part((64, 48), 20, disposition=NONE)),
        1,
    ),
    ("equals: the first", "a.mp4", (SMALL, SMALL), 0),
]


def made(folder: Path, name: str, parts: tuple[Part, ...]) -> Path:
    paths = [
        write(
            folder / f"{n}.mkv",
            part.frames,
            wh=part.wh,
            codec=part.codec,
            pix_fmt="yuvj420p" if part.codec == "mjpeg" else "yuv420p",
        )
        for n, part in enumerate(parts)
    ]
    return together(folder / name, *paths, dispositions=[part.disposition for part in parts])


@pytest.mark.parametrize(("name", "parts", "expected"), [c[1:] for c in CHOICES], ids=[c[0] for c in CHOICES])
def test_the_stream_a_player_shows(name: str, parts: tuple[Part, ...], expected: int, tmp_path: Path) -> None:
    with av.open(str(made(tmp_path, name, parts))) as container:
        chosen = video_stream(container)
        assert chosen is not None
        assert chosen.index == expected
        reported = choice_note(container, chosen)
        assert reported is not None
        assert reported.startswith(
            "contains 2 videos; the one shown by players is read ({} x {} px".format(*parts[expected].wh)
        )


def test_no_choice_no_word(tmp_path: Path) -> None:
    with av.open(str(write(tmp_path / "a.mp4", 3))) as container:
        chosen = video_stream(container)
        assert chosen is not None
        assert choice_note(container, chosen) is None


def test_a_cover_is_no_video_and_no_choice(tmp_path: Path) -> None:
    cover = Part((128, 96), 1, "mjpeg", Disposition.attached_pic)
    with av.open(str(made(tmp_path, "a.mp4", (SMALL, cover)))) as container:
        chosen = video_stream(container)
        assert chosen is not None
        assert (chosen.index, choice_note(container, chosen)) == (0, None)


def test_no_video_at_all(tmp_path: Path) -> None:
    with av.open(str(sound_only(tmp_path / "s.mp4"))) as container:
        assert video_stream(container) is None


def test_the_choice_is_in_the_notes_of_the_file(tmp_path: Path) -> None:
    source = FileSource(made(tmp_path, "a.mp4", (SMALL, LARGE)), "hall")
    assert source.open().wh == (128, 96)
    list(source.frames(threading.Event()))
    source.close()
    (note,) = source.notes
    assert (
        "a.mp4 contains 2 videos; the one shown by players is read (128 x 96 px, h264), not 64 x 48 px, h264"
        in note
    )
