"""`passerby init` against simulated ONVIF devices: the file it writes can be checked and run."""

from __future__ import annotations

from pathlib import Path

import pytest
from typer.testing import CliRunner

from passerby.adapters.onvif_discovery import FoundCamera
from passerby.app import init
from passerby.app.cli import app
from passerby.app.onvif_login import PASSWORD as VARIABLE
from passerby.config.load import read
from passerby.contracts.errors import InputError, UsageError
from passerby.evals.lens_models import MODELS, ModelDrive
from support.onvif_device import PASSWORD, USER, OnvifDevice

pytestmark = pytest.mark.filterwarnings("ignore::DeprecationWarning", "ignore::ResourceWarning")


def run(*arguments: str, password: str = PASSWORD) -> str:
    result = CliRunner().invoke(app, ["init", *arguments], env={VARIABLE: password})
    if result.exception is not None:
        raise result.exception
    return result.stdout + result.stderr


def test_every_camera_found_gets_both_streams_and_no_password(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = tmp_path / "unit.yaml"
    with (
        OnvifDevice(ModelDrive(MODELS[0], 1)) as one,
        OnvifDevice(ModelDrive(MODELS[0], 2), quirks="fixed") as two,
    ):
        at = [f"127.0.0.1:{device.port}" for device in (one, two)]
        found = tuple(FoundCamera(f"http://{host}/onvif", "Platform 1/north", "") for host in at)
        monkeypatch.setattr(init, "discover", lambda seconds: found)
        reported = run(str(file), "--discover", "--address", "127.0.0.1:1", "--user", USER, "--station", "River")
    assert "2 camera(s)" in reported
    assert "left out: camera 127.0.0.1:1" in reported, "a camera that does not answer costs only itself"
    assert PASSWORD not in file.read_text()
    unit = read(file, {VARIABLE: "p@ss"}).unit
    assert unit is not None
    a, b = unit.cameras
    assert (unit.station, a.name, b.name) == ("River", "Platform-1-north", "Platform-1-north-2")
    assert a.source == f"rtsp://{USER}:p%40ss@127.0.0.1:8554/profile-main"
    assert a.substream == f"rtsp://{USER}:p%40ss@127.0.0.1:8554/profile-sub"
    assert a.picture_px == (1920, 1080)
    assert a.onvif is not None
    assert b.onvif is not None
    assert (a.onvif.address, a.onvif.focus, b.onvif.focus) == (f"http://{USER}:p%40ss@{at[0]}", True, False)
    with pytest.raises(UsageError, match="exists already"):
        run(str(file), "--discover")


def test_without_cameras_there_is_no_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file = tmp_path / "unit.yaml"
    monkeypatch.setattr(init, "discover", lambda seconds: ())
    with pytest.raises(InputError, match="no ONVIF camera could be read"):
        run(str(file), "--discover")
    with pytest.raises(UsageError, match="name the cameras"):
        run(str(file))
    assert not file.exists()
