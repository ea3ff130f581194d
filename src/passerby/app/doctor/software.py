"""The runtimes of the detector with their speed, and the codecs of the video library."""

from __future__ import annotations

import platform
import time
from collections.abc import Iterator
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

import av
import numpy as np
from av.codec.codec import UnknownCodecError

from passerby.app.doctor.finding import Finding, note, ok, problem
from passerby.contracts.config import ModelChoice
from passerby.contracts.errors import ModelError
from passerby.contracts.time import Timestamp
from passerby.contracts.version import __version__
from passerby.pixels.frame import RawFrame
from passerby.vision.detector import Detector
from passerby.vision.load import load_detector
from passerby.vision.sessions import openvino_is_installed

# What cameras send, and what passerby writes.
DECODERS = ("h264", "hevc", "mjpeg", "mpeg4")
ENCODER = "libvpx-vp9"
PACKAGES = ("av", "numpy", "onnxruntime", "opencv-python-headless", "openvino", "scipy")
TURNS = 7


def software(choice: ModelChoice, folders: tuple[Path, ...] = ()) -> Iterator[Finding]:
    """Yield the findings; choice, folders: the detector, as configured."""
    yield ok("passerby", f"version {__version__} on Python {platform.python_version()}, {platform.system()}")
    yield _detector(choice, folders)
    if not openvino_is_installed():
        cure = "where OpenVINO has a package for this machine: pip install 'passerby[openvino]'"
        yield note("runtime", "OpenVINO is not installed; ONNX Runtime is used", cure)
    yield _codecs()


def versions() -> dict[str, str]:
    """Return the versions of the packages that matter for pictures; "" for one that is not installed."""
    return {name: _version(name) for name in PACKAGES}


def _version(name: str) -> str:
    try:
        return version(name)
    except PackageNotFoundError:
        return ""


def _detector(choice: ModelChoice, folders: tuple[Path, ...]) -> Finding:
    try:
        detector = load_detector(choice, folders)
    except ModelError as error:
        return problem("detector", "the detector cannot be loaded", str(error))
    ms = _median_ms(detector)
    width, height = detector.info.input_wh
    what = (
        f"{width}x{height} on {detector.info.runtime}: {ms:.0f} ms per frame, {1000 / ms:.0f} frames/s on one core"
    )
    return ok("detector", what)


def _median_ms(detector: Detector) -> float:
    noise = np.random.default_rng(1).integers(0, 255, (720, 1280, 3), np.uint8)
    frame = RawFrame("doctor", 1, Timestamp(0), noise)
    took = []
    for _ in range(TURNS):
        began_s = time.perf_counter()
        detector.detect([frame])
        took.append(1000 * (time.perf_counter() - began_s))
    return float(np.median(took))


def _codecs() -> Finding:
    absent = [name for name in DECODERS if not _there(name, "r")]
    if not _there(ENCODER, "w"):
        absent.append(f"{ENCODER} (to write)")
    if absent:
        cure = "install the package av from PyPI, whose build has them: pip install --force-reinstall av"
        return problem("codecs", f"the video library lacks {', '.join(absent)}", cure)
    return ok("codecs", f"reads {', '.join(DECODERS)}; writes {ENCODER}; PyAV {av.__version__}")


def _there(name: str, mode: str) -> bool:
    try:
        av.codec.Codec(name, "w" if mode == "w" else "r")
    except UnknownCodecError:
        return False
    return True
