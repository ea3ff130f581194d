"""`passerby demo`: a simulated station, live in the console, or one minute of it beside the truth."""

from __future__ import annotations

import json
import logging
import sys
import threading
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.console import Console
from rich.table import Table

from passerby.app.analyze import AnalyzeSettings, run_job
from passerby.app.demo_figures import Figured, figures_beside
from passerby.app.demo_focus import FocusDemo
from passerby.app.demo_live import demo_station, play
from passerby.app.detector_choice import chosen_detector
from passerby.app.jobs import Job
from passerby.app.logs import start_log
from passerby.app.options import ModelInputOption, ModelOption, RuntimeOption, ScoreOption
from passerby.app.results import summary_data
from passerby.app.stopping import stop_on_signals
from passerby.app.terminal import print_summary, progress_bar
from passerby.config.check import load_checked
from passerby.contracts.events import Event, Phase
from passerby.contracts.results import Summary
from passerby.evals.matching import Pair, pair_up
from passerby.files.made import check_folder, claim, refuse_other_files
from passerby.sim.record import FILES, SimRecording, record
from passerby.sim.station import Station
from passerby.sim.verdict import ideal_events
from passerby.store.filters import EventFilter
from passerby.store.queries import querying
from passerby.store.results import DATABASE
from passerby.store.results_folder import refuse_foreign

SCENARIO, CAMERA = "demo", "platform-1"


def demo(  # noqa: PLR0913  one parameter an option
    *,
    out: Annotated[Path, typer.Option("--out", metavar="DIR", help="Folder for all output.")] = Path(
        "passerby-demo"
    ),
    seed: Annotated[
        int | None, typer.Option(min=0, help="Seed of the random numbers; another seed gives another minute.")
    ] = None,
    model: ModelOption = None,
    model_input: ModelInputOption = None,
    score: ScoreOption = None,
    runtime: RuntimeOption = None,
    once: Annotated[
        bool, typer.Option("--once", help="Analyse one minute, print its events beside the true ones, and end.")
    ] = False,
    focus: Annotated[
        bool,
        typer.Option("--focus", help="Turn the ring of a lens after two minutes; the unit brings it into focus."),
    ] = False,
    port: Annotated[int, typer.Option(min=1024, max=65535, help="Port of the console.")] = 8600,
    browser: Annotated[bool, typer.Option("--browser/--no-browser", help="Open the console in a browser.")] = True,
    as_json: Annotated[bool, typer.Option("--json", help="As --once, and print the result as JSON.")] = False,
) -> None:
    """Play a simulated station as live cameras and open the console; with --once, analyse one minute of it.

    The pipeline has no access to the ground truth: it reads pictures and a configuration, as for a real camera.
    """
    refuse_other_files(out, marks=[DATABASE])
    check_folder(out / "station")
    refuse_foreign(out / "results")
    detector = chosen_detector(None, model, model_input, score, runtime)
    if focus:
        start_log(logging.WARNING)
        FocusDemo().play(detector, out / "focus")
        return
    if not (once or as_json):
        start_log(logging.WARNING)
        play(demo_station(seed, port), detector, out / "live", browser=browser and sys.stdout.isatty())
        return
    station = Station.load(SCENARIO, seed)
    recording = _render(station, out / "station", quiet=as_json)
    unit = load_checked(recording.folder / "unit.yaml").unit
    settings = AnalyzeSettings(unit.station, detector, None, None, video=True, trace=True, quiet=as_json)
    stop = threading.Event()
    with stop_on_signals(stop):
        summary = run_job(Job(unit.cameras[0], out / "results"), settings, stop)
    pairs = pair_up(ideal_events(station.scenario, CAMERA, recording.ledger), _starts(out / "results"))
    figures = figures_beside(summary, recording.ledger, out / "results" / DATABASE)
    if as_json:
        sys.stdout.write(json.dumps(_data(summary, figures, pairs), indent=2, ensure_ascii=False) + "\n")
    else:
        _print(summary, figures, pairs, out)


def _render(station: Station, folder: Path, *, quiet: bool) -> SimRecording:
    seconds = station.scenario.seconds
    claim(folder, FILES)
    with progress_bar("rendering the station", seconds, quiet=quiet) as progress:
        return record(station, CAMERA, folder, seconds, progress=lambda share: progress(seconds * share))


def _starts(folder: Path) -> list[Event]:
    with querying(folder / DATABASE) as queries:
        return list(queries.events(EventFilter(phase=(Phase.START,))))


@dataclass(frozen=True, slots=True)
class _Score:
    kind: str
    true: int
    found: int
    false: int


def _scores(pairs: Sequence[Pair]) -> list[_Score]:
    reported = [reported for pair in pairs for reported in (pair.ideal, pair.event) if reported]
    return [
        _Score(
            kind,
            sum(p.ideal is not None and p.ideal.kind == kind for p in pairs),
            sum(p.ideal is not None and p.event is not None and p.ideal.kind == kind for p in pairs),
            sum(p.ideal is None and p.event is not None and p.event.kind == kind for p in pairs),
        )
        for kind in sorted({one.kind for one in reported})
    ]


def _data(summary: Summary, figures: Sequence[Figured], pairs: Sequence[Pair]) -> dict[str, Any]:
    return {
        "summary": summary_data(summary),
        "figures": [asdict(figure) for figure in figures],
        "events": [{"kind": s.kind, "true": s.true, "found": s.found, "false": s.false} for s in _scores(pairs)],
    }


def _print(summary: Summary, figures: Sequence[Figured], pairs: Sequence[Pair], out: Path) -> None:
    print_summary(summary, out / "results")
    console = Console(highlight=False)
    beside = Table(title="True figures beside reported figures", title_justify="left", box=None, pad_edge=False)
    for head, justify in (("figure", "left"), ("truth", "right"), ("passerby", "right")):
        beside.add_column(head, justify=justify)  # type: ignore[arg-type]
    for figure in figures:
        beside.add_row(figure.what, f"{figure.true:g}", f"{figure.reported:g}")
    console.print(beside)
    table = Table(title="True events beside reported events", title_justify="left", box=None, pad_edge=False)
    for head in ("at", "truth", "passerby"):
        table.add_column(head)
    for pair in pairs:
        truth = f"{pair.ideal.kind} {pair.ideal.place}" if pair.ideal else "nothing"
        table.add_row(f"{pair.when_s:5.1f} s", truth, _said(pair.event))
    console.print(table)
    console.print(f"Open {out / 'results' / 'report.html'} in a browser.", soft_wrap=True)


def _said(event: Event | None) -> str:
    if event is None:
        return "missed"
    figures = ", ".join(f"{m.name} {m.value} {m.unit}".strip() for m in event.measures)
    return f"{event.kind} {event.place} ({figures})"
