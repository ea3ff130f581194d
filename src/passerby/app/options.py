"""Options of several commands."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

ModelOption = Annotated[
    str | None,
    typer.Option(
        "--model",
        metavar="PATH",
        help="Person detector: an .onnx or .xml file, embedded, or a name of `models list`.",
    ),
]
ModelInputOption = Annotated[
    str | None,
    typer.Option("--model-input", metavar="WxH", help="Size of the network input, for example 640x384."),
]
ScoreOption = Annotated[
    float | None,
    typer.Option("--score", min=0.01, max=0.99, help="Lowest score of a detection that may start a track."),
]
RuntimeOption = Annotated[
    str | None,
    typer.Option(
        "--runtime", metavar="NAME", help="onnxruntime or openvino; default: openvino if it is installed."
    ),
]
WhereArgument = Annotated[Path, typer.Argument(metavar="DIR_OR_DB", help="A results folder, or its passerby.db.")]
JsonLinesOption = Annotated[bool, typer.Option("--json", help="Print one line of JSON for each.")]
JsonOption = Annotated[bool, typer.Option("--json", help="Print the result as JSON.")]
