"""`passerby fleet`: a control room's keys, units and rollouts, and how a unit joins."""

from __future__ import annotations

import sys
from collections.abc import Callable
from pathlib import Path
from typing import Annotated, Any

import typer

from passerby.app.actor import actor
from passerby.app.centre import DatabaseOption
from passerby.app.centre_opening import opened_fleet
from passerby.app.fleet_following import ConfigText, membership
from passerby.app.options import JsonOption
from passerby.app.tables import print_json, print_rows
from passerby.app.unit_file import load_unit
from passerby.centre.fleet.settings_text import settings_of
from passerby.config.text import read_text
from passerby.contracts.config import Unit
from passerby.contracts.errors import UsageError
from passerby.store.utc import now_ms, optional_text

app = typer.Typer(
    help="Set zones, lines and rules of many units from a control room, signed and station by station.",
    no_args_is_help=True,
)
FolderArgument = Annotated[Path, typer.Argument(metavar="DIR", help="The folder of `passerby centre run`.")]
UnitArgument = Annotated[str, typer.Argument(metavar="UNIT", help="Name of the unit.")]
ConfigArgument = Annotated[Path, typer.Argument(metavar="UNIT.YAML", help="The unit's configuration.")]


@app.command()
def invite(folder: FolderArgument, unit: UnitArgument, *, database: DatabaseOption) -> None:
    """Print a token with which a unit joins once, within three days. It is shown only now."""
    with opened_fleet(folder, database) as desk:
        sys.stdout.write(desk.invite(unit, actor()) + "\n")


@app.command()
def units(folder: FolderArgument, *, database: DatabaseOption, as_json: JsonOption = False) -> None:
    """List the units that have joined."""
    with opened_fleet(folder, database) as desk:
        found = desk.store.units()
    keys = ("unit", "station", "joined", "seen", "failing_cameras", "configuration", "outcome")
    rows = [
        (u.unit, u.station, u.serial is not None, optional_text(u.seen_ms), u.failing, u.version, u.outcome)
        for u in found
    ]
    if as_json:
        print_json([dict(zip(keys, row, strict=True)) for row in rows])
        return
    shown = [
        (u, s, "yes" if j else "revoked", t or "never", str(n), str(v or "none"), o or "")
        for u, s, j, t, n, v, o in rows
    ]
    print_rows([key.replace("_", " ") for key in keys], shown, "No units.")


@app.command()
def begin(
    folder: FolderArgument,
    settings: Annotated[Path, typer.Argument(metavar="SETTINGS.YAML", help="Settings by unit.")],
    *,
    canary: Annotated[list[str], typer.Option("--canary", help="Station of the first stage; may be repeated.")],
    database: DatabaseOption,
) -> None:
    """Sign settings for units and send them to the canary stations first; `passerby centre run` moves it on."""
    wanted = settings_of(read_text(settings), str(settings))
    with opened_fleet(folder, database) as desk:
        made = desk.begin(wanted, canary, actor())
    sizes = ", ".join(str(len(stage)) for stage in made.stages)
    sys.stdout.write(f"rollout {made.id} has begun; stations by stage: {sizes}\n")


@app.command()
def status(folder: FolderArgument, *, database: DatabaseOption, as_json: JsonOption = False) -> None:
    """Show the newest rollout and what its units reported."""
    with opened_fleet(folder, database) as desk:
        rollout = next(iter(desk.store.rollouts()), None)
        if rollout is None:
            raise UsageError("there was no rollout; start one with `passerby fleet begin`")
        sent = [
            (one.unit, one.version, one.outcome or "waiting", one.detail) for one in desk.store.sent(rollout.id)
        ]
    if as_json:
        keys = ("unit", "version", "outcome", "detail")
        made = {
            "rollout": rollout.id,
            "state": rollout.state,
            "reason": rollout.reason,
            "stage": rollout.stage + 1,
        }
        print_json(made | {"units": [dict(zip(keys, row, strict=True)) for row in sent]})
        return
    stage = f"stage {rollout.stage + 1} of {len(rollout.stages)}"
    sys.stdout.write(f"rollout {rollout.id}: {rollout.state}, {stage} {rollout.reason}".rstrip() + "\n")
    print_rows(("unit", "version", "outcome", "detail"), [(u, str(v), o, d) for u, v, o, d in sent], "No units.")


@app.command()
def undo(folder: FolderArgument, *, database: DatabaseOption) -> None:
    """Halt the newest rollout and give its units their former values."""
    with opened_fleet(folder, database) as desk:
        undone = desk.undo_newest(actor())
    sys.stdout.write(f"rollout {undone} is undone; its units take their former values when they ask next\n")


@app.command()
def join(
    config: ConfigArgument,
    *,
    token: Annotated[
        str,
        typer.Option("--token", envvar="PASSERBY_FLEET_TOKEN", prompt=True, hide_input=True, help="The token."),
    ],
) -> None:
    """Enrol this unit with the control room of its configuration (key `fleet`)."""
    unit = _with_fleet(config)
    client, folder = _client(unit)
    with client:
        member = client.join(token.strip(), folder)
    sys.stdout.write(f"this is unit {member.state.unit}; `passerby run` takes its desired configuration\n")


@app.command()
def diff(config: ConfigArgument) -> None:
    """Show what the desired configuration would change here, and change nothing."""
    unit = _with_fleet(config)
    member = membership(Path(unit.data_dir))
    client, _ = _client(unit)
    from passerby.centre.fleet.agent import FleetAgent

    with client:
        envelope = client.poll(member, 0, now_ms())
    file = ConfigText(config, None)
    agent = FleetAgent(
        member.state.unit, member.centre_key, file, now_ms, member.state.last_version, lambda _: None
    )
    shown = agent.difference(envelope) if envelope else ""
    sys.stdout.write(f"{shown}\n" if shown else "nothing would change\n")


def _with_fleet(config: Path) -> Unit:
    unit = load_unit(config)
    if unit.fleet is None:
        raise UsageError(f"{config} has no key fleet: write fleet: {{url: https://HOST}}")
    return unit


def _client(unit: Unit) -> tuple[Any, Path]:
    assert unit.fleet is not None
    return _installed(lambda: _client_module().FleetClient(unit.fleet)), Path(unit.data_dir) / "fleet"


def _installed(work: Callable[[], Any]) -> Any:
    try:
        return work()
    except ImportError as error:
        raise UsageError(f"this needs passerby[fleet] ({error})") from error


def _client_module() -> Any:
    from passerby.centre.fleet import client

    return client
