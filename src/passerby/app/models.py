"""`passerby models`: list the known person detectors, and download one."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.console import Console
from rich.table import Table

from passerby.app.options import JsonOption
from passerby.app.pull import pull
from passerby.contracts.errors import UsageError
from passerby.vision.catalogue import APACHE, KNOWN, Known, find, models_home
from passerby.vision.load import OURS, embedded_card

app = typer.Typer(help="List the known person detectors, or download one.", no_args_is_help=True)
COLUMNS = ("name", "licence", "layout", "input", "MB", "where")
_PIPED_WIDTH = 200  # what reads a pipe does not wrap at 80 columns


@app.command("list")
def list_models(
    *,
    folder: Annotated[
        Path | None, typer.Option("--in", metavar="DIR", help="Folder of models; default: the user's own folder.")
    ] = None,
    as_json: JsonOption = False,
) -> None:
    """List the known detectors with licence, layout and input size, and whether they are installed."""
    home = folder or models_home()
    rows = [*(_embedded(*one) for one in OURS.items()), *(_row(model, home) for model in KNOWN.values())]
    if as_json:
        sys.stdout.write(json.dumps(rows, indent=2) + "\n")
        return
    table = Table(*COLUMNS, box=None, pad_edge=False, header_style="bold")
    for row in rows:
        size = "{} x {}".format(*row["input_wh"])
        where = row["path"] or "not installed: passerby models pull " + row["name"]
        table.add_row(row["name"], row["licence"], row["layout"], size, f"{row['bytes'] / 1e6:.1f}", where)
    Console(width=None if sys.stdout.isatty() else _PIPED_WIDTH, highlight=False).print(table)


def _row(model: Known, home: Path) -> dict[str, Any]:
    path = find(model, [home])
    return {
        "name": model.name,
        "licence": model.licence,
        "layout": model.layout,
        "input_wh": list(model.input_wh),
        "bytes": model.size_bytes,
        "path": str(path) if path else None,
        "files": [{"address": part.address, "sha256": part.sha256} for part in model.parts],
    }


def _embedded(name: str, path: Path) -> dict[str, Any]:
    ours = embedded_card()
    return {
        "name": name,
        "licence": APACHE,
        "layout": ours.layout,
        "input_wh": list(ours.input_wh or ()),
        "bytes": path.stat().st_size,
        "path": str(path),
        "files": [],
    }


@app.command("pull")
def pull_model(
    name: Annotated[str, typer.Argument(metavar="NAME", help="A name from `passerby models list`.")],
    *,
    mirror: Annotated[
        Path | None,
        typer.Option("--from", metavar="DIR", help="Read the files from this folder, without a network."),
    ] = None,
    to: Annotated[
        Path | None,
        typer.Option("--to", metavar="DIR", help="Folder to install it in; default: the user's own folder."),
    ] = None,
) -> None:
    """Download a detector, check its checksum, and install it for `model: NAME`."""
    if name not in KNOWN:
        raise UsageError(f"{name}: unknown model; known models are {', '.join(KNOWN)}")
    path = pull(KNOWN[name], to or models_home(), mirror)
    use = name if to is None else path
    sys.stdout.write(f"{path}\nuse it with --model {use}, or model: {use} in the configuration\n")
