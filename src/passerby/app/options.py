"""Options that several commands share, and what they choose."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from passerby.adapters.timetable import tracks_of
from passerby.config.check import Probes
from passerby.contracts.config import ModelChoice, Unit
from passerby.contracts.errors import UsageError
from passerby.vision.load import MODEL_NAMES

ModelOption = Annotated[
    str | None,
    typer.Option(
        "--model",
        metavar="PATH",
        help="Person detector: an .onnx or .xml file, embedded, or a name of `models list`.",
    ),
]
ModelInputOption = Annotated[
    str | None, typer.Option("--model-input", metavar="WxH", help="Network input size, such as 640x384.")
]
ScoreOption = Annotated[
    float | None, typer.Option("--score", min=0.01, max=0.99, help="Weakest box that may start a track.")
]
RuntimeOption = Annotated[
    str | None,
    typer.Option(
        "--runtime", metavar="NAME", help="onnxruntime or openvino; default: openvino where it is installed."
    ),
]
WhereArgument = Annotated[Path, typer.Argument(metavar="DIR_OR_DB", help="A results folder, or its passerby.db.")]
JsonOption = Annotated[bool, typer.Option("--json", help="Print the answer as JSON.")]

# How every command looks at a configuration; each adds what it needs.
PROBES = Probes(model_names=MODEL_NAMES, timetable_tracks=tracks_of)


def model_choice(
    unit: Unit | None, model: str | None, model_input: str | None, score: float | None, runtime: str | None
) -> ModelChoice:
    """Return the detector to run: the command line goes before the configuration. Raises UsageError."""
    configured = unit.model if unit else "embedded"
    choice = configured if isinstance(configured, ModelChoice) else ModelChoice(path=configured)
    if runtime not in (None, "auto", "onnxruntime", "openvino"):
        raise UsageError(f"--runtime {runtime}: choose auto, onnxruntime or openvino")
    given = {"path": model, "input_px": _size(model_input), "score": score, "runtime": runtime}
    return choice.model_copy(update={key: value for key, value in given.items() if value is not None})


def model_folders(unit: Unit | None) -> tuple[Path, ...]:
    """Return where a unit keeps models of its own; this user's folder is looked at in any case."""
    return (Path(unit.data_dir) / "models",) if unit else ()


def _size(text: str | None) -> tuple[int, int] | None:
    if text is None:
        return None
    width, cross, height = text.lower().partition("x")
    if not (cross and width.isdecimal() and height.isdecimal() and int(width) and int(height)):
        raise UsageError(f"--model-input {text}: write width and height as in 640x384")
    return int(width), int(height)
