"""The accessibility rules of axe-core, and our own, on the page as Chromium draws it."""

from __future__ import annotations

from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import Any

ACCESSIBLE = (Path(__file__).parent / "accessibility.js").read_text()
SERIOUS = ("serious", "critical")


@cache
def _script() -> str:
    return files("axe_playwright_python").joinpath("axe.min.js").read_text("utf-8")


def serious_findings(page: Any) -> list[str]:
    """Each serious or critical finding with its first place."""
    page.evaluate(_script())
    found = page.evaluate("axe.run().then((result) => result.violations)")
    return [
        f"{one['id']}: {one['help']} ({one['nodes'][0]['html'][:120]})"
        for one in found
        if one["impact"] in SERIOUS
    ]
