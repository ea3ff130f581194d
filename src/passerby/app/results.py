"""The results of a finished run: summary.json and report.html."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import asdict, replace
from pathlib import Path
from typing import Any, Literal

import numpy as np

from passerby.app.event_links import event_links
from passerby.contracts.events import Event, EvidenceFile, FlowSample, OccupancySample, ZoneSample
from passerby.contracts.ports import RecordFile
from passerby.contracts.results import History, Summary
from passerby.evidence.clip import finished_file
from passerby.files.whole import write_whole
from passerby.report.page import render_report
from passerby.store.filters import SampleFilter
from passerby.store.queries import Queries

# A unit may run for months; the page shows its last days, the files contain everything.
MOST_SAMPLES = 20_000


class StillFiles(Mapping[str, bytes]):
    """The stills of some events by their path below `results`, each read when it is asked for.

    A page shows about a hundred pictures of thousands of events, which would take 100 MB. A missing file raises
    KeyError.
    """

    def __init__(self, results: Path, events: Sequence[Event]) -> None:
        self._results = results
        self._paths = {event.evidence.still for event in events if event.evidence}

    def __getitem__(self, path: str) -> bytes:
        if path not in self._paths:
            raise KeyError(path)
        try:
            return (self._results / path).read_bytes()
        except OSError:  # retention removed it
            raise KeyError(path) from None

    def __iter__(self) -> Iterator[str]:
        return iter(self._paths)

    def __len__(self) -> int:
        return len(self._paths)


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
    stills, links = StillFiles(results, events), event_links(folder, results, events)
    page = render_report(summary, history or _nothing(), events, stills, still, links)
    text = json.dumps(summary_data(summary), indent=2, ensure_ascii=False, allow_nan=False)
    write_whole(folder / "summary.json", f"{text}\n".encode())
    write_whole(folder / "report.html", page.encode())


@contextmanager
def recorded(
    path: Path, results: Path, camera: str, kind: Literal["video", "report"], record: RecordFile
) -> Iterator[None]:
    """Record a file below `results` before the block writes it, and after it. Raises StoreError."""
    begun = EvidenceFile(str(path.relative_to(results)), "", camera, kind)
    record(begun)
    yield
    if path.is_file():  # a video without a picture is removed
        record(finished_file(results, begun))


def with_samples(
    history: History, queries: Queries, camera: str | None = None, since: str | None = None
) -> History:
    """Return the history with the stored samples of one camera's run, the newest `MOST_SAMPLES` of each kind."""
    of_run = SampleFilter(camera=() if camera is None else (camera,), since=since, last=MOST_SAMPLES)
    return replace(
        history,
        windows=tuple(queries.samples(ZoneSample, of_run)),
        flows=tuple(queries.samples(FlowSample, of_run)),
        places=tuple(queries.samples(OccupancySample, replace(of_run, camera=()))),
    )


def _nothing() -> History:
    return History(1.0, (), (), (), np.zeros((1, 1)), (), ())
