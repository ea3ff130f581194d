"""The colours of charts: severities and heat can be told apart without colour, and heat from people."""

from __future__ import annotations

import colorsys
import re
from itertools import pairwise

import pytest

from passerby.charts.style import stylesheet

LIGHT, DARK = (stylesheet().split("prefers-color-scheme: dark")[i] for i in (0, 1))


def rgb(name: str, text: str) -> tuple[float, float, float]:
    found = re.search(rf"--{name}: #([0-9a-f]{{6}});", text)
    assert found, name
    red, green, blue = (int(found[1][i : i + 2], 16) / 255 for i in (0, 2, 4))
    return red, green, blue


def luminance(name: str, text: str) -> float:
    """Return the relative luminance of WCAG 2.2, 0 to 1."""
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in rgb(name, text)]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(a: str, b: str, text: str) -> float:
    light, dark = sorted((luminance(a, text), luminance(b, text)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


@pytest.mark.parametrize("text", [LIGHT, DARK], ids=["light", "dark"])
def test_an_alarm_and_a_warning_differ_in_greyscale(text: str) -> None:
    assert contrast("sign-alarm", "sign-warning", text) > 1.8


def test_the_ring_of_an_information_is_visible_on_the_paper() -> None:
    assert contrast("sign-info", "chart-paper", LIGHT) > 3  # WCAG 2.2, 1.4.11
    assert contrast("sign-info", "chart-paper", DARK) > 3


def test_heat_gets_lighter_with_every_step_and_is_never_orange_or_grey() -> None:
    steps = [f"heat-{i}" for i in range(1, 7)]
    for lower, higher in pairwise(steps):
        assert contrast(lower, higher, LIGHT) > 1.4
        assert luminance(higher, LIGHT) > luminance(lower, LIGHT)
    for step in steps:
        hue, _, saturation = colorsys.rgb_to_hls(*rgb(step, LIGHT))
        assert 60 <= hue * 360 <= 240, step  # drawn people are orange or grey
        assert saturation > 0.3, step
