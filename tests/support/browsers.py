"""Debian's Chromium, driven by Playwright, for tests of the console as a person uses it."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest

from support.waiting import PATIENCE_S

ARGUMENTS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
PATIENCE_MS = 1000 * PATIENCE_S


def chromium() -> str:
    """The path of the browser; skips the test where there is none."""
    path = shutil.which("chromium")
    if path is None:
        pytest.skip("chromium is not installed: apt-get install --no-install-recommends chromium")
    pytest.importorskip("playwright", reason="playwright is not installed: scripts/setup dev")
    return path


@contextmanager
def browsing() -> Iterator[Any]:
    """A browser, closed at the end."""
    path = chromium()
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=ARGUMENTS, timeout=PATIENCE_MS)
        try:
            yield browser
        finally:
            browser.close()


class Visit:
    """One person's page, and what the browser complained about."""

    def __init__(self, browser: Any, **options: Any) -> None:
        self.context = browser.new_context(**{"viewport": {"width": 1366, "height": 768}, **options})
        self.context.set_default_timeout(PATIENCE_MS)
        self.page = self.context.new_page()
        self.complaints: list[str] = []
        self.hosts: set[str] = set()
        self.page.on("pageerror", lambda error: self.complaints.append(str(error)))
        self.page.on("console", lambda m: self.complaints.append(m.text) if m.type == "error" else None)
        self.page.on("request", lambda request: self.hosts.add(request.url.split("/")[2]))

    def log_in(self, address: str, name: str, password: str) -> None:
        """By keyboard alone."""
        self.page.goto(address)
        self.fill_in_login(name, password)
        self.wait_for_keys()

    def fill_in_login(self, name: str, password: str) -> None:
        """Fill in the login page by keyboard, once the browser has put the cursor into its first field."""
        self.page.locator("#name:focus").wait_for()
        self.page.keyboard.type(name)
        self.page.keyboard.press("Tab")
        self.page.locator("#password:focus").wait_for()
        self.page.keyboard.type(password)
        self.page.keyboard.press("Enter")

    def wait_for_keys(self) -> None:
        """Wait until the script of the page has started, which listens to keys."""
        self.page.locator("#connection[data-state=live]").wait_for()
