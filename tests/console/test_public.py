from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from passerby.console import public
from passerby.console.public import rounded
from passerby.contracts.settings import ConsoleSettings
from passerby.store.utc import utc_ms, utc_text
from support.consoles import ConsoleStage, console_stage
from support.stored import FLOW, ZONE

NOW = "2026-03-01T08:20:00.000Z"


@pytest.fixture
def shown(tmp_path: Path) -> Iterator[ConsoleStage]:
    with console_stage(tmp_path, ConsoleSettings(public=True)) as made:
        yield made


def test_the_page_is_off_by_default(stage: ConsoleStage) -> None:
    assert stage.visitor().get("/public").status_code == 404


def test_passengers_read_what_is_measured_and_what_is_not(shown: ConsoleStage) -> None:
    page = shown.visitor(accept="text/html").get("/public")
    assert page.status_code == 200
    assert "Nobody is recognised" in page.text
    assert "Fast movement" in page.text
    assert "No figures so far." in page.text
    assert "Log out" not in page.text


def test_figures_are_old_rounded_and_small_ones_are_not_told(
    shown: ConsoleStage, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(public, "now_ms", lambda: utc_ms(NOW))
    quarter = utc_ms("2026-03-01T07:45:00.000Z")
    windows = [replace(ZONE, utc=utc_text(quarter + 60_000 * n), count_mean=31.0 + n % 3) for n in range(15)]
    young = replace(ZONE, utc="2026-03-01T08:06:00.000Z", count_mean=900.0)
    quiet = replace(ZONE, utc=utc_text(quarter), zone="track", count_mean=4.0)
    ways = [
        replace(FLOW, utc=utc_text(quarter), direction=way, people=n) for way, n in (("in", 400), ("out", 123))
    ]
    late = replace(FLOW, utc="2026-03-01T08:06:00.000Z", people=9000)
    shown.store.write_records([*windows, young, quiet, *ways, late])
    page = shown.visitor(accept="text/html").get("/public").text
    assert '<th scope="row">platform</th><td>about 30</td>' in page
    assert '<th scope="row">track</th><td>fewer than 10</td>' in page
    assert '<th scope="row">stairs</th><td>about 520</td>' in page
    assert "900" not in page


@pytest.mark.parametrize(
    ("number", "told"), [(0, "fewer than 10"), (9.9, "fewer than 10"), (14, "about 10"), (996, "about 1\u202f000")]
)
def test_rounding(number: float, told: str) -> None:
    assert rounded(number) == told
