"""The output on the terminal: a progress bar, and the result."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from rich.console import Console
from rich.progress import BarColumn, Progress, TaskProgressColumn, TextColumn, TimeRemainingColumn
from rich.text import Text

from passerby.charts.wording import lasting
from passerby.contracts.results import Summary
from passerby.report.wording import stopped_words

LINE_EVERY_S = 10.0


@contextmanager
def progress_bar(
    title: str, total: float | None, *, quiet: bool, lines: bool = False
) -> Iterator[Callable[[float], None]]:
    """Show the progress on standard error; yields a function that takes the finished part of `total`.

    lines: where standard error is no terminal, write a line at the start and every ten seconds.
    """
    if quiet or not sys.stderr.isatty():
        yield ProgressLines(title, total).step if lines and total and not quiet else lambda _: None
        return
    columns = (TextColumn("{task.description}"), BarColumn(), TaskProgressColumn(), TimeRemainingColumn())
    with Progress(*columns, console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task(title, total=total)
        yield lambda done: bar.update(task, completed=done)


class ProgressLines:
    """Progress as lines of a log."""

    def __init__(self, title: str, total: float) -> None:
        self._title, self._total = title, total
        self._began_s = self._said_s = time.monotonic()
        self._say("")

    def step(self, done: float) -> None:
        """Write a line if the last one is ten seconds old."""
        now_s = time.monotonic()
        if now_s - self._said_s < LINE_EVERY_S or done <= 0:
            return
        self._said_s, share = now_s, min(done / self._total, 1.0)
        left_s = (now_s - self._began_s) * (1 - share) / share
        self._say(f": {share:.0%}, about {lasting(left_s)} left")

    def _say(self, words: str) -> None:
        sys.stderr.write(f"{self._title}{words}\n")
        sys.stderr.flush()


def print_summary(summary: Summary, folder: Path) -> None:
    """Print the result of one run, its files, and what a configuration would add."""
    console = Console(highlight=False, soft_wrap=True)
    pace = summary.seconds / summary.wall_s if summary.wall_s else 0.0
    console.print(Text.assemble((summary.camera, "bold"), f"  {summary.source}"))
    slow = ": slower than a live camera; passerby bench shows what this machine carries" if 0 < pace < 1 else ""
    stopped = stopped_words(summary)
    rows = {
        **({"stopped": stopped} if stopped else {}),
        "seen": f"{summary.frames_analysed} of {summary.frames} frames, {summary.seconds:.1f} s of video "
        f"in {summary.wall_s:.1f} s ({pace:.1f}x real time{slow})",
        "people": f"at most {summary.people_max} at once",
        "events": ", ".join(f"{n} {kind}" for kind, n in summary.events.items()) or "none",
        "detector": f"{summary.model.name} at {summary.model.input_wh[0]}x{summary.model.input_wh[1]} "
        f"on {summary.model.runtime}",
        **({"covered": f"{summary.covered} of the redacted pictures"} if summary.covered else {}),
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
