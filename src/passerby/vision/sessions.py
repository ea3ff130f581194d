"""The two runtimes behind one interface: pictures in, named arrays out. One thread per caller."""

from __future__ import annotations

import os
import sys
import threading
from collections.abc import Iterable, Mapping, Sequence
from functools import cache
from importlib.util import find_spec
from pathlib import Path
from typing import Any, Protocol, cast

import numpy as np
from numpy.typing import NDArray

from passerby.contracts.errors import ModelError
from passerby.pixels.frame import U8

Shapes = Mapping[str, Sequence[int | None]]
# Pictures per call of a network that takes any number. Measured with the embedded detector, processor ms per
# picture for 1, 2, 4, 8 pictures per call: OpenVINO 5.9, 7.0, 6.7, 6.5; ONNX Runtime 9.3, 9.1, 9.1, 9.2. Calls
# with several pictures take 8 to 65 MB more memory.
FREE_BATCH = 1


class Session(Protocol):
    """A compiled network.

    input_wh: network input width and height, px. batch: most pictures per call. outputs: shapes by name.
    """

    input_wh: tuple[int, int]
    batch: int
    outputs: Shapes
    runtime: str

    def pictures(self) -> U8:
        """Return the input of the calling thread, uint8 (batch, H, W, 3) BGR of `input_wh`, to be filled."""
        ...

    def run(self, count: int = 1) -> dict[str, NDArray[np.float32]]:
        """Run the first `count` pictures of the calling thread's input.

        The outputs are valid until the next call of the same thread.
        """
        ...


class OnnxSession:
    """An ONNX file on ONNX Runtime; takes float NCHW or uint8 NHWC networks."""

    runtime = "onnxruntime"

    def __init__(self, path: Path, input_wh: tuple[int, int] | None = None) -> None:
        # Since 1.32 it reports its use to its publisher, by a file in the home folder and a connection, unless
        # this variable is set before it is loaded; its own function for that does not prevent it.
        os.environ["ORT_DISABLE_TELEMETRY"] = "1"
        import onnxruntime as ort

        options = ort.SessionOptions()
        options.intra_op_num_threads = options.inter_op_num_threads = 1
        options.log_severity_level = 3
        try:
            self._session = ort.InferenceSession(str(path), options, providers=["CPUExecutionProvider"])
        except Exception as error:  # the runtime has no common base for its errors
            raise ModelError(f"{path}: not a usable ONNX model ({last_line(error)})") from error
        (first, *rest) = self._session.get_inputs()
        if rest or len(first.shape) != 4:
            raise _not_one_picture(path, [i.name for i in (first, *rest)])
        if first.type not in ("tensor(uint8)", "tensor(float)"):
            raise ModelError(f"{path}: the model takes {first.type}, not float or uint8 pictures; try OpenVINO")
        self._input, self._nhwc = first.name, first.type == "tensor(uint8)"
        self.input_wh = _input_wh(path, first.shape, input_wh, nhwc=self._nhwc)
        self.batch = first.shape[0] if isinstance(first.shape[0], int) else FREE_BATCH
        self.outputs: Shapes = {
            o.name: [d if isinstance(d, int) else None for d in o.shape] for o in self._session.get_outputs()
        }
        self._local = threading.local()

    def pictures(self) -> U8:
        """See Session."""
        if not hasattr(self._local, "pictures"):
            w, h = self.input_wh
            self._local.pictures = np.zeros((self.batch, h, w, 3), np.uint8)
        return cast("U8", self._local.pictures)

    def run(self, count: int = 1) -> dict[str, NDArray[np.float32]]:
        """See Session."""
        feed: NDArray[Any] = self.pictures()
        if not self._nhwc:
            feed = np.ascontiguousarray(feed.transpose(0, 3, 1, 2), np.float32)
        found = self._session.run(None, {self._input: feed})
        return _named(self, found, count)


class OpenVinoSession:
    """An OpenVINO IR or ONNX file on OpenVINO; pictures are converted inside the compiled graph."""

    runtime = "openvino"

    def __init__(self, path: Path, input_wh: tuple[int, int] | None = None) -> None:
        try:
            ov = _openvino()
        except ImportError as error:
            raise ModelError(
                f"{path}: this model needs OpenVINO; install it with: pip install 'passerby[openvino]'"
            ) from error
        try:
            model, self.input_wh, fixed = _for_pictures(ov, path, _core().read_model(path), input_wh)
            self.outputs: Shapes = {_name(port): _lengths(port) for port in model.outputs}
            self.batch = fixed or FREE_BATCH
            # A network with a known batch is about a tenth faster.
            model.reshape([self.batch, *_lengths(model.input())[1:]])
            self._compiled = _compiled(model)
        except ModelError:
            raise
        except Exception as error:  # OpenVINO raises plain RuntimeError for everything
            raise ModelError(f"{path}: not a usable OpenVINO model ({last_line(error)})") from error
        self._local = threading.local()

    def pictures(self) -> U8:
        """See Session."""
        # The memory that the network reads; `infer` with an array copies it and takes half as long again.
        return cast("U8", self._request().get_input_tensor().data)

    def run(self, count: int = 1) -> dict[str, NDArray[np.float32]]:
        """See Session."""
        return _named(self, self._request().infer(share_outputs=True).values(), count)

    def _request(self) -> Any:
        """This thread's own request."""
        if not hasattr(self._local, "request"):
            self._local.request = self._compiled.create_infer_request()
        return self._local.request


def _openvino() -> Any:
    """Import OpenVINO without its telemetry.

    On import it resolves its publisher's collector and writes a number for this user into the home folder, if the
    package for that is installed (observed with strace, version 2026.4). Without the package it works normally.
    """
    sys.modules.setdefault("openvino_telemetry", None)  # type: ignore[arg-type]
    import openvino

    return openvino


@cache
def _core() -> Any:
    """The one OpenVINO core of this process, kept until it ends.

    Its CPU plugin gives the thread that loads it an alternative stack for signals, and frees that stack with the
    last core: the next signal with a Python handler ended the process (SIGSEGV, seen with version 2026.4).
    """
    return _openvino().Core()


def _for_pictures(
    ov: Any, path: Path, model: Any, input_wh: tuple[int, int] | None
) -> tuple[Any, tuple[int, int], int | None]:
    """Return the network for uint8 (B, H, W, 3) of one size, that size, and its batch if the file fixes one."""
    if len(model.inputs) != 1 or len(model.input().partial_shape) != 4:
        raise _not_one_picture(path, [_name(port) for port in model.inputs])
    shape = _lengths(model.input())
    nhwc = shape[-1] == 3
    wh = _input_wh(path, shape, input_wh, nhwc=nhwc, reshapes=True)
    model.reshape([shape[0] or -1, wh[1], wh[0], 3] if nhwc else [shape[0] or -1, 3, wh[1], wh[0]])
    if not nhwc:
        steps = ov.preprocess.PrePostProcessor(model)
        steps.input().tensor().set_element_type(ov.Type.u8).set_layout(ov.Layout("NHWC"))
        steps.input().model().set_layout(ov.Layout("NCHW"))
        model = steps.build()
    return model, wh, shape[0]


def _lengths(port: Any) -> list[int | None]:
    return [d.get_length() if d.is_static else None for d in port.partial_shape]


def _compiled(model: Any) -> Any:
    # One stream of one thread per core: with a single stream, callers on other cores would wait.
    cores = os.cpu_count() or 1
    return _core().compile_model(model, "CPU", {"NUM_STREAMS": cores, "INFERENCE_NUM_THREADS": cores})


def openvino_is_installed() -> bool:
    """Return whether OpenVINO is installed, without importing it, which takes a third of a second."""
    return find_spec("openvino") is not None


def _named(session: Session, found: Iterable[NDArray[np.float32]], count: int) -> dict[str, NDArray[np.float32]]:
    """Return the outputs by name, without those of pictures behind the first `count`."""
    outputs = dict(zip(session.outputs, found, strict=True))
    return outputs if count == session.batch else {name: value[:count] for name, value in outputs.items()}


def _not_one_picture(path: Path, inputs: list[str]) -> ModelError:
    return ModelError(f"{path}: a detector has one picture as input, this has {inputs}")


def _name(port: Any) -> str:
    return str(min(port.get_names(), default=port.get_node().get_friendly_name()))


def last_line(error: Exception) -> str:
    """Return the most specific line of a runtime's error."""
    lines = [line.strip() for line in str(error).splitlines() if line.strip()]
    return lines[-1][:200] if lines else type(error).__name__


def _input_wh(
    path: Path,
    shape: Sequence[int | str | None],
    wanted: tuple[int, int] | None,
    *,
    nhwc: bool,
    reshapes: bool = False,
) -> tuple[int, int]:
    h, w = shape[1:3] if nhwc else shape[2:4]
    own = (w, h) if isinstance(w, int) and isinstance(h, int) else None
    if wanted is None and own is None:
        raise ModelError(f"{path}: the model takes any input size; give one, for example --model-input 640x384")
    if wanted is not None and (min(wanted) < 32 or wanted[0] % 32 or wanted[1] % 32):
        raise ModelError(f"{path}: input {wanted[0]}x{wanted[1]} must be multiples of 32 px")
    if wanted is not None and own is not None and wanted != own and not reshapes:
        raise ModelError(f"{path}: the model is fixed to {own[0]}x{own[1]}; omit --model-input or use OpenVINO")
    size = wanted or own
    assert size is not None
    return size
