"""A program that stores events until it is killed: `python putting.py FOLDER`.

Says `ready` once the folder is open, then, each after its put returned, `ID SEQ` for an event and `zone N` for a
sample.
"""

from __future__ import annotations

import os
import sys
from itertools import count
from pathlib import Path

from passerby.contracts.events import Event, Measure, Phase, Severity, ZoneSample
from passerby.store.results import ResultsStore

PHASES = (Phase.START, Phase.UPDATE, Phase.END)


def say(line: str) -> None:
    sys.stdout.write(line + "\n")
    sys.stdout.flush()


def main(folder: Path) -> None:
    store = ResultsStore(folder)
    say("ready")
    for n in count():
        for seq, phase in enumerate(PHASES):
            at_s = float(3 * n + seq)
            measures = (Measure("dwell", at_s / 7, "s", 0.1),) * seq
            name = f"{os.getpid()}-{n}"
            store.write_records(
                [Event(name, seq, "loitering", phase, "c", "hall", 0.0, at_s, None, 1, Severity.INFO, measures)]
            )
            say(f"{name} {seq}")
        if n % 4 == 0:
            sample = ZoneSample(str(os.getpid()), "hall", float(n), None, 60.0, n / 3, n, None, n, n, 1.0)
            store.write_records([sample])
            say(f"zone {n}")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
