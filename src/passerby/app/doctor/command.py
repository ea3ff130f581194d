"""The command itself: what is examined, and how it is printed."""

from __future__ import annotations

import sys
from collections.abc import Iterator, Sequence
from contextlib import ExitStack
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.text import Text

from passerby.app.detector_choice import model_choice, model_folders
from passerby.app.doctor.bundle import bundle_of, bundle_text, write_bundle
from passerby.app.doctor.cameras import Examined, cameras
from passerby.app.doctor.clock import clock, largest_error_us
from passerby.app.doctor.disk import disk
from passerby.app.doctor.finding import Finding, Judgement, note, ok, problem
from passerby.app.doctor.machine import machine
from passerby.app.doctor.software import software
from passerby.app.options import JsonOption
from passerby.app.probes import PROBES
from passerby.app.tables import print_json, printable
from passerby.charts.wording import several
from passerby.config.check import load_checked
from passerby.contracts.config import Unit
from passerby.contracts.errors import ConfigError, StoreError, UsageError
from passerby.contracts.settings import Retention
from passerby.store.clock_check import last_clock
from passerby.store.connect import reading
from passerby.store.lock import holder_of
from passerby.store.queries import querying
from passerby.store.results import DATABASE
from passerby.store.utc import now_ms

FOUND_PROBLEMS = 1
_STYLE = {Judgement.OK: "green", Judgement.NOTE: "yellow", Judgement.PROBLEM: "bold red"}


@dataclass(frozen=True, slots=True)
class _Patient:
    """What is examined: the results folder, and the configuration and the database that can be read.

    newest_ms: time of the newest record, ms, UTC.
    """

    unit: Unit | None
    folder: Path
    database: Path | None = None
    newest_ms: int | None = None


def doctor(
    config: Annotated[
        Path | None,
        typer.Argument(metavar="[UNIT.YAML]", help="The unit's configuration; without it no camera is asked."),
    ] = None,
    *,
    out: Annotated[
        Path | None, typer.Option("--out", metavar="DIR", help="Results folder; default: data_dir.")
    ] = None,
    bundle: Annotated[
        Path | None,
        typer.Option(metavar="FILE", help="Show a file for those who help, and write it after a question."),
    ] = None,
    yes: Annotated[bool, typer.Option("--yes", help="Write the file of --bundle without a question.")] = False,
    as_json: JsonOption = False,
) -> None:
    """Examine this machine, its clock, its disk and the cameras; give a cure for each problem.

    It writes 32 MB into the results folder for a moment, and opens each camera once. Exit code 1 if there is a
    problem, 0 otherwise.
    """
    if bundle is not None and as_json:
        raise UsageError("--bundle and --json: the file is JSON already; give one of them")
    patient, faults = _patient(config, out)
    findings = [*faults, *_general(patient)]
    examined = list(cameras(patient.unit.cameras)) if patient.unit else []
    everything = [*findings, *(one.finding for one in examined)]
    is_well = all(one.judgement is not Judgement.PROBLEM for one in everything)
    if bundle is not None:
        _bundle(bundle, patient, findings, examined, yes=yes)
    elif as_json:
        print_json({"ok": is_well, "findings": [asdict(one) for one in everything]})
    else:
        _print(everything)
    if not is_well:
        raise typer.Exit(FOUND_PROBLEMS)


def _patient(config: Path | None, out: Path | None) -> tuple[_Patient, list[Finding]]:
    unit, faults = None, []
    if config is not None:
        try:
            unit = load_checked(config, probes=replace(PROBES, sources=False)).unit
        except ConfigError as error:
            what = several(len(error.problems), "problem", "problems")
            faults = [problem("configuration", f"the configuration has {what}", f"passerby check {config}")]
    patient = _Patient(unit, out or Path(unit.data_dir if unit else "."))
    database = patient.folder / DATABASE
    if database.is_file():
        try:
            with reading(database) as connection:
                patient = replace(patient, database=database, newest_ms=last_clock(connection).newest_ms)
        except StoreError as error:
            faults.append(problem("results", "the database of the results cannot be read", str(error)))
    return patient, faults


def _general(patient: _Patient) -> Iterator[Finding]:
    yield from machine()
    unit = patient.unit
    yield from software(model_choice(unit, None, None, None, None), model_folders(unit))
    yield from disk(patient.folder, (unit.retention if unit else Retention()).free_mb)
    yield from clock(now_ms(), patient.newest_ms, largest_error_us())
    if patient.database is not None:
        is_running = holder_of(patient.folder / f"{DATABASE}.lock") is not None
        yield ok("unit", "a unit is running" if is_running else "no unit is running")
    if unit is None:
        yield note("cameras", "no camera was asked", "give the configuration: passerby doctor unit.yaml")


def _print(findings: Sequence[Finding]) -> None:
    console = Console(highlight=False, soft_wrap=True)
    for n, one in enumerate(findings):
        judged = Text.assemble((f"{one.judgement.value:<8}", _STYLE[one.judgement]))
        console.print(Text.assemble(judged, (f"{printable(one.topic):<14} ", "dim"), printable(one.what)))
        is_repeated = n + 1 < len(findings) and findings[n + 1].cure == one.cure
        for line in () if is_repeated else one.cure.splitlines():
            console.print(Text(f"{'':<23}-> {printable(line)}"))
    problems = sum(one.judgement is Judgement.PROBLEM for one in findings)
    console.print(f"{several(problems, 'problem', 'problems')}." if problems else "No problem found.")


def _bundle(
    path: Path, patient: _Patient, findings: Sequence[Finding], examined: Sequence[Examined], *, yes: bool
) -> None:
    names = [camera.name for camera in patient.unit.cameras] if patient.unit else []
    with ExitStack() as stack:
        queries = stack.enter_context(querying(patient.database)) if patient.database else None
        text = bundle_text(bundle_of(findings, [one.answer for one in examined], names, queries))
    sys.stdout.write(text)
    sys.stdout.flush()
    if not yes and not sys.stdin.isatty():
        raise UsageError(f"{path} was not written: nobody can be asked here; look at the text above and add --yes")
    if yes or typer.confirm(f"Write this to {path}?", err=True):
        write_bundle(path, text)
        sys.stderr.write(f"passerby: written to {path}\n")
