"""The output on the terminal: a progress bar, and the result."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from rich.console import Console
from rich.progress import BarColumn, Progress, TaskProgressColumn, TextColumn, TimeRemainingColumn
from rich.text import Text

from passerby.contracts.results import Summary
from passerby.report.wording import stopped_words


@contextmanager
def progress_bar(title: str, seconds: float | None, *, quiet: bool) -> Iterator[Callable[[float], None]]:
    """Show the progress through a video of `seconds`; yields a function that takes the finished seconds."""
    if quiet or not sys.stderr.isatty():
        yield lambda _: None
        return
    columns = (TextColumn("{task.description}"), BarColumn(), TaskProgressColumn(), TimeRemainingColumn())
    with Progress(*columns, console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task(title, total=seconds)
        yield lambda done_s: bar.update(task, completed=done_s)


def print_summary(summary: Summary, folder: Path) -> None:
    """Print the result of one run, its files, and what a configuration would add."""
    console = Console(highlight=False, soft_wrap=True)
    pace = summary.seconds / summary.wall_s if summary.wall_s else 0.0
    console.print(Text.assemble((summary.camera, "bold"), f"  {summary.source}"))
    stopped = stopped_words(summary)
    rows = {
        **({"stopped": stopped} if stopped else {}),
        "seen": f"{summary.frames_analysed} of {summary.frames} frames, {summary.seconds:.1f} s of video "
        f"in {summary.wall_s:.1f} s ({pace:.1f}x real time)",
        "people": f"at most {summary.people_max} at once",
        "events": ", ".join(f"{n} {kind}" for kind, n in summary.events.items()) or "none",
        "detector": f"{summary.model.name} at {summary.model.input_wh[0]}x{summary.model.input_wh[1]} "
        f"on {summary.model.runtime}",
        "results": f"{folder}  (open {folder / 'report.html'})",
    }
    for name, value in rows.items():
        console.print(f"  {name:<9} {value}", markup=False)
    for word, sentences in (("gap", summary.gaps), ("note", summary.notes), ("add", summary.hints)):
        for sentence in sentences:
            console.print(f"  {word:<9} {sentence}", markup=False)
    for name, count in summary.lost.items():
        console.print(f"  {'lost':<9} {count} {name}", markup=False)


def table_console() -> Console:
    """Return the console for tables; output to a pipe does not wrap at 80 columns."""
    return Console(width=None if sys.stdout.isatty() else 200, highlight=False)
