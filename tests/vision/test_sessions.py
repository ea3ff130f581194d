from __future__ import annotations

import os
import subprocess
import sys
import threading
from pathlib import Path

import numpy as np
import pytest
from onnx import TensorProto

from passerby.contracts.errors import ModelError
from passerby.vision.sessions import OnnxSession, OpenVinoSession, Session
from support import models


def pictures(*levels: int, wh: tuple[int, int] = (64, 32)) -> np.ndarray:
    """Plain pictures; each level is its blue, green is 10, red is 60."""
    out = np.empty((len(levels), wh[1], wh[0], 3), np.uint8)
    for picture, level in zip(out, levels, strict=True):
        picture[:] = (level, 10, 60)
    return out


def run(session: Session, pictures: np.ndarray) -> dict[str, np.ndarray]:
    """The session's outputs of these pictures."""
    session.pictures()[: len(pictures)] = pictures
    return session.run(len(pictures))


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with one small network of each kind."""
    folder = tmp_path_factory.mktemp("models")
    models.ours(folder / "ours.onnx")
    models.ours(folder / "pairs.onnx", batch=2)
    models.yolox(folder / "yolox.onnx")
    models.yolox(folder / "any-size.onnx", wh=("width", "height"))
    models.two_inputs(folder / "two-inputs.onnx")
    for name in ("ours", "yolox", "any-size"):
        models.openvino_ir(folder / f"{name}.xml", folder / f"{name}.onnx")
    return folder


def opened(made: Path, name: str, input_wh: tuple[int, int] | None = None) -> Session:
    """The session of a file; `.onnx@openvino` runs an ONNX file on OpenVINO."""
    file, _, other = name.partition("@")
    on_openvino = other or file.endswith(".xml")
    return (OpenVinoSession if on_openvino else OnnxSession)(made / file, input_wh)


@pytest.mark.parametrize("name", ["ours.onnx", "ours.onnx@openvino", "ours.xml"])
def test_uint8_nhwc_with_a_free_batch(made: Path, name: str) -> None:
    session = opened(made, name)
    assert (session.input_wh, session.batch) == ((64, 32), 1)
    assert {key: list(shape) for key, shape in session.outputs.items()} == {
        "boxes": [None, 1, 4],
        "scores": [None, 1],
    }
    for level in (0, 51, 255):
        out = run(session, pictures(level))
        assert list(out) == ["boxes", "scores"]
        np.testing.assert_allclose(out["scores"][:, 0], [level / 255], atol=1e-6)
        assert out["boxes"].shape == (1, 1, 4)


@pytest.mark.parametrize("name", ["yolox.onnx", "yolox.onnx@openvino", "yolox.xml"])
def test_float_nchw_one_picture_a_call(made: Path, name: str) -> None:
    session = opened(made, name)
    assert (session.input_wh, session.batch) == ((64, 32), 1)
    out = run(session, pictures(200))["out"]
    assert out.shape == (1, 42, 6)
    assert out[0, 0, 5] == pytest.approx(60 / 255)  # the mean of red, the third channel: BGR arrived in order


@pytest.mark.parametrize("name", ["any-size.onnx", "any-size.onnx@openvino", "any-size.xml"])
def test_a_network_of_any_size_runs_at_the_size_that_is_asked_for(made: Path, name: str) -> None:
    session = opened(made, name, (96, 64))
    assert session.input_wh == (96, 64)
    assert run(session, pictures(1, wh=(96, 64)))["out"].shape == (1, 42, 6)


def test_openvino_reshapes_a_fixed_network(made: Path) -> None:
    session = opened(made, "yolox.xml", (96, 64))
    assert session.input_wh == (96, 64)
    assert run(session, pictures(1, wh=(96, 64)))["out"].shape == (1, 42, 6)


@pytest.mark.parametrize("name", ["pairs.onnx", "pairs.onnx@openvino"])
def test_a_network_fixed_to_two_pictures_takes_one(made: Path, name: str) -> None:
    session = opened(made, name)
    assert session.batch == 2
    assert run(session, pictures(51))["scores"].tolist() == [[pytest.approx(0.2)]]
    assert run(session, pictures(51, 255))["scores"].tolist() == [[pytest.approx(0.2)], [1.0]]


@pytest.mark.parametrize(
    ("name", "input_wh", "sentence"),
    [
        ("two-inputs.onnx", None, "a detector has one picture as input, this has ['image', 'im_info']"),
        ("two-inputs.onnx@openvino", None, "a detector has one picture as input, this has ['image', 'im_info']"),
        ("any-size.onnx", None, "the model takes any input size; give one, for example --model-input 640x384"),
        ("any-size.xml", None, "the model takes any input size; give one, for example --model-input 640x384"),
        ("any-size.onnx", (100, 64), "input 100x64 must be multiples of 32 px"),
        ("yolox.xml", (0, 64), "input 0x64 must be multiples of 32 px"),
        ("yolox.onnx", (96, 64), "the model is fixed to 64x32; omit --model-input or use OpenVINO"),
    ],
)
def test_what_cannot_be_opened_says_why(
    made: Path, name: str, input_wh: tuple[int, int] | None, sentence: str
) -> None:
    with pytest.raises(ModelError) as caught:
        opened(made, name, input_wh)
    assert str(caught.value) == f"{made / name.partition('@')[0]}: {sentence}"


@pytest.mark.parametrize("content", [b"", b"no model at all", b"<net"])
@pytest.mark.parametrize("kind", [OnnxSession, OpenVinoSession])
def test_broken_bytes_are_one_sentence(tmp_path: Path, kind: type[Session], content: bytes) -> None:
    path = tmp_path / f"broken.{'onnx' if kind is OnnxSession else 'xml'}"
    path.write_bytes(content)
    path.with_suffix(".bin").write_bytes(b"")
    with pytest.raises(ModelError, match=r"^.*broken\.\w+: not a usable (ONNX|OpenVINO) model \(.+\)$") as caught:
        kind(path)  # type: ignore[call-arg]
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize("name", ["ours.onnx", "ours.xml"])
def test_several_threads_get_their_own_answers(made: Path, name: str) -> None:
    session, wrong = opened(made, name), []

    def ask(level: int) -> None:
        for _ in range(100):
            (score,) = run(session, pictures(level))["scores"][0]
            if score != pytest.approx(level / 255):
                wrong.append((level, score))

    threads = [threading.Thread(target=ask, args=(level,)) for level in (0, 80, 160, 240)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert not wrong


@pytest.mark.parametrize("name", ["ours.onnx", "ours.xml"])
def test_the_input_of_a_thread_is_the_same_memory_each_time(made: Path, name: str) -> None:
    session = opened(made, name)
    assert session.pictures().shape == (1, 32, 64, 3)
    assert np.shares_memory(session.pictures(), session.pictures())


def test_a_half_precision_network_runs_on_openvino_only(made: Path) -> None:
    """Feeding it float32 fails deep in the runtime, so the refusal must come when it is opened."""
    path = models.yolox(made / "half.onnx", kind=TensorProto.FLOAT16)
    with pytest.raises(ModelError, match=r"takes tensor\(float16\), not float or uint8 pictures; try OpenVINO"):
        OnnxSession(path)
    assert run(OpenVinoSession(path), pictures(1))["out"][0, 0, 5] == pytest.approx(60 / 255, abs=1e-3)


def test_openvino_serves_as_many_callers_at_once_as_there_are_cores(made: Path) -> None:
    session = OpenVinoSession(made / "ours.onnx")
    assert session._compiled.get_property("NUM_STREAMS") == os.cpu_count()
    assert session._compiled.get_property("INFERENCE_NUM_THREADS") == os.cpu_count()


def test_openvino_says_nothing_to_its_maker(made: Path, tmp_path: Path) -> None:
    """Its telemetry writes into the home folder before it calls out; a plain import of it is seen to do so."""
    ours = f"from passerby.vision.load import *; load_detector(ModelChoice(path={str(made / 'ours.xml')!r}))"
    for code, writes in ((ours, False), ("import openvino", True)):
        home = tmp_path / str(writes)
        home.mkdir()
        # The collector is replaced by a port that nobody listens at, so that the test calls nobody either.
        quiet = "import socket; socket.getaddrinfo = lambda *a, **k: (_ for _ in ()).throw(OSError('no'));"
        builders = ("CI", "TF_BUILD", "JENKINS_URL")  # where these are set it is silent by itself
        env = {k: v for k, v in os.environ.items() if k not in builders} | {"HOME": str(home)}
        subprocess.run([sys.executable, "-c", quiet + code], env=env, check=True)
        assert any(home.rglob("*")) == writes


DROPPED_ELSEWHERE = """
import os, signal, sys, threading
from pathlib import Path
from passerby.vision.sessions import OpenVinoSession

made = [OpenVinoSession(Path(sys.argv[1]))]
dropping = threading.Thread(target=made.clear)
dropping.start()
dropping.join()
signal.signal(signal.SIGHUP, lambda *_: print("handled"))
os.kill(os.getpid(), signal.SIGHUP)
"""


def test_a_signal_is_handled_after_another_thread_dropped_the_last_session(made: Path) -> None:
    """OpenVINO frees the stack on which signals are handled, unless its core is kept."""
    command = [sys.executable, "-c", DROPPED_ELSEWHERE, str(made / "ours.xml")]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout) == (0, "handled\n"), done.stderr
