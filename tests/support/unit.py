"""A program that stores incidents as a unit does: `python unit.py FOLDER`.

It ends what the last run left open, stores until SIGTERM, then ends what is open.
"""

from __future__ import annotations

import os
import signal
import sys
import threading
from dataclasses import replace
from itertools import count
from pathlib import Path

from passerby.contracts.events import Event, Phase, Severity
from passerby.store.results import ResultsStore


def end_open(store: ResultsStore) -> None:
    for event in store.resume():
        store.write_records([replace(event, seq=event.seq + 1, phase=Phase.END)])


def main(folder: Path) -> None:
    stop = threading.Event()
    signal.signal(signal.SIGTERM, lambda *_: stop.set())
    with ResultsStore(folder) as store:
        end_open(store)
        for n in count():
            for seq, phase in enumerate((Phase.START, Phase.UPDATE, Phase.END)):
                if stop.is_set():
                    end_open(store)
                    return
                name = f"{os.getpid()}-{n}"
                event = Event(name, seq, "loitering", phase, "c", "hall", 0.0, n, None, 1, Severity.INFO, ())
                store.write_records([event])


if __name__ == "__main__":
    main(Path(sys.argv[1]))
