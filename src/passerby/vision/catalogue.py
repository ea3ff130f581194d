"""Third-party person detectors that are known to work, with their addresses and checksums.

The package contains none of them. `passerby models pull NAME` puts a model where `find` searches.
"""

from __future__ import annotations

import os
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

APACHE = "Apache-2.0"
# Addresses of the publishers; that of _OMZ was not tested (docs/models.md).
_OMZ = "https://storage.openvinotoolkit.org/repositories/open_model_zoo/2023.0/models_bin/1"
_YOLOX = "https://github.com/Megvii-BaseDetection/YOLOX/releases/download/0.1.1rc0"


@dataclass(frozen=True, slots=True)
class ModelFile:
    """One file: its publisher's address, its checksum (sha256, hex) and its size."""

    address: str
    sha256: str
    size_bytes: int

    @property
    def suffix(self) -> str:
        """Return the file name's suffix: .onnx, .xml or .bin."""
        return PurePosixPath(self.address).suffix


@dataclass(frozen=True, slots=True)
class Known:
    """A model: the first part is loaded, the others are beside it.

    layout: a name of vision/layouts.py. input_wh: its recommended input size, px.
    """

    name: str
    licence: str
    layout: str
    input_wh: tuple[int, int]
    parts: tuple[ModelFile, ...]

    @property
    def size_bytes(self) -> int:
        """Return the size of all files together."""
        return sum(part.size_bytes for part in self.parts)

    def path(self, folder: Path) -> Path:
        """Return the path of the file to load in a folder of models."""
        return folder / f"{self.name}{self.parts[0].suffix}"

    def lies_in(self, folder: Path) -> bool:
        """Return whether every file of the model is in the folder."""
        return all((folder / f"{self.name}{part.suffix}").is_file() for part in self.parts)


def _omz(number: int, input_wh: tuple[int, int], xml: tuple[str, int], weights: tuple[str, int]) -> Known:
    original = f"person-vehicle-bike-detection-{number}"
    parts = [
        ModelFile(f"{_OMZ}/{original}/FP16-INT8/{original}.{end}", sha256, size)
        for end, (sha256, size) in (("xml", xml), ("bin", weights))
    ]
    return Known(f"{original}-int8", APACHE, "omz-atss", input_wh, tuple(parts))


def _yolox(size: str, sha256: str, size_bytes: int) -> Known:
    part = ModelFile(f"{_YOLOX}/yolox_{size}.onnx", sha256, size_bytes)
    return Known(f"yolox-{size}", APACHE, "yolox", (416, 416), (part,))


# Checksums and sizes are those of the published files. Input sizes: 416x416 is the size of the YOLOX files; those
# of the other two were chosen, and docs/models.md has the accuracy and time with them.
KNOWN = {
    model.name: model
    for model in (
        _omz(
            2003,
            (640, 384),
            ("47c8bff6b743639b6d60cab292b64f6246b0f790eb4534d0392d09ada436a756", 1_624_853),
            ("0172364bf6770a45c61f0edfedd703746da021c6e8691056d376a0fac69439c0", 2_074_874),
        ),
        _omz(
            2004,
            (448, 256),
            ("df64979cd58874abf624bf2f79b80ee3b4e58177307e45940afed0b1f27ed553", 1_623_473),
            ("446722d01d80cbccfd438e352823445876cec4c0516bb5ba1c14d98f93e213c8", 2_074_874),
        ),
        _yolox("nano", "c789161ed43c8269fcd4e67c67eeeb4e80c622da2eb296a20bc6007bd18a0b7d", 3_659_407),
        _yolox("tiny", "427cc366d34e27ff7a03e2899b5e3671425c262ea2291f88bb942bc1cc70b0f7", 20_219_662),
    )
}


def models_home() -> Path:
    """Return this user's folder of models: $XDG_DATA_HOME/passerby/models, usually below ~/.local/share.

    For a user without a home, as in a container, it is below /var/lib.
    """
    given = Path(os.environ.get("XDG_DATA_HOME", ""))
    return (given if given.is_absolute() else _share()) / "passerby" / "models"


def _share() -> Path:
    try:
        return Path.home() / ".local" / "share"
    except RuntimeError:
        return Path("/var/lib")


def find(model: Known, folders: Iterable[Path]) -> Path | None:
    """Return the file to load from the first folder with the complete model; None if there is none."""
    return next((model.path(folder) for folder in folders if model.lies_in(folder)), None)
