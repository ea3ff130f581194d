"""`passerby calibrate` on a drawn video and a made-up detector; learning itself is tested in tests/ground."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path

import cv2
import pytest
from ruamel.yaml import YAML

from passerby.app.calibration_table import print_found, yaml_block
from passerby.contracts.calibration_settings import Calibration
from passerby.files.made import RECORD
from passerby.ground.calibration.quality import Miss, bands
from passerby.ground.calibration.selfcal import Residual, WalkerFit
from passerby.ground.geometry.mounting import Mounting, floor_of
from passerby.pixels.axes import LEFT_PX, TOP_PX
from support import figures, stage
from support.figures import WH, film
from support.stage import PASSER, Answer, command

FIT = WalkerFit(Mounting.of(4.21, 20.3, -0.4, 663.0), Residual(0.041, 0.02), 100, 0.058, 0.03)


@dataclass(frozen=True)
class Made:
    video: Path
    model: Path
    unit: Path

    def calibrate(self, *more: object) -> Answer:
        return command("calibrate", "--model", self.model, *more)


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Made:
    folder = tmp_path_factory.mktemp("made")
    video = film(folder / "platform.mp4", (PASSER,), 3.0, fps=8)
    unit = stage.unit(folder / "unit.yaml", {"source": str(video)})
    return Made(video, figures.model(folder / "colours.onnx"), unit)


def test_points_are_judged_and_the_floor_is_drawn(made: Made, tmp_path: Path) -> None:
    answer = made.calibrate("--config", made.unit, "--out", tmp_path / "out", "--json")
    assert (answer.code, answer.err) == (0, "")
    reported = json.loads(answer.out)
    assert reported["learned"] is None
    assert [len(reported["residuals_cm"]), reported["picture_px"]] == [4, list(WH)]
    assert reported["rms_cm"] < 1
    assert 0 < reported["usable_share"] <= 1
    picture = cv2.imread(reported["image"])
    assert picture is not None
    times = round(800 / WH[0])
    assert picture.shape == (times * WH[1] + TOP_PX, times * WH[0] + LEFT_PX, 3), "enlarged, within axes"
    assert {path.name for path in (tmp_path / "out").iterdir()} == {"grid.png", RECORD}


def test_the_table_names_the_worst_point(made: Made) -> None:
    answer = made.calibrate("--config", made.unit)
    assert answer.code == 0
    assert "worst is point" in answer.out
    assert "m/s" in answer.out


@pytest.mark.parametrize(
    ("arguments", "code", "words"),
    [
        ((), 2, "give a video or a camera"),
        (("{video}",), 2, "complete, upright walkers: 1 of the 20"),
        (("{video}", "--camera", "platform-1"), 2, "give a video or a camera"),
        (("--config", "{unit}", "--camera", "nowhere"), 2, "the configuration has platform-1"),
        (("--config", "{unit}", "--hfov-deg", "80"), 2, "are only for calibration from people"),
        (("nothing.mp4",), 3, "nothing.mp4"),
    ],
)
def test_what_cannot_be_is_said_in_a_sentence(
    made: Made, arguments: tuple[str, ...], code: int, words: str
) -> None:
    answer = made.calibrate(*(a.format(video=made.video, unit=made.unit) for a in arguments))
    assert answer.code == code
    assert words in answer.err
    assert len(answer.err.splitlines()) == 1


def test_the_block_to_paste_is_a_calibration() -> None:
    data = YAML(typ="safe").load(yaml_block(FIT, (960, 540)))
    calibration = Calibration.model_validate(data["calibration"])
    assert (calibration.height_m, calibration.tilt_deg, calibration.focal_px) == (4.21, 20.3, 663)
    assert data["picture_px"] == [960, 540]


def test_what_was_learned_is_printed_with_its_errors(capsys: pytest.CaptureFixture[str]) -> None:
    plane = floor_of(FIT.mounting, (960, 540))
    print_found(FIT, (960, 540), None, [Miss("length 1 of 6 m", -12.0)], bands(plane, (960, 540)), 0.6, "grid.png")
    said = capsys.readouterr().out
    for words in (
        "4.21 m",
        "20.3°",
        "663 px",
        "5.8%",
        "100 walkers",
        "-12.0 cm",
        "60%",
        "grid.png",
        "height_m: 4.21",
    ):
        assert words in said
