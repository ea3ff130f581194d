"""Loads a detector: checks the file, recognises its layout, stores its checksum."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from passerby.contracts.config import ModelChoice
from passerby.contracts.errors import ModelError
from passerby.contracts.results import ModelInfo
from passerby.files.home import expanded
from passerby.vision.catalogue import KNOWN, find, models_home
from passerby.vision.detector import PersonDetector
from passerby.vision.layouts import LAYOUTS, OutputLayout, recognise
from passerby.vision.resize import PAD
from passerby.vision.sessions import OnnxSession, OpenVinoSession, Session, last_line, openvino_is_installed

Share = Annotated[float, Field(gt=0, lt=1)]
# The embedded detector; person.json is its card.
EMBEDDED = Path(__file__).parent / "weights" / "person.onnx"
OURS = {"embedded": EMBEDDED}
# Names of detectors in a configuration, besides paths.
MODEL_NAMES = (*OURS, *KNOWN)


class ModelCard(BaseModel):
    """The part of a model's card (`person.json` beside `person.onnx`) that is used at run time."""

    model_config = ConfigDict(extra="ignore", frozen=True)

    layout: str | None = None
    input_wh: tuple[int, int] | None = None
    score: Share | None = None
    score_floor: Share | None = None
    nms_iou: Share | None = None


def load_detector(choice: ModelChoice, folders: Sequence[Path] = ()) -> PersonDetector:
    """Load the detector of `choice` and run it once.

    folders: folders of pulled models, in addition to this user's own folder.
    Raises ModelError with one sentence that names problem and remedy.
    """
    try:
        return _loaded(choice, (*folders, models_home()))
    except OSError as error:
        raise ModelError(f"{error.filename or choice.path}: cannot be read ({error.strerror})") from error


def _loaded(choice: ModelChoice, folders: Sequence[Path]) -> PersonDetector:
    path = _pulled(choice.path, folders) if choice.path in KNOWN else _existing(choice.path)
    card = embedded_card() if path in OURS.values() else _read_card(path.with_suffix(".json"))
    session = _session(path, choice, choice.input_px or card.input_wh)
    layout = _layout(path, card, session, choice.score)
    _try(path, session, layout)
    info = ModelInfo(path.stem, sha256_of(path), session.runtime, session.input_wh, layout.score)
    return PersonDetector(session, layout, info)


def sha256_of(path: Path) -> str:
    """Return the hex checksum of a model; for OpenVINO IR over the .xml and then the .bin."""
    digest = hashlib.sha256()
    for part in (path, path.with_suffix(".bin")) if path.suffix == ".xml" else (path,):
        digest.update(part.read_bytes())
    return digest.hexdigest()


def embedded_card() -> ModelCard:
    """Return the embedded detector's card."""
    return _read_card(EMBEDDED.with_suffix(".json"))


def _pulled(name: str, folders: Sequence[Path]) -> Path:
    path = find(KNOWN[name], folders)
    if path is None:
        raise ModelError(f"{name}: this model is not installed; download it with: passerby models pull {name}")
    return path


def _existing(name: str) -> Path:
    if ours := OURS.get(name):
        if not ours.is_file():
            raise ModelError(
                "this build has no embedded person detector yet: "
                "name one with --model PATH (.onnx or .xml), or model: in the configuration"
            )
        return ours
    path = expanded(name)
    if not path.exists():
        raise ModelError(f"{path}: no such model file; check --model or model: in the configuration")
    if path.is_dir():
        raise ModelError(f"{path}: this is a directory, not a model file")
    if path.suffix not in (".onnx", ".xml"):
        raise ModelError(f"{path}: not an .onnx file or an OpenVINO .xml with its .bin beside it")
    if path.suffix == ".xml" and not path.with_suffix(".bin").is_file():
        raise ModelError(f"{path}: its weights {path.with_suffix('.bin').name} must be beside it")
    return path


def _session(path: Path, choice: ModelChoice, input_wh: tuple[int, int] | None) -> Session:
    if path.suffix == ".xml" and choice.runtime == "onnxruntime":
        raise ModelError(f"{path}: OpenVINO IR files run on OpenVINO only; set runtime to auto or openvino")
    wants = choice.runtime
    if path.suffix == ".xml" or wants == "openvino" or (wants == "auto" and openvino_is_installed()):
        return OpenVinoSession(path, input_wh)
    return OnnxSession(path, input_wh)


def _read_card(path: Path) -> ModelCard:
    if not path.is_file():
        return ModelCard()
    try:
        return ModelCard.model_validate(json.loads(path.read_text("utf-8")))
    except (ValueError, ValidationError) as error:
        raise ModelError(
            f"{path}: the model's card cannot be read ({'; '.join(str(error).splitlines()[:3])})"
        ) from error


def _layout(path: Path, card: ModelCard, session: Session, score: float | None) -> OutputLayout:
    if card.layout and card.layout not in LAYOUTS:
        raise ModelError(f"{path.with_suffix('.json')}: layout {card.layout} is not one of {', '.join(LAYOUTS)}")
    known = LAYOUTS[card.layout] if card.layout else recognise(session.outputs)
    if known is None:
        raise ModelError(f"{path}: outputs {_shapes(session)} have no known layout ({', '.join(LAYOUTS)})")
    own = {k: v for k in ("score", "score_floor", "nms_iou") if (v := getattr(card, k)) is not None}
    layout = replace(known, **own)
    least_score = layout.score if score is None else score
    # The redaction threshold must not exceed the tracking threshold.
    return replace(layout, score=least_score, score_floor=min(least_score, layout.score_floor))


def _try(path: Path, session: Session, layout: OutputLayout) -> None:
    """Run one grey picture, so that a model that only resembles its layout is refused at once."""
    try:
        session.pictures()[:] = PAD
        ((xyxy, score),) = layout.decode(session.run(), session.input_wh)
        if xyxy.shape != (len(score), 4) or score.ndim != 1:
            raise ValueError(f"boxes {list(xyxy.shape)} with scores {list(score.shape)}")
    except Exception as error:  # the runtimes have no common base for their errors
        raise ModelError(
            f"{path}: outputs {_shapes(session)} do not match the layout {layout.name} ({last_line(error)})"
        ) from error


def _shapes(session: Session) -> str:
    return ", ".join(f"{name} {list(shape)}" for name, shape in session.outputs.items())
