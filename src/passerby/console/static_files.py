"""The stylesheet, scripts and icon of the console: known files only, so no path can lead elsewhere."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass

from fastapi import APIRouter, HTTPException, Request
from starlette.responses import Response

from passerby.charts.style import stylesheet
from passerby.console.rendering import FOLDER

TYPES = {".css": "text/css", ".js": "text/javascript", ".svg": "image/svg+xml"}
router = APIRouter(include_in_schema=False)


@dataclass(frozen=True, slots=True)
class _StaticFile:
    body: bytes
    kind: str
    tag: str


def _load() -> dict[str, _StaticFile]:
    found = {}
    for path in sorted((FOLDER / "static").iterdir()):
        if path.suffix in TYPES:
            found[path.name] = _static(path.read_bytes(), path.suffix)
    return {**found, "charts.css": _static(stylesheet().encode(), ".css")}


def _static(body: bytes, suffix: str) -> _StaticFile:
    return _StaticFile(body, TYPES[suffix], f'"{hashlib.sha256(body).hexdigest()[:16]}"')


_FILES = _load()


@router.get("/static/{name}")
def static(request: Request, name: str) -> Response:
    """Return one file; a browser asks again each time and gets 304 if it has it."""
    file = _FILES.get(name)
    if file is None:
        raise HTTPException(404, "there is no such file")
    headers = {"ETag": file.tag, "Cache-Control": "no-cache"}
    if request.headers.get("if-none-match") == file.tag:
        return Response(status_code=304, headers=headers)
    return Response(file.body, media_type=file.kind, headers=headers)
