"""`passerby frame` on a drawn video and a made-up detector."""

from __future__ import annotations

import json
from pathlib import Path

import cv2
import pytest

from passerby.pixels.axes import LEFT_PX, TOP_PX
from support import figures, stage
from support.figures import WH, film, leaked
from support.stage import PASSER, Answer, command


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("made")
    video = film(folder / "platform.mp4", (PASSER,), 12.0, fps=8)
    stage.unit(folder / "unit.yaml", {"source": str(video)})
    figures.model(folder / "colours.onnx")
    return folder


def frame(made: Path, *more: object) -> Answer:
    return command("frame", "--model", made / "colours.onnx", *more)


def test_it_writes_one_private_picture_within_axes_and_no_raw_pixel(made: Path, tmp_path: Path) -> None:
    out = tmp_path / "frame.png"
    answer = frame(made, made / "platform.mp4", "--out", out, "--json")
    assert (answer.code, answer.err) == (0, "")
    data = json.loads(answer.out)
    assert (data["image"], data["picture_px"]) == (str(out), list(WH))
    assert 0 <= data["covered"]["share"] < 0.5
    picture = cv2.imread(str(out))
    assert picture is not None
    times = round(800 / WH[0])
    assert picture.shape == (times * WH[1] + TOP_PX, times * WH[0] + LEFT_PX, 3)
    assert leaked(picture) == 0
    assert out.stat().st_mode & 0o077 == 0
    assert [*tmp_path.iterdir()] == [out]


def test_it_says_which_size_belongs_beside_zones(made: Path, tmp_path: Path) -> None:
    answer = frame(made, "--config", made / "unit.yaml", "--at", "1", "--out", tmp_path / "frame.png")
    assert answer.code == 0
    assert f"picture_px: [{WH[0]}, {WH[1]}]" in answer.out
    assert "at 1.0 s, covered: " in answer.out


@pytest.mark.parametrize(
    ("arguments", "code", "words"),
    [
        (("{video}", "--out", "{folder}/frame.jpg"), 2, "give a name that ends in .png"),
        (("{video}", "--out", "{folder}/there.png"), 2, "it exists already"),
        (("--out", "{folder}/new.png"), 2, "passerby frame VIDEO"),
        (("{video}", "--out", "{folder}/new.png", "--at", "99"), 3, "there is no picture at 99 s"),
        (("nothing.mp4", "--out", "{folder}/new.png"), 3, "nothing.mp4"),
        (("{video}", "--out", "{folder}/none/new.png"), 2, "there is no folder"),
    ],
)
def test_what_cannot_be_is_said_in_a_sentence(
    made: Path, tmp_path: Path, arguments: tuple[str, ...], code: int, words: str
) -> None:
    (tmp_path / "there.png").write_bytes(b"mine")
    answer = frame(made, *(a.format(video=made / "platform.mp4", folder=tmp_path) for a in arguments))
    assert (answer.code, len(answer.err.splitlines())) == (code, 1)
    assert words in answer.err
    assert [(path.name, path.read_bytes()) for path in tmp_path.iterdir()] == [("there.png", b"mine")]
