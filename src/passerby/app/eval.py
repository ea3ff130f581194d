"""`passerby eval`: compare the pipeline with the ground truth of the simulation and of labelled recordings."""

from __future__ import annotations

import sys
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Annotated

import typer

from passerby.app import eval_centre, eval_day, eval_health, eval_live, eval_outbox, eval_rest
from passerby.app.detector_choice import chosen_detector
from passerby.app.eval_output import JsonFile, OutOption, give, reporting_progress, write_text
from passerby.app.options import ModelInputOption, RuntimeOption, ScoreOption
from passerby.app.probes import PROBES
from passerby.config.check import load_checked
from passerby.contracts.errors import UsageError
from passerby.contracts.settings import AlarmPolicy
from passerby.evals.box_noise import BoxNoise
from passerby.evals.budget_suite import budget_suite, read_events
from passerby.evals.counts import read_hand_counts, write_errors
from passerby.evals.counts_suite import counts_suite
from passerby.evals.detector_suite import contender, detector_suite
from passerby.evals.health_suite import health_suite, with_health
from passerby.evals.mot_suite import mot_suite
from passerby.evals.origin import commit
from passerby.evals.peers_suite import peers_suite
from passerby.evals.play import PlaySettings
from passerby.evals.publish import WIDTH_PX, StationRun, publish, publish_reports
from passerby.evals.seeds import TEST_SEEDS, first_test_seeds
from passerby.evals.sim_suite import QUICK_S, sim_suite
from passerby.evals.trajectory_suite import trajectory_suite
from passerby.evals.workers import LoadDetector, Workers
from passerby.sim.library import names
from passerby.vision.detector import Detector

app = typer.Typer(help="Measure the accuracy of the pipeline against ground truth.", no_args_is_help=True)

DetectorOption = Annotated[
    str, typer.Option("--detector", metavar="NAME", help="truth (exact boxes), embedded, or a model file.")
]
MODELLED = "model:embedded"
"""The name of the modelled boxes of the embedded detector, which need no picture."""
DataOption = Annotated[
    Path, typer.Option("--data", metavar="DIR", help="Folder with the ground truth; see docs/accuracy.md.")
]
ScenarioOption = Annotated[
    list[str] | None, typer.Option("--scenario", metavar="NAME", help="Only this scenario; may be repeated.")
]
ProcessesOption = Annotated[int, typer.Option(min=1, max=64, help="Number of processes that play.")]
DATA = Path("../shared/groundtruth")
app.command("kills")(eval_live.kills)
app.command("soak")(eval_live.soak_)
app.command("recovery")(eval_live.recovery)
app.command("outbox")(eval_outbox.outbox)
app.command("centre")(eval_centre.centre)
app.command("health")(eval_health.health)
app.command("quiet")(eval_health.quiet)
app.command("focus")(eval_health.focus)
app.command("rest")(eval_rest.rest)
app.command("boxes")(eval_day.boxes)
app.command("day")(eval_day.day)


@app.command()
def sim(  # noqa: PLR0913  one parameter an option
    *,
    scenario: ScenarioOption = None,
    detector: Annotated[
        str,
        typer.Option(
            "--detector",
            metavar="NAME",
            help=f"truth (exact boxes), embedded, a model file, or {MODELLED} (modelled boxes, no pictures).",
        ),
    ] = "truth",
    seed: Annotated[
        int | None, typer.Option(min=0, help="Seed of the random numbers; default: each scenario's own.")
    ] = None,
    seeds: Annotated[
        int | None, typer.Option(min=1, max=len(TEST_SEEDS), help="Play each scenario with so many test seeds.")
    ] = None,
    processes: ProcessesOption = 1,
    seconds: Annotated[
        float | None, typer.Option(min=1, max=86400, help="Longest part of each scenario, seconds.")
    ] = None,
    quick: Annotated[bool, typer.Option("--quick", help=f"The first {QUICK_S:g} s of each scenario.")] = False,
    analysis_fps: Annotated[float, typer.Option(min=1, max=60, help="Analysed frames per second.")] = 8.0,
    width: Annotated[int, typer.Option(min=160, max=3840, help="Width of the rendered picture, px.")] = 960,
    score: ScoreOption = None,
    runtime: RuntimeOption = None,
    out: OutOption = None,
    json_file: JsonFile = None,
) -> None:
    """Analyse every scenario of the simulated station."""
    if seed is not None and seeds is not None:
        raise UsageError("give --seed for one seed, or --seeds for a number of test seeds")
    noise = BoxNoise.load() if detector == MODELLED else None
    load = partial(_detector, "truth" if noise else detector, score, runtime)
    settings = PlaySettings(seed, QUICK_S if quick else seconds, analysis_fps, load(), width, noise=noise)
    workers = _workers(processes, load)
    chosen = first_test_seeds(seeds) if seeds else ()
    with reporting_progress(json_file) as report_progress:
        report = sim_suite(settings, scenario or (), report_progress, seeds=chosen, workers=workers)
        broken = with_health(scenario or names())
        faults = (
            [health_suite(broken, seconds=settings.seconds, report_progress=report_progress)] if broken else []
        )
    give([report, *faults], out, json_file)


@app.command()
def trajectories(*, data: DataOption = DATA, out: OutOption = None, json_file: JsonFile = None) -> None:
    """Apply the rules alone to the paths of real people, in metres."""
    give([trajectory_suite(data)], out, json_file)


@app.command()
def mot(
    *,
    data: DataOption = DATA,
    detector: DetectorOption = "embedded",
    model_input: ModelInputOption = None,
    out: OutOption = None,
    json_file: JsonFile = None,
) -> None:
    """Measure detector and tracker on labelled recordings: HOTA, MOTA, IDF1 and speed."""
    give([mot_suite(data, _detector(detector, model_input=model_input))], out, json_file)


@app.command("detector")
def detectors(
    *,
    data: DataOption = DATA,
    model: Annotated[
        list[str] | None,
        typer.Option(
            "--model", metavar="FILE@WxH", help="Only this model; may be repeated. The targets apply to the first."
        ),
    ] = None,
    out: OutOption = None,
    json_file: JsonFile = None,
) -> None:
    """Compare detectors: AP50, recall, by height and by source, false boxes, and time."""
    chosen = [contender(spec) for spec in model or ()]
    say = (lambda line: typer.echo(line, err=True)) if sys.stderr.isatty() else (lambda _: None)
    give([detector_suite(data.parent, chosen, say)], out, json_file)


@app.command()
def peers(*, out: OutOption = None, json_file: JsonFile = None) -> None:
    """Apply the rules of other projects to the same tracks and compare."""
    with reporting_progress(json_file) as report_progress:
        report = peers_suite(report_progress=report_progress)
    give([report], out, json_file)


@app.command()
def counts(
    clip: Annotated[Path, typer.Argument(help="A recording of the camera.")],
    *,
    truth: Annotated[
        Path, typer.Option(metavar="CSV", help="CSV file of hand counts: line,direction,from_s,to_s,count.")
    ],
    config: Annotated[Path, typer.Option(metavar="FILE", help="Configuration of the unit with the lines.")],
    camera: Annotated[
        str | None, typer.Option(metavar="NAME", help="Camera; required if there are several.")
    ] = None,
    detector: DetectorOption = "embedded",
    error_file: Annotated[
        Path | None,
        typer.Option(
            "--error-file", metavar="FILE", help="File to write the counting error to (counts-error.json)."
        ),
    ] = None,
    out: OutOption = None,
    json_file: JsonFile = None,
) -> None:
    """Count people over the lines of your own clip and compare with your hand counts."""
    unit = load_checked(config).unit
    chosen = [c for c in unit.cameras if camera in (None, c.name)]
    if len(chosen) != 1:
        raise UsageError(
            f"{config}: several cameras; give one with --camera: {', '.join(c.name for c in unit.cameras)}"
        )
    hand = read_hand_counts(truth)
    found = _detector("embedded" if detector == "truth" else detector)
    assert found is not None
    end_s = max((one.to_s for one in hand), default=1.0)
    with reporting_progress(json_file) as report_progress:
        report, errors = counts_suite(
            clip, chosen[0], hand, found, lambda s: report_progress(clip.name, s / end_s)
        )
    if error_file is not None:
        write_errors(error_file, errors)
    give([report], out, json_file)


@app.command()
def budget(
    events: Annotated[Path, typer.Argument(help="An events.jsonl of analyze or run.")],
    *,
    seconds: Annotated[
        float | None, typer.Option(min=1, help="Observed seconds; default: until the last event.")
    ] = None,
    cameras: Annotated[int, typer.Option(min=1, help="Number of cameras of the events.")] = 1,
    config: Annotated[
        Path | None,
        typer.Option(metavar="UNIT.YAML", help="Configuration with the settings for alarms and budget."),
    ] = None,
    allowed: Annotated[
        float | None,
        typer.Option("--budget", min=0, help="Alarms per camera and day; default: the configuration's, or 0.46."),
    ] = None,
    out: OutOption = None,
    json_file: JsonFile = None,
) -> None:
    """Replay recorded events: compare alarms per camera and day with a budget."""
    recorded = read_events(events)
    last_s = max((event.at_s for event in recorded), default=0.0)
    policy = load_checked(config, probes=replace(PROBES, sources=False)).unit.alarms if config else AlarmPolicy()
    if allowed is not None:
        policy = policy.model_copy(update={"budget_per_camera_day": allowed})
    give([budget_suite(recorded, seconds or last_s, cameras, policy)], out, json_file)


@app.command("all")
def all_(  # noqa: PLR0913  one parameter an option
    *,
    docs: Annotated[Path | None, typer.Option(metavar="FILE", help="Write the page docs/accuracy.md.")] = None,
    data: DataOption = DATA,
    detector: DetectorOption = "embedded",
    seconds: Annotated[
        float, typer.Option(min=1, max=86400, help="Longest part of each scenario, seconds.")
    ] = 160.0,
    detected_seconds: Annotated[
        float, typer.Option(min=1, help="The same for rendered scenarios in which only crossings are reported.")
    ] = 30.0,
    seeds: Annotated[
        int, typer.Option(min=1, max=len(TEST_SEEDS), help="Play each scenario with so many test seeds.")
    ] = 20,
    detected_seeds: Annotated[
        int, typer.Option(min=1, max=len(TEST_SEEDS), help="The same for rendered scenarios.")
    ] = 5,
    processes: ProcessesOption = 1,
    scenario: ScenarioOption = None,
    out: OutOption = None,
    json_file: JsonFile = None,
) -> None:
    """Run all suites that need no data of your own, for docs/accuracy.md."""
    measured = commit()  # before anybody changes the code under a run of hours
    command = f"passerby eval all --seeds {seeds} --detected-seeds {detected_seeds} --docs docs/accuracy.md"
    load = partial(_detector, "embedded" if detector == "truth" else detector)
    found = load()
    assert found is not None
    played = PlaySettings(seconds=detected_seconds, reported_seconds=seconds, detector=found, width_px=WIDTH_PX)
    exact = StationRun(PlaySettings(seconds=seconds), seeds, _workers(processes, _no_detector))
    seen = StationRun(played, detected_seeds, _workers(processes, load))
    with reporting_progress(json_file) as report_progress:
        reports, skipped = publish_reports(data, found, exact, seen, scenario or (), report_progress)
    give(reports, out, json_file)
    if docs is not None:
        write_text(docs, publish(reports, skipped, found.info, command=command, measured=measured))


def _workers(processes: int, load: LoadDetector) -> Workers | None:
    return Workers(processes, load) if processes > 1 else None


def _no_detector() -> Detector | None:
    return None


def _detector(
    name: str, score: float | None = None, runtime: str | None = None, model_input: str | None = None
) -> Detector | None:
    return None if name == "truth" else chosen_detector(None, name, model_input, score, runtime)
