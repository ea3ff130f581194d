"""A unit that ends otherwise than planned and then runs again: which incidents end, when and with what."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

from passerby.contracts.people import Detections
from passerby.contracts.results import ModelInfo
from passerby.pixels.frame import RawFrame
from passerby.vision.detector import Detector
from support import figures
from support.golden.film import figures_film
from support.golden.results import results
from support.golden.texts import text_differences
from support.stage import CAST, SECONDS, command, unit
from support.wired import Terminate, command_with

TESTS = Path(__file__).parents[2]
FPS = 10
# At this frame somebody stays, somebody was on the track and somebody ran: three incidents are open.
ENDS_AT_FRAME = 105
# Lines of events.jsonl by then: what was reported before the process ends must be written.
LINES_BY_THEN = 7


@dataclass(frozen=True, slots=True)
class Restart:
    """One way to end, and the same unit run again in the same folder. name: `killed`, `stopped` or `failed`."""

    name: str

    def record(self, folder: Path) -> dict[str, str]:
        """See Case."""
        out, config = folder / "out", one_camera(folder)
        if self.name == "killed":
            given = [sys.executable, "-m", "support.golden.killed", str(config), str(out)]
            code = subprocess.run(given, cwd=TESTS, capture_output=True, check=False).returncode
        else:
            wrap = Stops if self.name == "stopped" else FailsOnce
            code = command_with(wrap, "run", config, "--out", out).code
        codes = [code] if self.name == "failed" else [code, command("run", config, "--out", out).code]
        return {"exit.txt": f"{codes}\n", **results(out, folder)}

    def differences(self, file: str, before: str, now: str) -> list[str]:
        """See Case."""
        return text_differences(file, before, now)


def one_camera(folder: Path) -> Path:
    """Write the configuration of a unit with one recorded camera into `folder`."""
    film = figures_film(folder / "north.mkv", CAST, (k / FPS for k in range(round(FPS * SECONDS))))
    model = figures.model(folder / "colours.onnx")
    camera = {"name": "north", "source": str(film)}
    return unit(folder / "unit.yaml", camera, model=str(model), retention={"free_mb": 0})


@dataclass
class FailsOnce:
    """A detector that raises at one frame, as a fault of ours would; the unit starts the camera again."""

    detector: Detector
    terminate: Terminate | None = None
    frames: list[int] = field(default_factory=list)

    @property
    def info(self) -> ModelInfo:
        return self.detector.info

    @property
    def batch(self) -> int:
        return self.detector.batch

    def detect(self, frames: Sequence[RawFrame]) -> list[Detections]:
        self.frames += [frame.number for frame in frames]
        if len(self.frames) == ENDS_AT_FRAME:
            self.ends()
        return self.detector.detect(frames)

    def ends(self) -> None:
        raise RuntimeError("a fault of ours")


@dataclass
class Stops(FailsOnce):
    """A detector during which SIGTERM comes."""

    def ends(self) -> None:
        assert self.terminate is not None
        self.terminate()


RESTARTS = (Restart("killed"), Restart("stopped"), Restart("failed"))
