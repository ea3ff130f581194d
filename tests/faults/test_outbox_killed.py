"""`kill -9` while events are stored and delivered, and a receiver that is down now and then: none is lost."""

from __future__ import annotations

import json
import random
import subprocess
import sys
from pathlib import Path

import pytest

from support.receiver import Receiver
from support.waiting import ended, until

TESTS = Path(__file__).parents[1]
EVENTS, KILLS = 400, 5


def kill(child: subprocess.Popen[bytes]) -> None:
    child.kill()
    ended(child)
    assert child.stdout is not None
    child.stdout.close()


@pytest.mark.slow
def test_every_stored_event_arrives_at_least_once_and_in_order(tmp_path: Path) -> None:
    rng = random.Random(20261129)
    with Receiver(lambda number: 503 if number % 7 == 0 else 200) as receiver:

        def arrived() -> list[str]:
            """The ids of confirmed messages, in the order of their first arrival."""
            confirmed = [body for number, body in enumerate(receiver.bodies, 1) if number % 7]
            return list(dict.fromkeys(event["id"] for body in confirmed for event in json.loads(body)["events"]))

        def start() -> subprocess.Popen[bytes]:
            words = [
                sys.executable,
                "-m",
                "support.delivering",
                tmp_path,
                f"http://127.0.0.1:{receiver.port}/",
                EVENTS,
            ]
            child = subprocess.Popen([str(word) for word in words], cwd=TESTS, stdout=subprocess.PIPE)
            assert child.stdout is not None
            assert child.stdout.readline() == b"ready\n"
            return child

        for _ in range(KILLS):
            child, before = start(), len(receiver.bodies)
            enough = before + rng.randint(1, 25)
            until(lambda enough=enough: len(receiver.bodies) >= enough or len(arrived()) >= EVENTS)
            kill(child)
        child = start()
        until(lambda: len(arrived()) >= EVENTS)
        kill(child)
        assert arrived()[:EVENTS] == [f"e{n}" for n in range(1, EVENTS + 1)]
