"""First paint and a picture of each page of the console, over a running demo, in Debian's Chromium.

    python benchmarks/console_pages.py [FOLDER] [--width 1366] [--height 768] [--dark] [--minutes 0]

Starts `passerby demo`, waits for its first alarm and then for --minutes, so that there are figures to show, and
opens each page twice. For each it prints the first
contentful paint that the browser reports, in ms after the request, the time until the first byte, the
processor time that the unit used meanwhile, and the number and size of the files. With FOLDER, it writes
console-NAME.jpg of each page. All pictures are of the simulated station.
"""

from __future__ import annotations

import argparse
import os
import shutil
import signal
import socket
import subprocess
import sys
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from playwright.sync_api import Page, sync_playwright

PAGES = {
    "now": "",
    "alarms": "alarms",
    "cameras": "cameras",
    "camera": "cameras/platform",
    "places": "cameras/platform/places",
    "floor": "cameras/platform/floor",
    "add-camera": "add-camera",
    "flow": "flow?camera=platform",
    "trust": "trust",
    "account": "account",
}
PATIENCE_MS = 120_000
PAINT = """() => new Promise((done) => {
  const paint = () => performance.getEntriesByName("first-contentful-paint")[0];
  const figures = () => {
    const files = performance.getEntriesByType("resource");
    const size = files.reduce((sum, one) => sum + one.encodedBodySize, 0);
    return [paint().startTime, performance.getEntriesByType("navigation")[0].responseStart, files.length, size];
  };
  const wait = () => (paint() ? done(figures()) : requestAnimationFrame(wait));
  wait();
})"""


def cpu_s(pid: int) -> float:
    """Return the processor time of a process, seconds."""
    fields = Path(f"/proc/{pid}/stat").read_text("ascii", "replace").rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def show(page: Page, address: str, name: str, path: str, pid: int, folder: Path | None) -> None:
    """Open one page twice, print its figures, and take its picture."""
    for times in ("first", "again"):
        cpu = cpu_s(pid)
        page.goto(address + path)
        paint_ms, byte_ms, files, size = page.evaluate(PAINT)
        used_ms = 1000 * (cpu_s(pid) - cpu)
        print(
            f"{name:10} {times:6} paint {paint_ms:6.0f} ms, first byte {byte_ms:6.0f} ms, "
            f"unit {used_ms:5.0f} ms of processor time, {files:.0f} files, {size / 1000:.0f} kB",
            flush=True,
        )
    if folder is not None:
        page.wait_for_load_state("load")
        page.wait_for_timeout(3000)
        page.screenshot(path=folder / f"console-{name}.jpg", type="jpeg", quality=80)


def visit(browser: Any, address: str, password: str, pid: int, options: argparse.Namespace) -> None:
    """Log in, wait for an alarm, and show all pages and the alarm."""
    colours = "dark" if options.dark else "light"
    page = browser.new_page(viewport={"width": options.width, "height": options.height}, color_scheme=colours)
    page.set_default_timeout(PATIENCE_MS)
    page.goto(address)
    page.locator("#name").fill("demo")
    page.locator("#password").fill(password)
    page.locator("#password").press("Enter")
    alarm = page.locator(".alarm[data-id]").first
    alarm.wait_for()
    page.wait_for_timeout(60_000 * options.minutes)
    pages = {**PAGES, "alarm": f"alarms/{alarm.get_attribute('data-id')}"}
    for name, path in pages.items():
        show(page, address, name, path, pid, options.folder)


def main() -> None:
    """Run the demo and visit it."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path, nargs="?")
    parser.add_argument("--width", type=int, default=1366)
    parser.add_argument("--height", type=int, default=768)
    parser.add_argument("--dark", action="store_true")
    parser.add_argument("--minutes", type=float, default=0)
    options = parser.parse_args()
    if options.folder is not None:
        options.folder.mkdir(parents=True, exist_ok=True)
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    with TemporaryDirectory() as folder, sync_playwright() as playwright:
        command = ["demo", "--no-browser", "--port", str(port), "--out", f"{folder}/out"]
        unit = subprocess.Popen(
            [sys.executable, "-m", "passerby.app.cli", *command], stdout=subprocess.PIPE, text=True
        )
        assert unit.stdout is not None
        try:
            password = next(line for line in unit.stdout if "  password" in line).split()[-1]
            browser = playwright.chromium.launch(
                executable_path=shutil.which("chromium"), args=["--no-sandbox", "--disable-gpu"]
            )
            reachable(port)
            visit(browser, f"http://127.0.0.1:{port}/", password, unit.pid, options)
        finally:
            unit.send_signal(signal.SIGINT)
            unit.wait()


def reachable(port: int) -> None:
    """Wait until the console answers."""
    while True:
        try:
            socket.create_connection(("127.0.0.1", port), timeout=1).close()
            return
        except OSError:
            continue


if __name__ == "__main__":
    main()
