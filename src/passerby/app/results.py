"""The results of a finished run: summary.json and report.html."""

from __future__ import annotations

import json
from collections import deque
from collections.abc import Iterable, Sequence
from dataclasses import asdict, replace
from pathlib import Path
from sqlite3 import Connection
from typing import Any, TypeVar

import numpy as np

from passerby.contracts.events import Event
from passerby.contracts.results import History, Summary
from passerby.files.whole import write_whole
from passerby.report.page import render_report
from passerby.store.samples import flow_samples, occupancy_samples, zone_samples

T = TypeVar("T")
# A unit may run for months; the page shows its last days, the files contain everything.
MOST_SAMPLES = 20_000


def summary_data(summary: Summary) -> dict[str, Any]:
    """Return a summary as plain values for JSON."""
    return asdict(summary)


def write_results(
    folder: Path,
    results: Path,
    summary: Summary,
    history: History | None,
    events: Sequence[Event],
    still: bytes | None,
) -> None:
    """Write summary.json and report.html into `folder`; stills are found below `results`.

    still: a redacted picture of the camera's view. Raises StoreError if a file cannot be written.
    """
    page = render_report(summary, history or _nothing(), events, _stills(results, events), still)
    text = json.dumps(summary_data(summary), indent=2, ensure_ascii=False, allow_nan=False)
    write_whole(folder / "summary.json", f"{text}\n".encode())
    write_whole(folder / "report.html", page.encode())


def with_samples(
    history: History, connection: Connection, camera: str | None = None, since: str | None = None
) -> History:
    """Return the history with the stored samples of one camera's run, the newest `MOST_SAMPLES` of each kind."""
    return replace(
        history,
        windows=_newest(zone_samples(connection, camera, since=since)),
        flows=_newest(flow_samples(connection, camera, since=since)),
        places=_newest(occupancy_samples(connection, since=since)),
    )


def _newest(samples: Iterable[T]) -> tuple[T, ...]:
    return tuple(deque(samples, MOST_SAMPLES))


def _stills(results: Path, events: Sequence[Event]) -> dict[str, bytes]:
    paths = {event.evidence.still for event in events if event.evidence}
    return {path: (results / path).read_bytes() for path in sorted(paths) if (results / path).is_file()}


def _nothing() -> History:
    return History(1.0, (), (), (), np.zeros((1, 1)), (), ())
