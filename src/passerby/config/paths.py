"""Makes paths in a configuration relative to the folder of the file."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from passerby.contracts.urls import address_fault, scheme_of
from passerby.files.home import expanded


def settle(data: dict[str, Any], folder: Path) -> dict[str, Any]:
    """Return `data` with paths joined to `folder`; addresses, "embedded" and malformed values are unchanged."""
    settled = dict(data)
    if isinstance(data.get("data_dir", "passerby-data"), str):
        settled["data_dir"] = _join(folder, data.get("data_dir", "passerby-data"))
    if "model" in data:
        settled["model"] = _model(data["model"], folder)
    if isinstance(data.get("console"), dict):
        settled["console"] = _files(data["console"], ("certificate", "key"), folder)
    if isinstance(data.get("fleet"), dict):
        settled["fleet"] = _files(data["fleet"], ("ca_file",), folder)
    if isinstance(data.get("escalation"), dict):
        settled["escalation"] = _escalation(data["escalation"], folder)
    if isinstance(data.get("destinations"), tuple):
        settled["destinations"] = tuple(
            _files(one, ("ca_file", "certificate", "key"), folder) if isinstance(one, dict) else one
            for one in data["destinations"]
        )
    if isinstance(data.get("cameras"), tuple):
        settled["cameras"] = tuple(_camera(camera, folder) for camera in data["cameras"])
    return settled


def _files(section: dict[str, Any], keys: tuple[str, ...], folder: Path) -> dict[str, Any]:
    return {k: _join(folder, v) if k in keys and isinstance(v, str) else v for k, v in section.items()}


def _escalation(section: dict[str, Any], folder: Path) -> dict[str, Any]:
    settled = dict(section)
    if isinstance(section.get("mail"), dict):
        settled["mail"] = _files(section["mail"], ("ca_file",), folder)
    if isinstance(section.get("recipients"), tuple):
        settled["recipients"] = tuple(
            _files(one, ("ca_file",), folder) if isinstance(one, dict) else one for one in section["recipients"]
        )
    return settled


def _camera(camera: Any, folder: Path) -> Any:
    if not isinstance(camera, dict):
        return camera
    settled = dict(camera)
    for key in ("source", "substream"):
        if isinstance(camera.get(key), str):
            settled[key] = _source(camera[key], folder)
    if isinstance(camera.get("counts_error"), str):
        settled["counts_error"] = _join(folder, camera["counts_error"])
    departures = camera.get("departures")
    if isinstance(departures, dict):
        settled["departures"] = _files(departures, ("file",), folder)
    return settled


def _source(source: str, folder: Path) -> str:
    if scheme_of(source) == "file":
        rest = source[len("file://") :]
        return rest if rest.startswith("/") else source
    # What is almost an address is no path either: check says what is wrong with it.
    return source if scheme_of(source) or address_fault(source) else _join(folder, source)


def _model(model: Any, folder: Path) -> Any:
    if isinstance(model, dict) and isinstance(model.get("path"), str):
        return {**model, "path": _model(model["path"], folder)}
    return _join(folder, model) if isinstance(model, str) and is_model_path(model) else model


def is_model_path(model: str) -> bool:
    """Return True for a detector's file, False for a name such as "embedded"."""
    return "/" in model or Path(model).suffix.lower() in (".onnx", ".xml", ".bin")


def _join(folder: Path, path: str) -> str:
    return str(folder / expanded(path)) if path else path
