"""Downloads the files of a known model, or reads them from a folder, and installs only verified files."""

from __future__ import annotations

import contextlib
import hashlib
import http.client
import json
import tempfile
import urllib.error
import urllib.request
from collections.abc import Callable
from pathlib import Path
from typing import BinaryIO

from passerby.contracts.errors import ModelError, UsageError
from passerby.vision.catalogue import Known, ModelFile

CHUNK_BYTES = 1 << 16
TIMEOUT_S = 30.0
Opened = contextlib.AbstractContextManager[BinaryIO]


def pull(model: Known, target: Path, mirror: Path | None = None) -> Path:
    """Put the files of `model` and its card into `target`; returns the file to load.

    mirror: a folder with the files under any name; if None, the publisher's addresses.
    All files are checked before any is installed, and each is installed completely.
    Raises ModelError, and UsageError for files of others, with one sentence; then nothing in `target` has changed.
    """
    _refuse_other_files(model, target)
    try:
        target.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(prefix=".pull-", dir=target) as scratch:
            fetched = [_fetch(model, part, Path(scratch), mirror) for part in model.parts]
            fetched.append(_card(model, Path(scratch)))
            for path in reversed(fetched):  # the file that is loaded comes last
                path.replace(target / path.name)
    except OSError as error:
        raise ModelError(
            f"{target}: {model.name} cannot be installed there ({error.strerror or error})"
        ) from error
    return model.path(target)


def _refuse_other_files(model: Known, target: Path) -> None:
    """Raise UsageError if a file of that name in the folder was not installed by this command."""
    card = target / f"{model.name}.json"
    known = {part.sha256 for part in model.parts} | _installed(card)
    paths = [target / f"{model.name}{part.suffix}" for part in model.parts]
    other = [path for path in paths if path.is_file() and _sha256(path) not in known]
    if card.is_file() and not _installed(card):
        other.append(card)
    if other:
        raise UsageError(f"{other[0]} was not installed by passerby; move it or give another folder with --to")


def _installed(card: Path) -> set[str]:
    """Return the checksums of the files that a card lists; none for a file that is no card of this command."""
    try:
        return {part["sha256"] for part in json.loads(card.read_bytes())["files"]}
    except (OSError, ValueError, TypeError, KeyError):
        return set()


def _fetch(model: Known, part: ModelFile, scratch: Path, mirror: Path | None) -> Path:
    path = scratch / f"{model.name}{part.suffix}"
    origin, opener = _published(part) if mirror is None else _mirrored(model, part, mirror)
    try:
        with opener() as source:
            received, sha256 = _copy(source, path, part.size_bytes)
    except (urllib.error.URLError, http.client.HTTPException, TimeoutError, ConnectionError) as error:
        if isinstance(error, urllib.error.HTTPError):
            error.close()  # it holds the answer open
        raise ModelError(
            f"{origin}: cannot be downloaded ({getattr(error, 'reason', None) or error}); "
            f"download it elsewhere and give its folder: passerby models pull {model.name} --from DIR"
        ) from error
    if (received, sha256) != (part.size_bytes, part.sha256):
        raise ModelError(f"{origin}: is not the known {model.name}: {_difference(part, received, sha256)}")
    return path


def _published(part: ModelFile) -> tuple[str, Callable[[], Opened]]:
    request = urllib.request.Request(part.address, headers={"User-Agent": "passerby"})  # noqa: S310  a fixed table
    return part.address, lambda: urllib.request.urlopen(request, timeout=TIMEOUT_S)  # noqa: S310


def _mirrored(model: Known, part: ModelFile, mirror: Path) -> tuple[str, Callable[[], Opened]]:
    """Return the file of that size and checksum, or else a file of that kind, which its checksum then refuses."""
    if not mirror.is_dir():
        raise ModelError(f"{mirror}: no such folder; check --from")
    files = sorted(path for path in mirror.rglob(f"*{part.suffix}") if path.is_file())
    same = [path for path in files if path.stat().st_size == part.size_bytes]
    right = next((path for path in same if _sha256(path) == part.sha256), None)
    chosen = right or next((path for path in (*same, *files) if _alike(path, part)), None)
    if chosen is None:
        raise ModelError(
            f"{mirror}: holds no {part.suffix} file of {model.name}; it is published at {part.address}"
        )
    return str(chosen), lambda: chosen.open("rb")


def _alike(path: Path, part: ModelFile) -> bool:
    """Return whether the file is probably this part: its name starts like the published name."""
    return path.name.startswith(Path(part.address).stem)


def _sha256(path: Path) -> str:
    with path.open("rb") as source:
        return hashlib.file_digest(source, "sha256").hexdigest()


def _copy(source: BinaryIO, path: Path, most_bytes: int) -> tuple[int, str]:
    """Write the data of `source`, at most one chunk over `most_bytes`; return size and checksum."""
    digest, received = hashlib.sha256(), 0
    with path.open("wb") as out:
        while received <= most_bytes and (chunk := source.read(CHUNK_BYTES)):
            out.write(chunk)
            digest.update(chunk)
            received += len(chunk)
    return received, digest.hexdigest()


def _difference(part: ModelFile, received: int, sha256: str) -> str:
    if received > part.size_bytes:
        return f"it is larger than {part.size_bytes} bytes"
    if received < part.size_bytes:
        return f"it ends after {received} of {part.size_bytes} bytes"
    return f"its sha256 is {sha256[:16]}... instead of {part.sha256[:16]}..."


def _card(model: Known, scratch: Path) -> Path:
    """Return the data that vision/load.py reads beside a model, and the origin of the files."""
    path = scratch / f"{model.name}.json"
    content = {
        "name": model.name,
        "layout": model.layout,
        "input_wh": model.input_wh,
        "licence": model.licence,
        "files": [{"address": part.address, "sha256": part.sha256} for part in model.parts],
    }
    path.write_text(json.dumps(content, indent=2) + "\n")
    return path
