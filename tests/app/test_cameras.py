"""`passerby cameras` against a simulated ONVIF device with a lens."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from pathlib import Path

import cv2
import numpy as np
import pytest
from typer.testing import CliRunner

from passerby.adapters.onvif_discovery import FoundCamera
from passerby.app import cameras
from passerby.app.cli import app
from passerby.app.onvif_login import PASSWORD as VARIABLE
from passerby.contracts.errors import InputError, UsageError
from passerby.evals.lens_models import MODELS, ModelDrive
from passerby.pixels.frame import RawFrame
from passerby.store.audit import Act
from passerby.store.connect import open_reader
from passerby.store.results import DATABASE, ResultsStore
from support.onvif_device import PASSWORD, USER, OnvifDevice
from support.optics import frame_of, noisy, view

pytestmark = pytest.mark.filterwarnings("ignore::DeprecationWarning", "ignore::ResourceWarning")


class LensStream:
    """A stream whose pictures are as sharp as the lens."""

    def __init__(self, lens: ModelDrive) -> None:
        self._lens, self.is_closed = lens, False

    def open(self) -> None:
        """Nothing to do."""

    def close(self) -> None:
        self.is_closed = True

    def frames(self, _: threading.Event) -> Iterator[RawFrame]:
        for k in range(10_000):
            # A step of an edge behind a blur of sigma is 1 / sigma of the edge.
            sigma = 0.7 * (1 / self._lens.sharpness() ** 2 - 1) ** 0.5
            picture = view() if sigma < 0.1 else np.asarray(cv2.GaussianBlur(view(), (0, 0), sigma), np.uint8)
            yield frame_of(noisy(picture, k), k * 0.25)


def run(*arguments: str) -> object:
    result = CliRunner().invoke(app, ["cameras", *arguments], env={VARIABLE: PASSWORD})
    if result.exception is not None:
        raise result.exception
    return json.loads(result.stdout) if "--json" in arguments else result.stdout


def test_show_and_check_clock_of_a_camera() -> None:
    with OnvifDevice(ModelDrive(MODELS[0], 1), offset_s=90) as device:
        at = f"127.0.0.1:{device.port}"
        told = run("show", at, "--user", USER, "--json")
        assert [profile["name"] for profile in told["profiles"]] == ["main", "sub"]  # type: ignore[index]
        assert PASSWORD not in json.dumps(told)
        with pytest.raises(InputError, match="the clocks differ"):
            run("check-clock", at, "--user", USER)


def test_a_blurred_camera_is_focused_and_the_audit_log_says_so(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    ResultsStore(tmp_path).close()
    lens = ModelDrive(MODELS[0], 4)
    stream, asked = LensStream(lens), list[str]()
    monkeypatch.setattr(cameras, "open_source", lambda url, *_, **__: asked.append(url) or stream)
    with OnvifDevice(lens) as device:
        before = lens.sharpness()
        at = f"127.0.0.1:{device.port}"
        report = run("focus", at, "--user", USER, "--results", str(tmp_path), "--json")
    assert report["is_changed"]  # type: ignore[index]
    assert lens.sharpness() > max(0.9, before)
    assert asked == [f"rtsp://{USER}:{PASSWORD}@127.0.0.1:8554/profile-main"]
    assert stream.is_closed
    connection = open_reader(tmp_path / DATABASE)
    entries = [json.loads(row[0]) for row in connection.execute("SELECT entry FROM audit")]
    connection.close()
    (entry,) = [one for one in entries if one["act"] == Act.FOCUSED]
    assert entry["what"] == at


def test_a_snapshot_is_the_picture_of_passerby_frame(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    asked = list[object]()
    monkeypatch.setattr(cameras, "frame", lambda source, **how: asked.extend((source, how["out"], how["seconds"])))
    with OnvifDevice(ModelDrive(MODELS[0], 4)) as device:
        run(
            "snapshot",
            f"127.0.0.1:{device.port}",
            "--user",
            USER,
            "--out",
            str(tmp_path / "a.png"),
            "--seconds",
            "9",
        )
    assert asked == [f"rtsp://{USER}:{PASSWORD}@127.0.0.1:8554/profile-main", tmp_path / "a.png", 9.0]


def test_discover_lists_what_answers(monkeypatch: pytest.MonkeyPatch) -> None:
    found = (FoundCamera("http://10.0.0.7/onvif", "North", "X1"),)
    monkeypatch.setattr(cameras, "find_cameras", lambda seconds: found)
    assert "http://10.0.0.7/onvif" in str(run("discover"))
    monkeypatch.setattr(cameras, "find_cameras", lambda seconds: ())
    assert "no ONVIF camera has answered" in str(run("discover"))


@pytest.mark.parametrize("address", ["10.0.0.7:http", ":80", "10.0.0.7:99999"])
def test_an_address_that_is_none_is_refused(address: str) -> None:
    with pytest.raises(UsageError, match="write the address as HOST or HOST:PORT"):
        run("show", address)
