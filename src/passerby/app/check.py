"""`passerby check`: list the problems of a configuration with file:line, or describe what the unit would do."""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Iterator, Sequence
from dataclasses import asdict, replace
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.console import Console
from rich.text import Text

from passerby.app.probes import PROBES
from passerby.behaviour.fast_movement import LEVEL_MPS, STAIRS_MPS
from passerby.config.check import load_checked
from passerby.config.explain import CameraPlan, Defaults, UnitPlan, plan
from passerby.config.located import MOST_PROBLEMS
from passerby.config.schema import unit_schema
from passerby.contracts.errors import ConfigError, Problem, UsageError
from passerby.contracts.urls import is_live
from passerby.ingest.file import FileSource
from passerby.unit.cost import overload_note

DEFAULTS = Defaults(LEVEL_MPS, STAIRS_MPS)


def check(
    config: Annotated[Path | None, typer.Argument(metavar="UNIT.YAML", help="The unit's configuration.")] = None,
    *,
    schema: Annotated[bool, typer.Option("--schema", help="Print a JSON Schema for editors and exit.")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="Print problems and plan as JSON.")] = False,
) -> None:
    """List the problems of a configuration (exit code 2), or describe what the unit would do."""
    if schema:
        return _print_json(unit_schema())
    if config is None:
        raise UsageError("give a configuration: passerby check unit.yaml")
    problems: Sequence[Problem] = ()
    unit_plan: UnitPlan | None = None
    try:
        located = load_checked(config, probes=replace(PROBES, picture_wh=picture_wh))
        load_note = overload_note(located.unit.cameras, os.cpu_count() or 1)
        unit_plan = replace(plan(located, DEFAULTS), notes=(load_note,) if load_note else ())
    except ConfigError as error:
        problems = error.problems
    _report(problems, unit_plan, as_json)
    if problems:
        raise typer.Exit(ConfigError.exit_code)
    return None


def picture_wh(source: str) -> tuple[int, int] | None:
    """Return the picture size of a video in px; None for a live camera. Raises InputError."""
    if is_live(source):
        return None
    video = FileSource(source, "check")
    try:
        return video.open().wh
    finally:
        video.close()


def _report(problems: Sequence[Problem], unit_plan: UnitPlan | None, as_json: bool) -> None:
    if as_json:
        plan_data = asdict(unit_plan) if unit_plan else None
        return _print_json(
            {"ok": unit_plan is not None, "problems": [asdict(p) for p in problems], "plan": plan_data}
        )
    console = Console(highlight=False, soft_wrap=True)
    for line in _problem_lines(problems):
        console.print(line)
    for line in _plan_lines(unit_plan) if unit_plan else ():
        console.print(line)
    return None


def _print_json(data: Any) -> None:
    sys.stdout.write(json.dumps(data, indent=2, ensure_ascii=False) + "\n")


def _problem_lines(problems: Sequence[Problem]) -> Iterator[Text]:
    for p in problems:
        place = p.path if p.line is None else f"{p.path}:{p.line}"
        key = Text(f"{p.key}: ", "bold") if p.key else Text()
        yield Text.assemble((f"{place}: ", "cyan"), key, p.what)
    if problems:
        yield Text(_number_of(problems), "bold red")


def _number_of(problems: Sequence[Problem]) -> str:
    if len(problems) > MOST_PROBLEMS:
        return f"more than {MOST_PROBLEMS} problems"
    return f"{len(problems)} problem{'s' if len(problems) != 1 else ''}"


def _plan_lines(unit_plan: UnitPlan) -> Iterator[Text]:
    yield Text.assemble(
        (unit_plan.station, "bold"), f": detector {unit_plan.model}, results in {unit_plan.data_dir}"
    )
    yield Text.assemble(("disk: ", "dim"), unit_plan.disk)
    for camera in unit_plan.cameras:
        yield from _camera_lines(camera)
    for note in unit_plan.notes:
        yield Text.assemble(("\nnote  ", "dim"), note)
    yield Text("No problems found.", "green")


def _camera_lines(camera: CameraPlan) -> Iterator[Text]:
    yield Text()
    yield Text.assemble((camera.name, "bold"), f"  {camera.source}")
    said = (
        ("pictures", (camera.pictures,)),
        ("calibration", (camera.calibration,)),
        ("zones", camera.zones or ("none",)),
        ("lines", camera.lines or ("none",)),
        ("rules", camera.rules or ("none",)),
        ("shown", (camera.shown,)),
        ("note", camera.notes),
    )
    for word, values in said:
        for i, value in enumerate(values):
            yield Text.assemble((f"  {word if i == 0 else '':12}", "dim"), value)
