"""A unit that stores events and reports them to a control room, to be killed.

python -m passerby.evals.centre_sender FOLDER URL TOKEN CLOCK_OFFSET_S MAKES_EVENTS
"""

from __future__ import annotations

import sys
from pathlib import Path

from passerby.adapters.centre import CentreDestination
from passerby.contracts.destinations import Centre
from passerby.evals.outbox_sender import NAME, SkewedClock, deliver


def main(folder: Path, url: str, token: str, offset_s: float, *, makes_events: bool) -> None:
    """Run until killed."""
    clock = SkewedClock(offset_s)
    settings = Centre(kind="centre", name=NAME, url=url, token=token, batch=5, timeout_s=2.0)
    deliver(folder, settings, CentreDestination(settings, clock, lambda: 0.5), clock, makes_events=makes_events)


if __name__ == "__main__":
    main(Path(sys.argv[1]), sys.argv[2], sys.argv[3], float(sys.argv[4]), makes_events=sys.argv[5] == "yes")
