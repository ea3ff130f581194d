"""`passerby fleet`: a control room's keys, units and rollouts, and how a unit joins."""

from __future__ import annotations

import sys
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer
from ruamel.yaml import YAML
from ruamel.yaml.error import YAMLError

from passerby.app.fleet_following import ConfigText, membership
from passerby.app.options import JsonOption
from passerby.app.tables import print_json, print_rows
from passerby.app.unit_file import load_unit
from passerby.config.text import read_text
from passerby.contracts.config import Unit
from passerby.contracts.errors import UsageError
from passerby.store.utc import now_ms, optional_text

if TYPE_CHECKING:
    from passerby.centre.fleet.desk import FleetDesk

app = typer.Typer(
    help="Set zones, lines and rules of many units from a control room, signed and station by station.",
    no_args_is_help=True,
)
FolderArgument = Annotated[Path, typer.Argument(metavar="DIR", help="The folder that `passerby fleet init` made.")]
UnitArgument = Annotated[str, typer.Argument(metavar="UNIT", help="Identifier of the unit.")]
ConfigArgument = Annotated[Path, typer.Argument(metavar="UNIT.YAML", help="The unit's configuration.")]
DatabaseOption = Annotated[
    str | None, typer.Option("--database", metavar="URL", help="Database; default: DIR/fleet.sqlite.")
]


@app.command()
def init(folder: FolderArgument) -> None:
    """Make the keys of a control room: one signs configurations, one makes the certificates of units."""
    _installed(lambda: _folder_module().make_fleet(folder))
    sys.stdout.write(f"the keys are in {folder}; keep a copy in a safe place, and invite the first unit\n")


@app.command()
def invite(
    folder: FolderArgument,
    unit: UnitArgument,
    *,
    station: Annotated[str, typer.Option("--station", help="Station of the unit.")],
    database: DatabaseOption = None,
) -> None:
    """Print a token that enrols a unit once, within three days. It is shown only now."""
    sys.stdout.write(_desk(folder, database).invite(unit, station) + "\n")


@app.command()
def units(folder: FolderArgument, *, database: DatabaseOption = None, as_json: JsonOption = False) -> None:
    """List the enrolled units."""
    found = _desk(folder, database).store.units()
    rows = [(u.unit, u.station, u.serial is not None, optional_text(u.seen_ms), u.failing) for u in found]
    keys = ("unit", "station", "enrolled", "seen", "failing_cameras")
    if as_json:
        print_json([dict(zip(keys, row, strict=True)) for row in rows])
        return
    shown = [(u, s, "yes" if e else "revoked", t or "never", str(n)) for u, s, e, t, n in rows]
    print_rows(("unit", "station", "enrolled", "seen", "failing cameras"), shown, "No units.")


@app.command()
def revoke(folder: FolderArgument, unit: UnitArgument, *, database: DatabaseOption = None) -> None:
    """Refuse the certificate of a unit from now on."""
    _desk(folder, database).store.revoke(unit)
    sys.stdout.write(f"unit {unit} is refused from now on\n")


@app.command()
def begin(
    folder: FolderArgument,
    settings: Annotated[Path, typer.Argument(metavar="SETTINGS.YAML", help="Settings by unit.")],
    *,
    canary: Annotated[list[str], typer.Option("--canary", help="Station of the first stage; may be repeated.")],
    database: DatabaseOption = None,
) -> None:
    """Sign settings for units and send them to the canary stations first."""
    made = _desk(folder, database).begin(_settings(settings), canary)
    sizes = ", ".join(str(len(stage)) for stage in made.stages)
    sys.stdout.write(f"rollout {made.id} has begun; stations by stage: {sizes}\n")


@app.command()
def step(folder: FolderArgument, *, database: DatabaseOption = None) -> None:
    """Move the rollout to its next stage if it is time, or halt it; `serve` does this every minute."""
    taken = _desk(folder, database).step()
    words = "no rollout is running" if taken is None else f"{taken.kind} {taken.reason}".strip()
    sys.stdout.write(words + "\n")


@app.command()
def status(folder: FolderArgument, *, database: DatabaseOption = None, as_json: JsonOption = False) -> None:
    """Show the newest rollout and what its units reported."""
    desk = _desk(folder, database)
    rollout = next(iter(desk.store.rollouts()), None)
    if rollout is None:
        raise UsageError("there was no rollout; start one with `passerby fleet begin`")
    sent = [(one.unit, one.version, one.outcome or "waiting", one.detail) for one in desk.store.sent(rollout.id)]
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
def undo(folder: FolderArgument, *, database: DatabaseOption = None) -> None:
    """Halt the newest rollout and give its units their former values."""
    desk = _desk(folder, database)
    rollout = next(iter(desk.store.rollouts()), None)
    if rollout is None or rollout.state == "halted":
        raise UsageError("there is no rollout that could be undone")
    desk.undo(rollout, "undone by hand")
    sys.stdout.write(f"rollout {rollout.id} is undone; its units take their former values when they ask next\n")


@app.command()
def serve(
    folder: FolderArgument,
    *,
    listen: Annotated[str, typer.Option("--listen", help="Address of this machine.")] = "127.0.0.1",
    port: Annotated[int, typer.Option("--port", min=1024, max=65535, help="Port.")] = 8610,
    certificate: Annotated[Path | None, typer.Option("--certificate", help="PEM file for HTTPS.")] = None,
    key: Annotated[Path | None, typer.Option("--key", help="PEM file of its key.")] = None,
    database: DatabaseOption = None,
) -> None:
    """Answer units until Ctrl-C. Other addresses than this machine need a certificate."""
    if listen not in ("127.0.0.1", "::1", "localhost") and (certificate is None or key is None):
        raise UsageError("give --certificate and --key, or listen on 127.0.0.1 behind a proxy that adds HTTPS")
    desk = _desk(folder, database)
    from passerby.centre.fleet.server import serve_fleet

    serve_fleet(desk, listen, port, certificate, key)


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


def _settings(path: Path) -> dict[str, Any]:
    try:
        found = YAML(typ="safe", pure=True).load(read_text(path))
    except YAMLError as error:
        raise UsageError(f"{path} is no YAML: {error}") from None
    if not isinstance(found, dict) or not all(isinstance(one, dict) for one in found.values()):
        raise UsageError(f"{path} must map each unit to its settings: u1: {{cameras: {{Hall 1: {{zones: []}}}}}}")
    return {str(unit): settings for unit, settings in found.items()}


def _desk(folder: Path, database: str | None) -> FleetDesk:
    made: FleetDesk = _installed(lambda: _folder_module().open_fleet(folder, database))
    return made


def _installed(work: Callable[[], Any]) -> Any:
    try:
        return work()
    except ImportError as error:
        raise UsageError(
            f"this needs passerby[fleet], and for a control room passerby[centre] ({error})"
        ) from error


def _folder_module() -> Any:
    from passerby.centre.fleet import folder

    return folder


def _client_module() -> Any:
    from passerby.centre.fleet import client

    return client
