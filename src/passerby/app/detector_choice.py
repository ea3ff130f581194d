"""The detector of a command, from the command line and the configuration."""

from __future__ import annotations

from pathlib import Path

from passerby.contracts.config import ModelChoice, Unit
from passerby.contracts.errors import UsageError
from passerby.vision.detector import Detector
from passerby.vision.load import load_detector


def chosen_detector(
    unit: Unit | None,
    model: str | None = None,
    model_input: str | None = None,
    score: float | None = None,
    runtime: str | None = None,
) -> Detector:
    """Load the detector of `model_choice`, with the unit's folder of models. Raises UsageError and ModelError."""
    return load_detector(model_choice(unit, model, model_input, score, runtime), model_folders(unit))


def model_choice(
    unit: Unit | None, model: str | None, model_input: str | None, score: float | None, runtime: str | None
) -> ModelChoice:
    """Return the detector: the command line overrides the configuration. Raises UsageError."""
    configured = unit.model if unit else "embedded"
    choice = configured if isinstance(configured, ModelChoice) else ModelChoice(path=configured)
    if runtime not in (None, "auto", "onnxruntime", "openvino"):
        raise UsageError(f"--runtime {runtime}: write auto, onnxruntime or openvino")
    given = {"path": model, "input_px": _size(model_input), "score": score, "runtime": runtime}
    return choice.model_copy(update={key: value for key, value in given.items() if value is not None})


def model_folders(unit: Unit | None) -> tuple[Path, ...]:
    """Return the unit's own folder of models; this user's folder is always searched, too."""
    return (Path(unit.data_dir) / "models",) if unit else ()


def _size(text: str | None) -> tuple[int, int] | None:
    if text is None:
        return None
    width, cross, height = text.lower().partition("x")
    if not (cross and width.isdecimal() and height.isdecimal() and int(width) and int(height)):
        raise UsageError(f"--model-input {text}: write width and height, for example 640x384")
    return int(width), int(height)
