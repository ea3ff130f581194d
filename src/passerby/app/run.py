"""`passerby run`: analyse live cameras until stopped."""

from __future__ import annotations

import logging
import os
import threading
from collections.abc import Iterable, Iterator
from dataclasses import replace
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from passerby.app.camera_job import Opener
from passerby.app.clock import SystemClock
from passerby.app.detector_choice import chosen_detector, model_choice
from passerby.app.focusing import Lens
from passerby.app.janitor import Janitor, finish_files
from passerby.app.logs import LogFormat, LogFormatOption, start_log
from passerby.app.onvif_ports import onvif_lens
from passerby.app.options import ModelInputOption, ModelOption, RuntimeOption, ScoreOption
from passerby.app.placement.child import ChildSettings
from passerby.app.placement.placed_cameras import PlacedCameras
from passerby.app.placement.process_groups import ProcessGroups
from passerby.app.placement.remote_group import even, filled
from passerby.app.running_unit import RunningUnit
from passerby.app.stopping import stop_on_signals
from passerby.app.unit_file import UnitFile, load_unit
from passerby.contracts.config import Unit
from passerby.contracts.errors import UsageError
from passerby.contracts.events import Event, Measure, Phase
from passerby.ingest.open import open_source
from passerby.store.clock_check import last_clock
from passerby.store.results import ResultsStore
from passerby.store.spool import EventSpool
from passerby.vision.detector import Detector
from passerby.vision.shared import SharedDetector

log = logging.getLogger(__name__)


class Placement(StrEnum):
    """Where the cameras of a unit are analysed."""

    LOCAL = "local"
    RAY = "ray"


def run(  # noqa: PLR0913  one parameter an option
    config: Annotated[Path, typer.Argument(metavar="UNIT.YAML", help="The unit's configuration.")],
    *,
    model: ModelOption = None,
    model_input: ModelInputOption = None,
    score: ScoreOption = None,
    runtime: RuntimeOption = None,
    out: Annotated[
        Path | None, typer.Option("--out", metavar="DIR", help="Results folder; default: data_dir.")
    ] = None,
    console: Annotated[
        bool, typer.Option("--console/--no-console", help="Serve the console, the web application for staff.")
    ] = True,
    log_format: LogFormatOption = LogFormat.TEXT,
    placement: Annotated[
        Placement,
        typer.Option("--placement", help="Analyse here, or on the machines of the Ray cluster in RAY_ADDRESS."),
    ] = Placement.LOCAL,
    group: Annotated[
        int, typer.Option("--group", min=1, metavar="N", help="Most cameras in one process of a cluster.")
    ] = 4,
    processes: Annotated[
        int,
        typer.Option(
            "--processes",
            min=1,
            max=64,
            metavar="N",
            help="Spread the cameras over N processes of this machine; then not available: focus, the cameras' "
            "own reports by ONVIF, and trials of rules.",
        ),
    ] = 1,
) -> None:
    """Analyse live cameras until Ctrl-C or SIGTERM, then end all incidents and finish all files."""
    start_log(logging.INFO, log_format)
    unit = load_unit(config)
    if not unit.cameras and not console:
        raise UsageError(
            f"{config} has no cameras: give one under cameras, or run with the console and add it there"
        )
    folder = out or Path(unit.data_dir)
    detector = chosen_detector(unit, model, model_input, score, runtime)
    choice = model_choice(unit, model, model_input, score, runtime)
    placed = None
    if placement is Placement.RAY:
        if processes > 1:
            raise UsageError("--processes is for the cameras of this machine; write --group with --placement ray")
        from passerby.app.placement.ray_groups import RayGroups

        placed = PlacedCameras(RayGroups(choice).make, folder, filled(group), with_spare=True)
    elif processes > 1:
        made = ProcessGroups(ChildSettings(choice, open_source, folder, log_format=log_format))
        placed = PlacedCameras(made.make, folder, even(processes))
    with ResultsStore(folder) as store:
        run_unit(unit, config, folder, store, detector, with_console=console, placed=placed)


def run_unit(  # noqa: PLR0913  what tests and demo replace
    unit: Unit,
    config: Path,
    folder: Path,
    store: ResultsStore,
    detector: Detector,
    *,
    with_console: bool = True,
    opener: Opener = open_source,
    lens: Lens = onvif_lens,
    placed: PlacedCameras | None = None,
) -> None:
    """Analyse the cameras of a unit until a signal.

    opener: makes a camera's source from its address. lens: connects to a camera's lens. placed: see RunningUnit.
    """
    stop, reload, report = threading.Event(), threading.Event(), threading.Event()
    with (
        stop_on_signals(stop, reload=reload, report=report, insist=False),
        SharedDetector(detector, os.cpu_count() or 1) as shared,
    ):
        with store.reading() as connection:
            last = last_clock(connection)
        finish_files(store, folder)
        file = UnitFile(config, store)
        running = RunningUnit(
            unit, folder, store, shared, SystemClock(), with_console=with_console, opener=opener, lens=lens
        )
        running.cameras.placed = placed
        with file.audited_run(), Janitor(store, folder, unit.retention, lambda: running.unit().recording_mb, last):
            end_last_run(store, folder)
            running.run(stop, reload, file, report)


def ends_of(left_open: Iterable[Event]) -> Iterator[Event]:
    """Yield the ends of incidents that a crash or power cut left open, at the last time they were reported."""
    for event in left_open:
        why = Measure("ended_by", "restart")
        yield replace(event, seq=event.seq + 1, phase=Phase.END, measures=(*event.measures, why), evidence=None)
        log.info(
            "incident %s (%s) was open when the last run was interrupted; it is now ended", event.id, event.kind
        )


def end_last_run(store: ResultsStore, folder: Path) -> None:
    """End incidents and alarms that the last run left open; an incident that still lasts starts again."""
    EventSpool(folder).load_into(store)
    alarms = [replace(alarm, seq=alarm.seq + 1, phase=Phase.END) for alarm in store.open_alarms()]
    store.write_records([*ends_of(store.resume()), *alarms])
