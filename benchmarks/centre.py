"""Reports of many simulated units to one control room: rate, delay up to the open page, processor time per event.

python benchmarks/centre.py [--units 10 100 316] [--rates 0 2000] [--seconds 20] [--out FILE.json]
"""

from __future__ import annotations

import argparse
import json
import os
import re
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

import httpx2 as httpx
from centre_units import token
from sqlalchemy import Engine, func, select, text

from passerby.centre.store.engine import connect, migrate
from passerby.centre.store.tables import EVENT
from passerby.centre.store.units import NewUnit, enrol
from passerby.console.passwords import digest, hashed, new_token
from passerby.console.sessions import COOKIE
from passerby.evals.centre_servers import Server, database_url, free_port, listens, postgres
from passerby.evals.origin import commit, machine
from passerby.store import accounts
from passerby.store.results import ResultsStore
from passerby.store.utc import utc_ms

TICK_S = 1 / os.sysconf("SC_CLK_TCK")
# The page asks for its alarms so long after a message that something is new, seconds.
PAGE_WAITS_S = 0.15
ALARMS = re.compile(r'data-id="([^"]+)".*?<time datetime="([^"]+)"', re.DOTALL)


def main() -> None:
    """Print one row for each number of units and each rate."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--units", type=int, nargs="+", default=[10, 100, 316])
    parser.add_argument("--rates", type=float, nargs="+", default=[0.0, 2000.0], help="events/s; 0: the most")
    parser.add_argument("--seconds", type=float, default=20.0)
    parser.add_argument("--alarm-every", type=int, default=40, help="share of warnings")
    parser.add_argument("--out", type=Path)
    args = parser.parse_args()
    rows = []
    for units in args.units:
        for rate in args.rates:
            with TemporaryDirectory(prefix="passerby-eval-") as folder:
                rows.append(measured(Path(folder), units, rate, args.seconds, args.alarm_every))
            print(json.dumps(rows[-1]), flush=True)
    if args.out:
        origin = {"commit": commit(), "machine": machine(), "alarm_every": args.alarm_every}
        args.out.write_text(json.dumps(origin | {"rows": rows}, indent=1) + "\n")


@dataclass(frozen=True, slots=True)
class Bench:
    """A control room with its database and the cookie of a person. ports: of reports and of the console."""

    engine: Engine
    database: Server
    pid: int
    ports: tuple[int, int]
    cookie: str


@contextmanager
def bench(folder: Path, units: int) -> Iterator[Bench]:
    """Run `passerby centre run` on a new PostgreSQL with enrolled units for a with block."""
    folder.chmod(0o755)
    ports = free_port(), free_port()
    (folder / "centre.yaml").write_text(f"console: {{port: {ports[1]}}}\n")
    cookie = _administrator(folder / "centre")
    server = postgres(folder / "pg")
    with closing(server):
        server.start()
        engine = connect(database_url(server))
        migrate(engine)
        with engine.begin() as connection:
            for unit in range(units):
                enrol(connection, NewUnit(f"u{unit}", f"s{unit % 85}", "metro"), token(unit))
        words = ["centre", "run", str(folder / "centre.yaml"), str(folder / "centre")]
        options = ["--database", database_url(server), "--port", str(ports[0])]
        with subprocess.Popen([sys.executable, "-m", "passerby.app.cli", *words, *options]) as centre:
            try:
                while not all(map(listens, ports)):
                    time.sleep(0.1)
                yield Bench(engine, server, centre.pid, ports, cookie)
            finally:
                centre.kill()
                engine.dispose()


def measured(folder: Path, units: int, rate: float, seconds: float, alarm_every: int) -> dict[str, float]:
    """Let units report for so long while a page is open; return the figures."""
    with bench(folder, units) as made, Page(made) as page:
        before = _cpu_s(made.pid), _tree_cpu_s(made.database.pid)
        script = Path(__file__).with_name("centre_units.py")
        words = [made.ports[0], units, rate, seconds, alarm_every]
        run = subprocess.run(
            [sys.executable, script, *map(str, words)], capture_output=True, check=True, text=True
        )
        sent = json.loads(run.stdout)
        centre_s, database_s = _cpu_s(made.pid) - before[0], _tree_cpu_s(made.database.pid) - before[1]
        with made.engine.connect() as connection:
            kept = connection.execute(select(func.count()).select_from(EVENT)).scalar_one()
            size = connection.execute(text("SELECT pg_database_size(current_database())")).scalar_one()
        seen = sorted(page.delays_s)
    return {
        "units": units,
        "wanted_per_s": round(rate),
        "events": kept,
        "missing": sent["confirmed"] - kept,
        "refused": sent["refused"],
        "per_s": round(kept / sent["seconds"]),
        "commit_delay_p95_s": round(sent["delay_p95_s"], 2),
        "page_delay_p95_s": round(seen[int(0.95 * len(seen))], 2) if seen else 0.0,
        "alarms_seen": len(seen),
        "centre_cpu_us_per_event": round(1e6 * centre_s / kept),
        "postgresql_cpu_us_per_event": round(1e6 * database_s / kept),
        "units_cpu_us_per_event": round(1e6 * sent["cpu_s"] / kept),
        "database_bytes_per_event": round(size / kept),
        "load": round(os.getloadavg()[0], 1),
    }


class Page:
    """Does the requests of an open page *Now*: it asks for the alarms at each message of the stream.

    delays_s: from each alarm to the answer that has it first.
    """

    def __init__(self, made: Bench) -> None:
        self.delays_s = list[float]()
        self._known, self._is_over = set[str](), False
        self._client = httpx.Client(
            base_url=f"http://127.0.0.1:{made.ports[1]}", cookies={COOKIE: made.cookie}, timeout=60
        )
        self._thread = threading.Thread(target=self._follow, daemon=True)

    def __enter__(self) -> Page:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._is_over = True
        self._thread.join(10)
        self._client.close()

    def _follow(self) -> None:
        with suppress(httpx.HTTPError), self._client.stream("GET", "/api/v1/stream") as stream:
            stream.raise_for_status()
            for line in stream.iter_lines():
                if self._is_over:
                    return
                if line in ("event: reload", "event: hello"):
                    time.sleep(PAGE_WAITS_S)
                    self._look()

    def _look(self) -> None:
        page = self._client.get("/now/alarms").raise_for_status().text
        now_ms = 1000 * time.time()
        for alarm, began in ALARMS.findall(page):
            if alarm not in self._known:
                self._known.add(alarm)
                self.delays_s.append((now_ms - utc_ms(began)) / 1000)


def _administrator(folder: Path) -> str:
    """Make the account of an administrator, who sees all stations; return the cookie of a session."""
    cookie = new_token()
    with ResultsStore(folder) as store:
        store.write(
            lambda c: accounts.add(c, "ada", "admin", hashed("a password for the measurement"), "benchmark")
        )
        store.write(lambda c: accounts.begin_session(c, digest(cookie), "ada", new_token()))
    return cookie


def _cpu_s(pid: int) -> float:
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return sum(map(int, fields[11:15])) * TICK_S


def _tree_cpu_s(pid: int) -> float:
    """Return the processor time of a process and its children."""
    children = Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
    return _cpu_s(pid) + sum(_cpu_s(int(child)) for child in children)


if __name__ == "__main__":
    main()
