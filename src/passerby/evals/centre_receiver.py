"""The intake of a control room, to be killed.

python -m passerby.evals.centre_receiver DATABASE_URL PORT NATS_URL
"""

from __future__ import annotations

import sys
import threading
from contextlib import ExitStack

from passerby.centre.intake import MOST_CONNECTIONS, create_intake
from passerby.centre.nats_intake import NatsIntake
from passerby.centre.report_desk import ReportDesk
from passerby.centre.store.engine import connect
from passerby.console.server import WebServer
from passerby.contracts.settings import ConsoleSettings
from passerby.store.utc import now_ms


def main(database: str, port: int, nats_url: str) -> None:
    """Serve until killed."""
    desk = ReportDesk(connect(database), now_ms)
    with ExitStack() as stack:
        stack.enter_context(WebServer(create_intake(desk), ConsoleSettings(), port, most=MOST_CONNECTIONS))
        if nats_url:
            stack.enter_context(NatsIntake(desk, nats_url, None))
        threading.Event().wait()


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]), sys.argv[3])
