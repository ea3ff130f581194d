"""Reports of many simulated units to one control room: rate, delay and processor time per event.

python benchmarks/centre.py [--units 10 100 316] [--events 20000] [--out FILE.json]
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from pathlib import Path
from tempfile import TemporaryDirectory

from sqlalchemy import func, select, text

from passerby.adapters.centre import CentreDestination
from passerby.centre.store.engine import connect, migrate
from passerby.centre.store.tables import EVENT
from passerby.centre.store.units import NewUnit, enrol
from passerby.contracts.destinations import Centre
from passerby.contracts.events import Event, Measure, Phase, Severity
from passerby.contracts.time import Timestamp
from passerby.evals.centre_servers import database_url, free_port, listens, postgres
from passerby.evals.origin import commit, machine
from passerby.evals.outbox_sender import SkewedClock

CAMERAS, BATCH, THREADS = 16, 50, 8
TICK_S = 1 / os.sysconf("SC_CLK_TCK")


def main() -> None:
    """Print one row for each number of units."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--units", type=int, nargs="+", default=[10, 100, 316])
    parser.add_argument("--events", type=int, default=20_000)
    parser.add_argument("--out", type=Path)
    args = parser.parse_args()
    rows = []
    for units in args.units:
        with TemporaryDirectory(prefix="passerby-eval-") as folder:
            rows.append(measured(Path(folder), units, args.events))
        print(json.dumps(rows[-1]))
    if args.out:
        result = {"commit": commit(), "machine": machine(), "batch": BATCH, "rows": rows}
        args.out.write_text(json.dumps(result, indent=1) + "\n")


def measured(folder: Path, units: int, number: int) -> dict[str, float]:
    """Let `units` units report `number` events in all; return the figures."""
    folder.chmod(0o755)
    server, port = postgres(folder / "pg"), free_port()
    with closing(server):
        server.start()
        engine = connect(database_url(server))
        migrate(engine)
        with engine.begin() as connection:
            for unit in range(units):
                enrol(connection, NewUnit(f"u{unit}", f"s{unit % 85}", "metro"), token(unit))
        command = [sys.executable, "-m", "passerby.evals.centre_receiver", database_url(server), str(port), ""]
        with subprocess.Popen(command) as centre:
            try:
                while not listens(port):
                    time.sleep(0.1)
                return _run(units, number, port, centre.pid, server.pid, engine)
            finally:
                centre.kill()
                engine.dispose()


def _run(units: int, number: int, port: int, centre: int, database: int, engine: object) -> dict[str, float]:
    rounds = max(1, number // (units * BATCH))
    before = (_cpu_s(centre), _tree_cpu_s(database), time.monotonic())
    with ThreadPoolExecutor(THREADS) as pool:
        parts = [list(range(units))[n::THREADS] for n in range(THREADS)]
        delays = sorted(delay for of in pool.map(lambda part: _send(part, rounds, port), parts) for delay in of)
    seconds = time.monotonic() - before[2]
    centre_s, database_s = _cpu_s(centre) - before[0], _tree_cpu_s(database) - before[1]
    with engine.connect() as connection:  # type: ignore[attr-defined]
        kept = connection.execute(select(func.count()).select_from(EVENT)).scalar_one()
        size = connection.execute(text("SELECT pg_database_size(current_database())")).scalar_one()
    sent = units * rounds * BATCH
    return {
        "units": units,
        "events": sent,
        "missing": sent - kept,
        "per_s": round(kept / seconds),
        "answer_p95_s": round(delays[int(0.95 * len(delays))], 3),
        "centre_cpu_us_per_event": round(1e6 * centre_s / kept),
        "postgresql_cpu_us_per_event": round(1e6 * database_s / kept),
        "database_bytes_per_event": round(size / kept),
    }


def _send(units: list[int], rounds: int, port: int) -> list[float]:
    """Return the seconds from each report to its answer after the commit."""
    clock, delays = SkewedClock(0.0), []
    for unit in units:
        settings = Centre(kind="centre", name="c", url=f"http://127.0.0.1:{port}", token=token(unit), timeout_s=60)
        with closing(CentreDestination(settings, clock, lambda: 0.5)) as sender:
            for number in range(rounds):
                made = [_event(f"{number}-{n}", n % CAMERAS, clock) for n in range(BATCH)]
                begun = time.monotonic()
                sender.send(made)
                delays.append(time.monotonic() - begun)
    return delays


def token(unit: int) -> str:
    """Return the token of a unit."""
    return f"a token of the unit {unit}"


def _event(name: str, camera: int, clock: SkewedClock) -> Event:
    utc = Timestamp(0, clock.utc_ns()).utc
    speed = Measure("speed", 2.9, "m/s", 0.2)
    return Event(
        name, 0, "running", Phase.START, f"camera-{camera}", "hall", 1.0, 2.0, utc, 1, Severity.WARNING, (speed,)
    )


def _cpu_s(pid: int) -> float:
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return sum(map(int, fields[11:15])) * TICK_S


def _tree_cpu_s(pid: int) -> float:
    """Return the processor time of a process and its children."""
    children = Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
    return _cpu_s(pid) + sum(_cpu_s(int(child)) for child in children)


if __name__ == "__main__":
    main()
