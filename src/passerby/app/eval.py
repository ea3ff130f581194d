"""`passerby eval`: how right the pipeline is, against the truth of the simulation and of labelled recordings."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated

import typer

from passerby.app.options import RuntimeOption, ScoreOption, model_choice
from passerby.app.terminal import progress_bar
from passerby.contracts.errors import StoreError, UsageError
from passerby.evals.page import page
from passerby.evals.play import Settings
from passerby.evals.result import Report
from passerby.evals.sim_suite import QUICK_S, Tell, sim_suite
from passerby.evals.text import as_data, as_text
from passerby.vision.detector import Detector
from passerby.vision.load import load_detector

app = typer.Typer(help="How right the pipeline is: figures against the truth.", no_args_is_help=True)

OutOption = Annotated[
    Path | None, typer.Option("--out", metavar="DIR", help="Folder for eval.txt, eval.json and eval.html.")
]
JsonFile = Annotated[
    Path | None, typer.Option("--json", metavar="FILE", help="Write the figures as JSON; - prints.")
]
DetectorOption = Annotated[
    str, typer.Option("--detector", metavar="NAME", help="truth (exact boxes), embedded, or a model file.")
]
DataOption = Annotated[Path, typer.Option("--data", metavar="DIR", help="The ground truth; see docs/accuracy.md.")]
DATA = Path("../shared/groundtruth")


@app.command()
def sim(
    *,
    scenario: Annotated[
        list[str] | None, typer.Option(metavar="NAME", help="Only this one; may be repeated.")
    ] = None,
    detector: DetectorOption = "truth",
    seed: Annotated[int | None, typer.Option(help="Chance; default: each scenario's own.")] = None,
    seconds: Annotated[float | None, typer.Option(min=1, help="At most this long a stretch of each.")] = None,
    quick: Annotated[bool, typer.Option("--quick", help=f"The first {QUICK_S:g} s of each scenario.")] = False,
    analysis_fps: Annotated[float, typer.Option(min=1, max=60, help="Frames analysed a second.")] = 8.0,
    width: Annotated[int, typer.Option(min=160, max=3840, help="Of the rendered picture, px.")] = 960,
    score: ScoreOption = None,
    runtime: RuntimeOption = None,
    out: OutOption = None,
    json_file: JsonFile = None,
) -> None:
    """Play every scenario of the simulated station through the real analysis."""
    settings = Settings(
        seed, QUICK_S if quick else seconds, analysis_fps, _detector(detector, score, runtime), width
    )
    with telling(json_file) as tell:
        report = sim_suite(settings, scenario or (), tell)
    give([report], out, json_file)


def _detector(name: str, score: float | None, runtime: str | None) -> Detector | None:
    return None if name == "truth" else load_detector(model_choice(None, name, None, score, runtime))


@contextmanager
def telling(json_file: Path | None) -> Iterator[Tell]:
    """Show progress on a terminal; yields what to call with a name and the share done."""
    with progress_bar("evaluating", 1.0, quiet=json_file == Path("-")) as progress:
        yield lambda _, share: progress(share)


def give(reports: list[Report], out: Path | None, json_file: Path | None) -> None:
    """Print the reports and write what was asked for. Raises StoreError."""
    data = json.dumps([as_data(r) for r in reports], indent=1, ensure_ascii=False, allow_nan=False) + "\n"
    text = "\n\n".join(as_text(report) for report in reports) + "\n"
    sys.stdout.write(data if json_file == Path("-") else text)
    if json_file is not None and json_file != Path("-"):
        _write(json_file, data)
    if out is not None:
        _write(out / "eval.txt", text)
        _write(out / "eval.json", data)
        _write(out / "eval.html", page("passerby: accuracy", reports))


def _write(path: Path, text: str) -> None:
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    except OSError as error:
        raise StoreError(f"{path} cannot be written ({error.strerror}); choose another place") from error
