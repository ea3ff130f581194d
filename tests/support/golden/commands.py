"""The commands `analyze` and `run` on recorded files, and the texts of the results folders that they leave."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

from support import figures
from support.figures import CYAN, MAGENTA, YELLOW, Figure
from support.golden.film import figures_film
from support.golden.results import results
from support.golden.texts import text_differences
from support.stage import CAST, SECONDS, command, unit

# After the hole in the recording somebody crosses the line slowly and stays until the next minute has begun.
LATER = Figure(MAGENTA, ((20.0, 30, 200), (40.0, 290, 200), (61.0, 290, 200)))
TIMES_S = (*(k / 10 for k in range(round(10 * SECONDS))), *(20 + k / 2 for k in range(90)))
# A walk over the line and somebody on the track.
SOUTH = (
    Figure(YELLOW, ((0.5, 40, 200), (4.5, 280, 200))),
    Figure(CYAN, ((0.5, 160, 120), (5.5, 165, 120)), height=40),
)
SOUTH_TIMES_S = tuple(k / 10 for k in range(60))
MORE: dict[str, Any] = {
    "occupancy": [{"name": "hall", "lines": [{"camera": "north", "line": "stairs"}]}],
    "alarms": {"rearm_s": 20},
    # Whether the machine's disk is full is not what is tested.
    "retention": {"free_mb": 0},
}


@dataclass(frozen=True, slots=True)
class Command:
    """One command on one or two cameras. name: the command's."""

    name: str

    def record(self, folder: Path) -> dict[str, str]:
        """See Case."""
        out, config = folder / "out", _unit(folder, two=self.name == "run")
        given = ["run", config] if self.name == "run" else ["analyze", "--config", config, "--eval", "--quiet"]
        answer = command(*given, "--out", out)
        return {"exit.txt": f"{answer.code}\n", **results(out, folder)}

    def differences(self, file: str, before: str, now: str) -> list[str]:
        """See Case."""
        return text_differences(file, before, now)


def _unit(folder: Path, *, two: bool) -> Path:
    model = figures.model(folder / "colours.onnx")
    north = {"name": "north", "source": str(figures_film(folder / "north.mkv", (*CAST, LATER), TIMES_S))}
    south: dict[str, Any] = {}
    if two:
        film = figures_film(folder / "south.mkv", SOUTH, SOUTH_TIMES_S)
        south = {"name": "south", "source": str(film), "redaction": {"mode": "schematic"}}
    cameras = [camera for camera in (north, south) if camera]
    return unit(folder / "unit.yaml", *cameras, model=str(model), **MORE)


COMMANDS = (Command("analyze"), Command("run"))
