"""Quarter hours with their interval, levels of service with their letters, places in minus out."""

from __future__ import annotations

from dataclasses import replace

import pytest

from passerby.charts.crowding import MOST, strips
from passerby.charts.quarters import rests_on
from passerby.contracts.events import FlowSample, OccupancySample, ZoneSample
from passerby.report.page import render_report
from support.pages import Page
from support.reported import reported


def flow(k: int, way: str, people: int, known: bool = True) -> FlowSample:
    low, high, n = (0.9 * people, 1.1 * people + 1, 240) if known else (None, None, None)
    return FlowSample("cam", "gate", way, 900.0 * k, None, 900.0, people, low, high, n, 1.0)  # type: ignore[arg-type]


def window(k: int, level: str | None, density: float, is_lower_bound: bool = False) -> ZoneSample:
    return ZoneSample(
        "cam", "hall", 60.0 * k, None, 60.0, 1.0, 2, density, 0, 0, 1.0, 1.0, level, None, is_lower_bound
    )


def place(k: int, people: int, drift: int = 0) -> OccupancySample:
    reset = "closed" if drift else None
    return OccupancySample(
        "cam", "station", 60.0 * k, None, 60.0, people, people - 1.0, people + 2.0, drift, reset, 1.0
    )  # type: ignore[arg-type]


def page(**more: object) -> Page:
    run = reported()
    history = replace(run.history, **more)  # type: ignore[arg-type]
    return Page(render_report(run.summary, history, run.events, run.stills, run.background_jpeg))


def test_a_quarter_has_a_bar_and_a_band_for_each_direction() -> None:
    shown = page(flows=tuple(flow(k, way, 40 + k) for k in range(8) for way in ("in", "out")))
    assert len(shown.classed("interval")) == 16
    assert "Per quarter of an hour" in shown.words
    assert "348 in, 348 out; 95 % interval from the error on a clip of 240 people" in shown.words
    assert any("43 in, true number 39 to 48 (95 %)" in e.text for e in shown.tagged("title"))


def test_an_interval_that_nobody_measured_is_said_to_be_unknown() -> None:
    shown = page(flows=(flow(0, "in", 12, known=False), flow(0, "out", 3, known=False)))
    assert shown.classed("interval") == []
    assert "95 % interval unknown: no error was measured on a clip of this camera" in shown.words
    assert rests_on([flow(0, "in", 5), replace(flow(1, "in", 5), error_people=90)]).endswith("90, 240 people")


def test_levels_have_letters_and_say_when_they_are_lower_bounds() -> None:
    shown = page(windows=(window(0, "A", 0.1), window(1, "D", 1.2, is_lower_bound=True), window(2, "B", 0.9)))
    cells = shown.classed("los")
    assert [c.text.strip() for c in cells] == ["A", "≥D", "B"]
    assert [c.attrs["class"] for c in cells] == ["los a", "los d", "los b"]
    assert cells[1].attrs["title"] == "01:00: level D, at least 1.2/m²"
    assert "highest: D, 1.2/m² at 01:00; a lower bound in 1 of 3 windows, marked ≥" in shown.words


@pytest.mark.parametrize("n", [1, MOST, MOST + 1, 1440])
def test_a_long_day_still_has_room_for_letters_and_hides_no_peak(n: int) -> None:
    windows = [window(k, "F" if k == n - 1 else "A", 6.0 if k == n - 1 else 0.1) for k in range(n)]
    (strip,) = strips(windows)
    assert 1 <= len(strip.cells) <= MOST
    assert strip.cells[-1].letter == "F"


def test_zones_without_a_floor_have_no_strip() -> None:
    assert strips([replace(window(0, None, 0.0), density_per_m2=None)]) == ()
    assert "Levels of service" not in page().words


def test_a_place_says_how_sure_it_is_and_what_was_corrected() -> None:
    shown = page(places=tuple(place(k, k, 7 if k == 5 else 0) for k in range(9)))
    assert "8 at the end, 95 % between 7 and 10; corrected 1 time, by 7" in shown.words
