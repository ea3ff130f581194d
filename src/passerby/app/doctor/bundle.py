"""A file for those who help: fields of a fixed list, without names, addresses, secrets, pictures and events."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

from passerby.app.doctor.cameras import CameraAnswer
from passerby.app.doctor.finding import Finding
from passerby.app.doctor.software import versions
from passerby.contracts.errors import UsageError
from passerby.contracts.event_kinds import STATE_KINDS
from passerby.contracts.events import CameraHealth
from passerby.contracts.version import __version__
from passerby.files.whole import write_whole
from passerby.store.filters import EventFilter, SampleFilter
from passerby.store.queries import Queries
from passerby.store.utc import now_ms, utc_text

MOST_FAULTS = 10_000


@dataclass(frozen=True, slots=True)
class BundleFinding:
    """A finding without its cure, which may name files."""

    topic: str
    judgement: str
    what: str


@dataclass(frozen=True, slots=True)
class BundleHealth:
    """The newest health of one camera by its number; see CameraHealth."""

    number: int
    state: str
    fps: float
    dropped: int
    decode_errors: int
    p95_ms: float | None
    utc_err_ms: float | None


@dataclass(frozen=True, slots=True)
class SupportBundle:
    """Everything in the file.

    packages: versions of libraries. cameras, health: by number. faults: incidents of the unit itself, by kind.
    """

    made_utc: str
    passerby: str
    packages: dict[str, str]
    findings: tuple[BundleFinding, ...]
    cameras: tuple[CameraAnswer, ...]
    health: tuple[BundleHealth, ...]
    faults: dict[str, int]


def bundle_of(
    findings: Sequence[Finding], answers: Sequence[CameraAnswer], names: Sequence[str], queries: Queries | None
) -> SupportBundle:
    """Return the bundle; names: of the cameras, in the order of their numbers; queries: of the results."""
    return SupportBundle(
        made_utc=utc_text(now_ms()),
        passerby=__version__,
        packages=versions(),
        findings=tuple(BundleFinding(f.topic, f.judgement.value, f.what) for f in findings),
        cameras=tuple(answers),
        health=_health(names, queries) if queries else (),
        faults=_faults(queries) if queries else {},
    )


def bundle_text(bundle: SupportBundle) -> str:
    """Return the text of the file."""
    return json.dumps(asdict(bundle), indent=2, ensure_ascii=False) + "\n"


def write_bundle(path: Path, text: str) -> None:
    """Write the file, for its owner alone. Raises UsageError if it exists, StoreError if it cannot be written."""
    if path.exists():
        raise UsageError(f"{path} exists; give another name for the bundle")
    write_whole(path, text.encode())


def _health(names: Sequence[str], queries: Queries) -> tuple[BundleHealth, ...]:
    found = []
    for number, name in enumerate(names, 1):
        for one in queries.samples(CameraHealth, SampleFilter(camera=(name,), last=1)):
            figures = (one.fps, one.dropped, one.decode_errors, one.p95_ms, one.utc_err_ms)
            found.append(BundleHealth(number, one.state.value, *figures))
    return tuple(found)


def _faults(queries: Queries) -> dict[str, int]:
    wanted = EventFilter(kind=tuple(sorted(STATE_KINDS)), phase=("start",), last=MOST_FAULTS)
    return dict(sorted(Counter(event.kind for event in queries.events(wanted)).items()))
