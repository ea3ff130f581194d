"""The cost of live viewers for a running unit, and whether its analysis keeps its rate.

    python benchmarks/viewers.py [--viewers 200] [--tiles 16] [--seconds 40]

Starts `passerby demo` on a free port and measures four windows: nobody watches; one page shows `--tiles`
live pictures at 2 fps; `--viewers` people, each with a session of their own, ask for one picture at 2 fps;
nobody watches again. For each window it prints the analysed and the skipped pictures per second, the processor
time of the unit, and the number of pictures by status, as GET /live reports it. People beyond the limit of the
console get 503.
"""

from __future__ import annotations

import argparse
import asyncio
import itertools
import json
import os
import re
import signal
import socket
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from tempfile import TemporaryDirectory

import httpx2 as httpx

from passerby.console.passwords import hashed
from passerby.store import accounts
from passerby.store.accounts import MOST_SESSIONS_EACH
from passerby.store.connect import writing
from passerby.store.results import DATABASE

FPS, SETTLE_S = 2.0, 15.0
# As static/tiles.js.
REFUSED_S = 10.0


def cpu_s(pid: int) -> float:
    """Return the processor time of a process, seconds."""
    fields = Path(f"/proc/{pid}/stat").read_text("ascii", "replace").rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


async def ready(client: httpx.AsyncClient) -> None:
    """Wait until the unit answers."""
    while True:
        try:
            if (await client.get("/readyz")).status_code == 200:
                return
        except httpx.TransportError:
            pass
        await asyncio.sleep(0.5)


def staff(folder: Path, password: str, people: int) -> list[str]:
    """Add accounts for this many sessions, because each has a limited number of them; return their names."""
    names = [f"viewer-{k}" for k in range(people // MOST_SESSIONS_EACH)]
    stored = hashed(password)
    with writing(folder / DATABASE) as connection:
        for name in names:
            accounts.add(connection, name, "operator", stored, "benchmark")
    return names


async def log_in(client: httpx.AsyncClient, name: str, password: str) -> str:
    """Return the cookie of a new session."""
    answer = await client.post("/login", data={"name": name, "password": password})
    client.cookies.clear()
    if answer.status_code != 303:
        raise SystemExit(f"the login was refused: {answer.status_code}")
    return str(answer.headers["set-cookie"].split(";")[0])


async def figures(client: httpx.AsyncClient, cookie: str) -> tuple[float, float]:
    """Return the pictures analysed and skipped so far, of all cameras."""
    text = (await client.get("/metrics", headers={"cookie": cookie})).text
    found = [
        re.findall(rf"^passerby_frames_{name}_total{{.*}} (.+)$", text, re.M) for name in ("analysed", "dropped")
    ]
    return sum(map(float, found[0])), sum(map(float, found[1]))


async def watch(
    client: httpx.AsyncClient, cookie: str, cameras: Sequence[str], until_s: float, seen: Counter[int]
) -> None:
    """Ask for the newest pictures FPS times a second, as a page does."""
    shown, due_s = [""] * len(cameras), time.monotonic()
    while (due_s := due_s + 1 / FPS) < until_s:
        await asyncio.sleep(max(0.0, due_s - time.monotonic()))
        tiles = [f"{number}:{camera}" for number, camera in zip(shown, cameras, strict=True)]
        answer = await client.get("/live", params={"tile": tiles}, headers={"cookie": cookie})
        if answer.status_code == 200:
            states = json.loads(answer.content.split(b"\r\n\r\n", 1)[1].split(b"\r\n", 1)[0])
            shown = [str(state.get("number", "")) for state in states]
            seen.update(state["status"] for state in states)
        else:
            seen[answer.status_code] += 1
            due_s += REFUSED_S


async def window(
    name: str,
    pid: int,
    client: httpx.AsyncClient,
    watching: Sequence[tuple[str, Sequence[str]]],
    cookie: str,
    seconds: float,
) -> None:
    """Measure one window and print its row."""
    seen: Counter[int] = Counter()
    before, cpu, began_s = await figures(client, cookie), cpu_s(pid), time.monotonic()
    until_s = began_s + seconds
    await asyncio.gather(
        asyncio.sleep(seconds), *(watch(client, one, cameras, until_s, seen) for one, cameras in watching)
    )
    took_s, used = time.monotonic() - began_s, cpu_s(pid) - cpu
    analysed, dropped = (b - a for a, b in zip(before, await figures(client, cookie), strict=True))
    print(
        f"{name:28} {analysed / took_s:6.2f} analysed/s {dropped / took_s:6.2f} skipped/s "
        f"{used / took_s:6.3f} cores {1000 * used / max(analysed, 1):7.1f} ms/picture, "
        f"pictures {dict(sorted(seen.items()))}",
        flush=True,
    )


async def measure(address: str, password: str, pid: int, options: argparse.Namespace) -> None:
    """Measure all windows on a unit that has started."""
    limits = httpx.Limits(max_connections=100)
    async with httpx.AsyncClient(base_url=address, timeout=60, limits=limits) as client:
        await ready(client)
        names = ["demo", *staff(options.folder, password, options.viewers)]
        cookies = [await log_in(client, names[k // MOST_SESSIONS_EACH], password) for k in range(options.viewers)]
        found = await client.get("/api/v1/cameras", headers={"cookie": cookies[0]})
        cameras = itertools.cycle([camera["name"] for camera in found.json()])
        await asyncio.sleep(SETTLE_S)
        page = [(cookies[0], [next(cameras) for _ in range(options.tiles)])]
        people = [(cookie, [next(cameras)]) for cookie in cookies]
        for name, watching in (
            ("nobody", []),
            (f"{options.tiles} tiles of one page", page),
            (f"{options.viewers} people", people),
            ("nobody again", []),
        ):
            await window(name, pid, client, watching, cookies[0], options.seconds)


def main() -> None:
    """Run the demo and measure."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--viewers", type=int, default=200)
    parser.add_argument("--tiles", type=int, default=16)
    parser.add_argument("--seconds", type=float, default=40)
    options = parser.parse_args()
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    with TemporaryDirectory() as folder:
        command = ["demo", "--no-browser", "--port", str(port), "--out", f"{folder}/out"]
        unit = subprocess.Popen(
            [sys.executable, "-m", "passerby.app.cli", *command], stdout=subprocess.PIPE, text=True
        )
        assert unit.stdout is not None
        try:
            password = next(line for line in unit.stdout if "  password" in line).split()[-1]
            options.folder = Path(folder) / "out" / "live"
            asyncio.run(measure(f"http://127.0.0.1:{port}", password, unit.pid, options))
        finally:
            unit.send_signal(signal.SIGINT)
            unit.wait()


if __name__ == "__main__":
    main()
