"""A program that stores events and delivers them, to be killed: python -m support.delivering FOLDER URL EVENTS."""

from __future__ import annotations

import sys
import time
from pathlib import Path

from passerby.app.destinations import delivering
from passerby.camera.ids import live_ids
from passerby.contracts.config import Unit
from passerby.contracts.destinations import Webhook
from passerby.store.outbox import newest_row
from passerby.store.results import ResultsStore
from support.clock import MachineClock
from support.stored import an_event


def main(folder: Path, url: str, events: int) -> None:
    clock = MachineClock()
    unit = Unit.model_construct(
        station="Riverside", destinations=(Webhook(kind="webhook", name="vms", url=url, batch=3),)
    )
    with (
        ResultsStore(folder) as store,
        delivering(unit, store, clock, live_ids(clock), lambda _: None) as _,
    ):
        sys.stdout.write("ready\n")
        sys.stdout.flush()
        while True:
            with store.reading() as connection:
                row = newest_row(connection)
            if row < events:
                store.write_records([an_event(f"e{row + n}", utc=None) for n in (1, 2)])
            time.sleep(0.005)


if __name__ == "__main__":
    main(Path(sys.argv[1]), sys.argv[2], int(sys.argv[3]))
