"""ReportProgress and output of the suites of `passerby eval`."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated

import typer

from passerby.app.terminal import progress_bar
from passerby.contracts.errors import StoreError
from passerby.evals.page import page
from passerby.evals.result import Report
from passerby.evals.sim_suite import ReportProgress
from passerby.evals.text import as_data, as_text
from passerby.files.made import check_folder, claim

TEXT, DATA, PAGE = FILES = ("eval.txt", "eval.json", "eval.html")


def free_folder(out: Path | None) -> Path | None:
    """Return the folder of an option. Raises UsageError, before any work, if it holds files of others."""
    if out is not None:
        check_folder(out)
    return out


OutOption = Annotated[
    Path | None,
    typer.Option("--out", metavar="DIR", callback=free_folder, help=f"Folder for {TEXT}, {DATA} and {PAGE}."),
]
JsonFile = Annotated[
    Path | None,
    typer.Option("--json", metavar="FILE", help="Write the figures as JSON to this file; - prints them."),
]


def is_printed(json_file: Path | None) -> bool:
    """Return whether JSON is printed in place of text, and not written to a file. json_file: see JsonFile."""
    return json_file == Path("-")


@contextmanager
def reporting_progress(json_file: Path | None) -> Iterator[ReportProgress]:
    """Show progress on a terminal; yields a function that takes a name and the finished fraction."""
    with progress_bar("evaluating", 1.0, quiet=is_printed(json_file)) as progress:
        yield lambda _, share: progress(share)


def give(reports: list[Report], out: Path | None, json_file: Path | None) -> None:
    """Print the reports and write the requested files. Raises StoreError."""
    data = json.dumps([as_data(r) for r in reports], indent=1, ensure_ascii=False, allow_nan=False) + "\n"
    text = "\n\n".join(as_text(report) for report in reports) + "\n"
    sys.stdout.write(data if is_printed(json_file) else text)
    if json_file is not None and not is_printed(json_file):
        write_text(json_file, data)
    if out is not None:
        claim(out, FILES)
        write_text(out / TEXT, text)
        write_text(out / DATA, data)
        write_text(out / PAGE, page("passerby: accuracy", reports))


def write_text(path: Path, text: str) -> None:
    """Write a file and make its folder. Raises StoreError."""
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    except OSError as error:
        raise StoreError(f"{path} cannot be written ({error.strerror}); give another folder") from error
