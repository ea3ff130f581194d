"""A case to hand on: one zip file with the facts, the redacted pictures and their checksums."""

from __future__ import annotations

import hashlib
import json
import zipfile
from collections.abc import Iterator
from dataclasses import asdict
from pathlib import Path
from tempfile import SpooledTemporaryFile
from typing import IO, Any

from fastapi import APIRouter, HTTPException, Request
from starlette.responses import StreamingResponse

from passerby.console import alarm_list
from passerby.console.alarm_list import ListedAlarm
from passerby.console.evidence import present
from passerby.console.services import person, services
from passerby.contracts.events import Event
from passerby.store import audit, events
from passerby.store.audit import Act
from passerby.store.filters import EventFilter
from passerby.translation.current import gettext as _

router = APIRouter(include_in_schema=False)
IN_MEMORY_BYTES, CHUNK_BYTES = 4_000_000, 65_536
SUMS = "SHA256SUMS"


@router.get("/alarms/{alarm}/case")
def case(request: Request, alarm: str) -> StreamingResponse:
    """Return the case of an alarm. The audit log has who took it, and the checksum of its checksums."""
    ports, who = services(request).ports, person(request)
    with ports.store.reading() as connection:
        found = alarm_list.one(connection, alarm, ())
        lines = list(events.query(connection, EventFilter(id=(alarm,))))
    if found is None:
        raise HTTPException(404, _("there is no such alarm"))
    with ports.store.queries() as queries:
        kept = [file for file in queries.evidence(alarm) if file.gone_ms is None]
    files = {Path(file.path).name: present(ports.results, file).read_bytes() for file in kept}
    files["facts.json"] = _json(facts(found, lines, {file.path: file.sha256 for file in kept}))
    sums = "".join(f"{hashlib.sha256(data).hexdigest()}  {name}\n" for name, data in sorted(files.items()))
    files[SUMS] = sums.encode()
    digest = hashlib.sha256(files[SUMS]).hexdigest()
    ports.store.write(lambda c: audit.record(c, who.actor, Act.EXPORTED, alarm, f"case, sha256 {digest}"))
    headers = {"Content-Disposition": f'attachment; filename="case-{_plain(alarm)}.zip"'}
    return StreamingResponse(_zipped(files), media_type="application/zip", headers=headers)


def facts(found: ListedAlarm, lines: list[Event], recorded: dict[str, str]) -> dict[str, Any]:
    """Return what is known of an alarm. recorded: checksums of the files from the time when they were made."""
    return {
        "alarm": asdict(found.alarm),
        "reason": found.reason,
        "events": [asdict(event) for event in lines],
        "acts": [asdict(act) for act in found.handling.acts],
        "recorded_sha256": recorded,
        "note": "All pictures are redacted. No person was identified.",
    }


def _zipped(files: dict[str, bytes]) -> Iterator[bytes]:
    with SpooledTemporaryFile(IN_MEMORY_BYTES) as out:
        with zipfile.ZipFile(out, "w") as archive:
            for name, data in sorted(files.items()):
                archive.writestr(name, data)
        out.seek(0)
        yield from _chunks(out)


def _chunks(file: IO[bytes]) -> Iterator[bytes]:
    while chunk := file.read(CHUNK_BYTES):
        yield chunk


def _json(data: Any) -> bytes:
    return json.dumps(data, indent=1, ensure_ascii=False).encode("utf-8", "replace")


def _plain(name: str) -> str:
    return "".join(letter for letter in name if letter.isascii() and (letter.isalnum() or letter in "-_"))
