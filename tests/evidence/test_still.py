from __future__ import annotations

import hashlib
import io
from pathlib import Path

import cv2
import numpy as np
import pytest

from passerby.contracts.errors import StoreError
from passerby.evidence.still import Stills, jpeg
from passerby.pixels.redact import RedactedImage
from support.file_limit import file_size_limit
from support.redacted import FILL_BGR, METHOD, redact
from support.seen import Box, found, frame, noise, tracked
from support.unprivileged import open_folder, read_only


def redacted(wh: tuple[int, int] = (64, 48), boxes: tuple[Box, ...] = ()) -> RedactedImage:
    return redact(frame(wh), found(boxes, wh=wh), tracked(wh=wh))


@pytest.mark.parametrize("wh", [(64, 48), (63, 47), (1, 1), (1, 500), (1920, 1080)])
def test_a_jpeg_is_the_picture(wh: tuple[int, int]) -> None:
    smooth = np.full((wh[1], wh[0], 3), (200, 150, 140), np.uint8)
    image = redact(frame(wh, bgr=smooth), found(wh=wh), tracked(wh=wh))
    back = cv2.imdecode(np.frombuffer(jpeg(image), np.uint8), cv2.IMREAD_COLOR)
    assert back.shape == image.bgr.shape
    assert np.abs(back.astype(int) - image.bgr).max() < 6


def test_the_fill_survives_the_jpeg() -> None:
    back = cv2.imdecode(np.frombuffer(jpeg(redacted(boxes=((0, 0, 64, 48),))), np.uint8), cv2.IMREAD_COLOR)
    assert np.abs(back.astype(int) - FILL_BGR).max() < 4


def test_a_jpeg_holds_nothing_but_the_picture() -> None:
    """No EXIF, no comment, no thumbnail: only the tables and the scan."""
    data, segments, at = io.BytesIO(jpeg(redacted())), [], 2
    while (head := data.getvalue()[at : at + 4])[1] != 0xDA:  # start of scan
        segments.append(head[1])
        at += 2 + int.from_bytes(head[2:4], "big")
    assert set(segments) <= {0xE0, 0xDB, 0xC0, 0xC4}  # JFIF header, quantisation, frame, Huffman


def test_a_still_is_kept_with_its_checksum(tmp_path: Path) -> None:
    made = Stills(tmp_path / "new").keep("01ABC", redacted())
    kept = made.ref
    data = (tmp_path / "new" / kept.still).read_bytes()
    assert kept.still == "stills/01ABC.jpg"
    assert kept.sha256 == hashlib.sha256(data).hexdigest()
    assert kept.redaction == METHOD
    assert data == jpeg(redacted())
    assert made.size == len(data)


def test_the_same_name_again_replaces_it_whole(tmp_path: Path) -> None:
    stills = Stills(tmp_path)
    stills.keep("a", redacted((200, 200)))
    kept = stills.keep("a", redacted((20, 20))).ref
    assert hashlib.sha256((tmp_path / kept.still).read_bytes()).hexdigest() == kept.sha256
    assert [path.name for path in (tmp_path / "stills").iterdir()] == ["a.jpg"]


@pytest.mark.parametrize("other", [frame(), noise(), b"jpeg", None])
def test_a_raw_frame_is_never_kept(tmp_path: Path, other: RedactedImage) -> None:
    with pytest.raises(TypeError, match="only redacted pictures may be shown or stored"):
        Stills(tmp_path).keep("a", other)
    with pytest.raises(TypeError, match="only redacted pictures may be shown or stored"):
        jpeg(other)
    assert list(tmp_path.rglob("*")) == []


@pytest.mark.parametrize("name", ["../a", "a/b", "/tmp/a", "", "a\0b"])
def test_a_name_does_not_lead_elsewhere(tmp_path: Path, name: str) -> None:
    with pytest.raises(ValueError, match="is not a valid name of a still"):
        Stills(tmp_path / "in").keep(name, redacted())
    assert list(tmp_path.rglob("*")) == []


def test_a_folder_that_may_not_be_written() -> None:
    with open_folder() as folder, read_only(folder):
        with pytest.raises(StoreError) as caught:
            Stills(folder).keep("a", redacted())
        assert str(caught.value) == (
            f"{folder}/stills/a.jpg cannot be written (Permission denied); free space or give another folder"
        )


def test_a_folder_that_is_a_file(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(StoreError, match=r"file/stills/a\.jpg cannot be written \(Not a directory\)"):
        Stills(tmp_path / "file").keep("a", redacted())


def test_a_full_disk_leaves_nothing_half(tmp_path: Path) -> None:
    stills = Stills(tmp_path)
    stills.keep("before", redacted())
    with file_size_limit(500), pytest.raises(StoreError, match=r"cannot be written \(File too large\)"):
        stills.keep("a", redacted((300, 300)))
    assert [path.name for path in (tmp_path / "stills").iterdir()] == ["before.jpg"]
    stills.keep("a", redacted())
    assert (tmp_path / "stills" / "a.jpg").is_file()
