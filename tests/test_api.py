"""`import passerby` keeps what docs/python.md promises."""

from __future__ import annotations

import ast
import re
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

import passerby
from support import figures, stage
from support.figures import MAGENTA, Figure, film
from support.stage import CAST, KINDS

ROOT = Path(__file__).parents[1]
PAGE = (ROOT / "docs" / "python.md").read_text("utf-8")
EXAMPLES = re.findall(r"```python\n(.*?)```", PAGE, re.DOTALL)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A video of four people, a configuration with every rule, and a detector that finds them."""
    figures.model(tmp_path / "colours.onnx")
    film(tmp_path / "platform.mp4", CAST, 12.0)
    stage.unit(tmp_path / "unit.yaml", {"source": "platform.mp4"}, model="colours.onnx")
    return tmp_path


def output_of(example: str, folder: Path) -> str:
    """Run an example as it stands, with the detector of the drawn people."""
    text = example.replace('"embedded"', '"colours.onnx"')
    ran = subprocess.run([sys.executable, "-c", text], cwd=folder, capture_output=True, text=True, check=False)
    assert ran.returncode == 0, ran.stderr
    return ran.stdout


def test_fifteen_lines_count_people_over_a_line(folder: Path) -> None:
    assert len([line for line in EXAMPLES[0].splitlines() if line]) <= 15
    assert output_of(EXAMPLES[0], folder) == "{'in': 1, 'out': 1}\n"


def test_a_recording_is_analysed_as_by_the_command(folder: Path) -> None:
    people, events, counts = map(int, output_of(EXAMPLES[1], folder).split())
    assert (people, counts) == (4, 3)
    assert events > len(KINDS)
    assert (folder / "results" / "report.html").is_file()


def test_a_camera_is_stepped_with_its_configuration(folder: Path) -> None:
    printed = [line.split() for line in output_of(EXAMPLES[2], folder).splitlines()]
    assert {kind for kind, *_ in printed} == KINDS
    lasting = [phase for kind, phase, _ in printed if kind != "line_crossing"]
    assert lasting.count("start") == lasting.count("end")


def test_every_name_is_documented_and_typed() -> None:
    names = re.sub(r"[^\w.]+", " ", PAGE).split()
    for name in passerby.__all__:
        assert getattr(passerby, name) is not None
        assert name in names, f"{name} is not in docs/python.md"
    assert dir(passerby) == sorted(passerby.__all__)
    source = ast.parse(Path(passerby.__file__).read_text("utf-8"))
    typed = {alias.name for node in ast.walk(source) if isinstance(node, ast.ImportFrom) for alias in node.names}
    assert set(passerby.__all__) <= typed, "a type checker sees each name"
    with pytest.raises(AttributeError, match="no attribute 'embedding'"):
        _ = passerby.embedding


def test_the_import_loads_nothing_heavy() -> None:
    code = "import sys, passerby; print(*sorted({'numpy', 'cv2', 'av', 'pydantic', 'typer'} & set(sys.modules)))"
    ran = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert ran.stdout.strip() == ""


def test_the_version_is_the_packages() -> None:
    hatch = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["tool"]["hatch"]
    assert f'"{passerby.__version__}"' in (ROOT / hatch["version"]["path"]).read_text("utf-8")


def test_a_configuration_says_everything_that_is_wrong(tmp_path: Path) -> None:
    path = stage.unit(tmp_path / "unit.yaml", {"source": "absent.mp4", "fps": 3})
    with pytest.raises(passerby.ConfigError) as error:
        passerby.load_unit(path)
    assert {p.key for p in error.value.problems} == {"cameras[0].source", "cameras[0].fps"}


def test_frames_of_two_sources_are_not_mixed(tmp_path: Path) -> None:
    stands = Figure(MAGENTA, ((0.0, 160, 200), (60.0, 160, 200)))
    detector = passerby.load_detector(str(figures.model(tmp_path / "colours.onnx")))
    a, b = (passerby.open_source(film(tmp_path / f"{n}.mp4", [stands], 0.5)) for n in "ab")
    state = passerby.CameraState(stage.camera(), frame_wh=a.info.wh, model=detector.info)
    first, second = next(iter(a)), next(iter(b))
    state.step(first, detector.detect([first])[0])
    with pytest.raises(ValueError, match="got a frame of 'b'"):
        state.step(second, detector.detect([second])[0])
    a.close()
    b.close()


def test_what_cannot_be_read_is_one_error(tmp_path: Path) -> None:
    with pytest.raises(passerby.InputError, match="no such file"):
        passerby.open_source(tmp_path / "absent.mp4")
