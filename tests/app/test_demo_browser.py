"""The demo as a new user sees it: from the command to the first alarm, with the whole pipeline behind it."""

from __future__ import annotations

import signal
import subprocess
import sys
from pathlib import Path

import httpx2 as httpx
import pytest

from passerby.evals.ports import free_port
from passerby.store import handling
from passerby.store.connect import reading
from passerby.store.results import DATABASE
from passerby.vision.load import EMBEDDED
from support.browsers import PATIENCE_MS, Visit, browsing
from support.waiting import ended, until


@pytest.mark.slow
@pytest.mark.skipif(not EMBEDDED.is_file(), reason="this build has no embedded person detector")
def test_from_the_command_to_the_first_alarm(tmp_path: Path) -> None:
    port = free_port()
    command = ["demo", "--no-browser", "--port", str(port), "--out", str(tmp_path / "out")]
    with browsing() as browser, (tmp_path / "log").open("wb") as log:
        child = subprocess.Popen(
            [sys.executable, "-m", "passerby.app.cli", *command], stdout=subprocess.PIPE, stderr=log
        )
        assert child.stdout is not None
        try:
            line = next(line for line in child.stdout if b"  password" in line)
            password = line.split()[-1].decode()
            address = f"http://127.0.0.1:{port}/"
            until(lambda: _answers(address))
            visit = Visit(browser)
            visit.log_in(address, "demo", password)
            alarm = visit.page.locator(".alarm.alarm[data-id]", has_text="person inside for").first
            alarm.wait_for(timeout=4 * PATIENCE_MS)
            visit.page.locator("figure[data-camera=track]:not(.stale) img[src]").wait_for()
            name = alarm.get_attribute("data-id")  # another one may be the first later
            visit.page.locator(f".alarm[data-id='{name}']").click(position={"x": 300, "y": 60})
            visit.page.keyboard.press("a")
            until(lambda: _acts(tmp_path / "out" / "live", name) == ["acknowledged"])
            visit.page.keyboard.press("Enter")
            visit.page.locator(f"#alarm[data-id='{name}'] :is(video, img.evidence)").wait_for()
            assert visit.complaints == []
            child.send_signal(signal.SIGINT)
            assert ended(child) == 0, (tmp_path / "log").read_text()
        finally:
            child.kill()
            child.wait()
            child.stdout.close()


def _acts(folder: Path, alarm: str) -> list[str]:
    with reading(folder / DATABASE) as connection:
        return [act.act for act in handling.of_alarms(connection, [alarm]).get(alarm, handling.Handling()).acts]


def _answers(address: str) -> bool:
    try:
        return httpx.get(f"{address}healthz").status_code == 200
    except httpx.HTTPError:
        return False
