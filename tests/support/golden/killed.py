"""`python -m support.golden.killed UNIT.YAML OUT`: runs a unit that is killed (kill -9) at a fixed frame."""

from __future__ import annotations

import os
import signal
import sys
import time
from dataclasses import dataclass
from pathlib import Path

from support.golden.restarts import LINES_BY_THEN, FailsOnce
from support.wired import command_with

# Where fewer lines come than expected, the difference is shown all the same.
LONGEST_S = 30.0


@dataclass
class Kills(FailsOnce):
    """A detector that kills its process once the events of the frames before are in `events`."""

    events: Path = Path()

    def ends(self) -> None:
        end_s = time.monotonic() + LONGEST_S
        while len(self.events.read_bytes().splitlines()) < LINES_BY_THEN and time.monotonic() < end_s:
            time.sleep(0.05)
        os.kill(os.getpid(), signal.SIGKILL)


def main(config: str, out: str) -> None:
    """Run the unit; this does not return."""
    events = Path(out) / "events.jsonl"
    command_with(lambda loaded, _: Kills(loaded, events=events), "run", config, "--out", out)


if __name__ == "__main__":
    main(*sys.argv[1:])
