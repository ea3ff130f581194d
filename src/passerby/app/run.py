"""`passerby run`: analyse live cameras until stopped."""

from __future__ import annotations

import hashlib
import logging
import os
import threading
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Annotated

import typer

from passerby.app.actor import actor
from passerby.app.check import picture_wh
from passerby.app.clock import SystemClock
from passerby.app.detector_choice import model_choice, model_folders
from passerby.app.janitor import Janitor, adopt_clips
from passerby.app.options import ModelInputOption, ModelOption, RuntimeOption, ScoreOption
from passerby.app.probes import PROBES
from passerby.app.running_unit import RunningUnit
from passerby.app.stopping import stop_on_signals
from passerby.config.check import load_checked
from passerby.contracts.config import Unit
from passerby.contracts.errors import StoreError
from passerby.contracts.events import Event, Measure, Phase
from passerby.ingest.heap import keep_freed_pictures
from passerby.store import audit
from passerby.store.audit import Act
from passerby.store.results import ResultsStore
from passerby.store.spool import EventSpool
from passerby.vision.load import load_detector
from passerby.vision.shared import SharedDetector

log = logging.getLogger(__name__)


def run(
    config: Annotated[Path, typer.Argument(metavar="UNIT.YAML", help="The unit's configuration.")],
    *,
    model: ModelOption = None,
    model_input: ModelInputOption = None,
    score: ScoreOption = None,
    runtime: RuntimeOption = None,
    out: Annotated[
        Path | None, typer.Option("--out", metavar="DIR", help="Results folder; default: data_dir.")
    ] = None,
) -> None:
    """Analyse live cameras until Ctrl-C or SIGTERM, then end all incidents and finish all files."""
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(levelname)s %(message)s")
    unit = load_unit(config)
    folder = out or Path(unit.data_dir)
    detector = load_detector(model_choice(unit, model, model_input, score, runtime), model_folders(unit))
    stop, reload = threading.Event(), threading.Event()
    keep_freed_pictures()
    with (
        stop_on_signals(stop, reload=reload, insist=False),
        ResultsStore(folder) as store,
        SharedDetector(detector, os.cpu_count() or 1) as shared,
    ):
        adopt_clips(store, folder)
        with audited_run(store, config), Janitor(store, folder, unit.retention):
            end_last_run(store, folder)
            RunningUnit(unit, folder, store, shared, SystemClock()).run(stop, reload, lambda: load_unit(config))


def load_unit(config: Path) -> Unit:
    """Return the checked configuration. Raises ConfigError with everything that is wrong."""
    return load_checked(config, probes=replace(PROBES, picture_wh=picture_wh)).unit


@contextmanager
def audited_run(store: ResultsStore, config: Path) -> Iterator[None]:
    """Enter start and stop into the audit log, with the user and the configuration, and whether it changed."""
    who, checksum = actor(), hashlib.sha256(config.read_bytes()).hexdigest()
    with store.reading() as connection:
        before = audit.latest_detail(connection, Act.STARTED)
    if before is not None and before != f"sha256 {checksum}":
        store.write(lambda c: audit.record(c, who, Act.CONFIGURED, config.name, f"sha256 {checksum}"))
    store.write(lambda c: audit.record(c, who, Act.STARTED, config.name, f"sha256 {checksum}"))
    try:
        yield
    finally:
        try:
            store.write(lambda c: audit.record(c, audit.UNIT, Act.STOPPED, config.name))
        except StoreError as error:
            log.error("the stop is not in the audit log: %s", error)


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
