"""Many simulated units on one event loop, each with its own connection to a control room.

python benchmarks/centre_units.py PORT UNITS EVENTS_PER_S SECONDS ALARM_EVERY

Like the outbox of a unit, each looks for new events twice a second and has one report on the way. EVENTS_PER_S: of
all units together; 0: as many as are answered. Every ALARM_EVERY-th event is a warning. Prints figures as JSON.
"""

from __future__ import annotations

import asyncio
import json
import random
import resource
import sys
import time
from collections.abc import Sequence
from dataclasses import dataclass, field

from passerby.contracts.reports import HTTP_PATH
from passerby.store.utc import utc_text
from passerby.unit.outbox import LOOK_EVERY_S

CAMERAS, BATCH = 16, 50


@dataclass
class Load:
    """The data that all units share. delays_s: from each event to the answer after its commit."""

    port: int
    units: int
    per_s: float
    until_s: float
    alarm_every: int
    made: int = 0
    refused: int = 0
    delays_s: list[float] = field(default_factory=list)


class LoadUnit:
    """One unit. number: also of its token."""

    def __init__(self, load: Load, number: int) -> None:
        self._load, self._number, self._made = load, number, 0

    async def run(self) -> None:
        """Report until the end, and all events up to then."""
        read, write = await asyncio.open_connection("127.0.0.1", self._load.port)
        if self._load.per_s:
            await self._at_its_rate(read, write)
        while not self._load.per_s and time.time() < self._load.until_s:
            await self._report(read, write, [time.time()] * BATCH)
        write.close()

    async def _at_its_rate(self, read: asyncio.StreamReader, write: asyncio.StreamWriter) -> None:
        every_s, due_s = self._load.units / self._load.per_s, time.time()
        await asyncio.sleep(random.uniform(0.0, LOOK_EVERY_S))  # noqa: S311  no secret
        while due_s + every_s <= self._load.until_s:
            number = int((min(time.time(), self._load.until_s) - due_s) / every_s)
            times = [due_s + every_s * (n + 1) for n in range(number)]
            due_s += every_s * number
            for begin in range(0, number, BATCH):
                await self._report(read, write, times[begin : begin + BATCH])
            await asyncio.sleep(LOOK_EVERY_S)

    async def _report(
        self, read: asyncio.StreamReader, write: asyncio.StreamWriter, times: Sequence[float]
    ) -> None:
        body = json.dumps(
            {
                "version": "0",
                "sent_ms": round(1000 * time.time()),
                "disk_free": 0.5,
                "events": [self._event(at_s) for at_s in times],
            }
        ).encode()
        head = (
            f"POST {HTTP_PATH} HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer {token(self._number)}\r\n"
            f"Content-Type: application/json\r\nContent-Length: {len(body)}\r\n\r\n"
        )
        while True:
            write.write(head.encode() + body)
            answer = await read.readuntil(b"\r\n\r\n")
            length = next(line for line in answer.lower().split(b"\r\n") if line.startswith(b"content-length:"))
            await read.readexactly(int(length.split(b":")[1]))
            if answer.split(b" ", 2)[1] == b"200":
                break
            self._load.refused += 1
            await asyncio.sleep(1.0)
        now_s = time.time()
        self._load.delays_s += [now_s - at_s for at_s in times]

    def _event(self, at_s: float) -> dict[str, object]:
        self._made += 1
        self._load.made += 1
        is_alarm = self._load.made % self._load.alarm_every == 0
        return {
            "id": f"u{self._number}-{self._made}",
            "seq": 0,
            "kind": "running",
            "phase": "start",
            "camera": f"camera-{self._made % CAMERAS}",
            "place": "hall",
            "began_s": 1.0,
            "at_s": 1.0,
            "utc": utc_text(round(1000 * at_s)),
            "people": 1,
            "severity": "warning" if is_alarm else "info",
            "measures": [{"name": "speed", "value": 2.9, "unit": "m/s", "sd": 0.2}],
            "evidence": None,
            "schema": 1,
        }


def token(unit: int) -> str:
    """Return the token of a unit."""
    return f"a token of the unit {unit}"


async def main(port: int, units: int, per_s: float, seconds: float, alarm_every: int) -> None:
    """Report for so long and print the figures."""
    begun_s = time.time()
    load = Load(port, units, per_s, begun_s + seconds, alarm_every)
    await asyncio.gather(*(LoadUnit(load, number).run() for number in range(units)))
    used = resource.getrusage(resource.RUSAGE_SELF)
    delays = sorted(load.delays_s)
    figures = {
        "confirmed": len(delays),
        "refused": load.refused,
        "seconds": time.time() - begun_s,
        "delay_p95_s": delays[int(0.95 * len(delays))],
        "cpu_s": used.ru_utime + used.ru_stime,
    }
    print(json.dumps(figures))


if __name__ == "__main__":
    asyncio.run(main(int(sys.argv[1]), int(sys.argv[2]), *map(float, sys.argv[3:5]), int(sys.argv[5])))
