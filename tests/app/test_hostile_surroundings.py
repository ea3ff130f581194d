"""Names, numbers and surroundings that nobody meant end in one sentence, never in a traceback."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from passerby.config.check import load_checked
from passerby.contracts.errors import ConfigError
from passerby.vision.catalogue import models_home
from support import figures, stage
from support.figures import film
from support.stage import CAST, command


@pytest.fixture(scope="module")
def model(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return figures.model(tmp_path_factory.mktemp("model") / "colours.onnx")


@pytest.fixture(scope="module")
def video(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return film(tmp_path_factory.mktemp("video") / "good.mp4", CAST[:1], 1.0)


NUMBERS = [
    ("analyze", "--assume-fps", "nan"),
    ("analyze", "--assume-fps", "inf"),
    ("analyze", "--assume-fps", "1e9"),
    ("analyze", "--analysis-fps", "nan"),
    ("analyze", "--begins", "0001-01-01T00:00"),
    ("analyze", "--begins", "9999-12-31T23:59:59"),
    ("sim", "--seconds", "inf"),
    ("sim", "--seconds", "nan"),
    ("sim", "--seconds", "1e300"),
    ("sim", "--seed", "-1"),
    ("events", "--last", "9" * 30),
    ("events", "--last", "9" * 5000),
]


@pytest.mark.parametrize(("what", "option", "value"), NUMBERS, ids=lambda text: text[:20])
def test_numbers_out_of_range_are_refused(
    tmp_path: Path, video: Path, model: Path, what: str, option: str, value: str
) -> None:
    words = {
        "analyze": ("analyze", video, "--model", model, "--out", tmp_path / "out"),
        "sim": ("sim", "render", "speeds", "--width", 64, "--out", tmp_path / "out"),
        "events": ("events", tmp_path),
    }
    answer = command(*words[what], option, value)
    assert answer.code == 2, answer.err
    assert option in answer.err.replace("\n", "")
    assert not (tmp_path / "out").exists()


@pytest.mark.parametrize("length", ["9" * 400 + "min", "9" * 5000 + "h", "99999999999h"])
def test_a_shelf_for_ever_is_refused(tmp_path: Path, length: str) -> None:
    answer = command("alarms", "shelve", tmp_path, "--for", length, "--reason", "test", "--kind", "fall")
    assert (answer.code, "Traceback" in answer.err) == (2, False)


def test_a_name_that_is_not_utf8_is_a_sentence_and_the_other_videos_are_analysed(
    tmp_path: Path, video: Path, model: Path
) -> None:
    odd = os.fsdecode(os.fsencode(tmp_path) + b"/caf\xe9.mp4")
    shutil.copyfile(video, odd)
    done = subprocess.run(
        [
            *(sys.executable, "-m", "passerby.app.cli", "analyze", odd, str(video), "--model", str(model)),
            *("--out", str(tmp_path / "out"), "--no-video"),
        ],
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 3, done.stderr
    assert "the name of this file is not UTF-8" in done.stderr
    assert "Traceback" not in done.stderr
    assert (tmp_path / "out" / "summary.json").is_file()


def test_a_folder_that_is_not_utf8_is_a_problem_of_the_configuration(tmp_path: Path) -> None:
    folder = Path(os.fsdecode(os.fsencode(tmp_path) + b"/caf\xe9"))
    folder.mkdir()
    (folder / "unit.yaml").write_text("station: s\ncameras: [{name: a, source: v.mp4}]\n")
    with pytest.raises(ConfigError, match="contains a name that is not UTF-8: rename the file or folder"):
        load_checked(folder / "unit.yaml")


def test_a_user_without_a_home(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    def no_home(*_: object) -> Path:
        raise RuntimeError("Could not determine home directory.")

    monkeypatch.setattr(Path, "home", no_home)
    monkeypatch.setattr(Path, "expanduser", no_home)
    monkeypatch.delenv("XDG_DATA_HOME", raising=False)
    assert models_home() == Path("/var/lib/passerby/models")
    assert "embedded" in command("models", "list", "--json").out


@pytest.mark.parametrize(
    "key", ["source: ~nosuchuser/v.mp4", "source: rtsp://h/s, counts_error: ~nosuchuser/c.json"]
)
def test_an_unknown_user_is_a_problem_with_its_line(tmp_path: Path, key: str) -> None:
    (tmp_path / "unit.yaml").write_text(f"station: s\ncameras:\n- {{name: a, {key}}}\n")
    with pytest.raises(ConfigError, match=r"unit\.yaml:3: .*~nosuchuser"):
        load_checked(tmp_path / "unit.yaml")


FULL = [("check", "--schema"), ("models", "list"), ("sim", "list"), ("check", "absent.yaml"), ("--help",)]


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="needs /dev/full")
@pytest.mark.parametrize("words", FULL, ids=" ".join)
def test_a_full_disk_behind_the_output_is_a_sentence(words: tuple[str, ...]) -> None:
    with Path("/dev/full").open("w") as full:
        done = subprocess.run(
            [sys.executable, "-m", "passerby.app.cli", *words],
            stdout=full,
            stderr=subprocess.PIPE,
            text=True,
            check=False,
        )
    assert done.stderr == (
        "passerby: the output cannot be written (No space left on device); "
        "free space or write it to another place\n"
    )
    assert done.returncode == 3


def test_a_closed_output_and_one_that_knows_no_umlauts(tmp_path: Path) -> None:
    (tmp_path / "unit.yaml").write_text("station: Köln\ncameras: [{name: ä, source: rtsp://h/s}]\n", "utf-8")
    program = f"{sys.executable} -m passerby.app.cli check {tmp_path / 'unit.yaml'}"
    closed = subprocess.run(f"{program} >&-", shell=True, capture_output=True, text=True, check=False)
    assert (closed.returncode, closed.stderr) == (0, "")
    ascii_only = {**os.environ, "PYTHONIOENCODING": "ascii"}
    shown = subprocess.run(program.split(), env=ascii_only, capture_output=True, text=True, check=False)
    assert (shown.returncode, shown.stderr) == (0, "")
    assert "K\\xf6ln" in shown.stdout


def test_a_video_of_another_shape_is_named_among_several(tmp_path: Path, video: Path, model: Path) -> None:
    wide = film(tmp_path / "wide.mp4", CAST[:1], 1.0, wh=(320, 128))
    dense = {"kind": "crowding", "zone": "platform", "density_per_m2": 1}
    zones = [{"name": "platform", "polygon_px": [[5, 235], [315, 235], [290, 90], [30, 90]]}]
    unit = stage.unit(
        tmp_path / "unit.yaml", {"source": str(video), "zones": zones, "lines": [], "rules": [dense]}
    )
    answer = command(
        *("analyze", video, wide, "--config", unit, "--model", model, "--out", tmp_path / "out", "--no-video"),
        "-q",
    )
    if answer.code:  # whether the floor still fits by chance is not the matter
        assert (answer.code, f"passerby: {wide}: the picture has 320 x 128 px, another shape" in answer.err) == (
            3,
            True,
        )
    assert (tmp_path / "out" / "good" / "summary.json").is_file()
