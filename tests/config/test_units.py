from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from passerby.config.units import instead_of_key, instead_of_text, plain, slip


@pytest.mark.parametrize(
    ("key", "text", "advice"),
    [
        ("speed_mps", "2.3 m/s", "write 2.3, the unit is always m/s"),
        ("speed_mps", "8 km/h", "write 2.22, which is 8 km/h in m/s"),
        ("speed_mps", "8KM/H", "write 2.22, which is 8 KM/H in m/s"),
        ("speed_mps", "5 mph", "write 2.24, which is 5 mph in m/s"),
        ("speed_mps", "2,3", "write 2.3, with a point"),
        ("speed_mps", "2.3", "write 2.3, without quotes"),
        ("speed_mps", "3 furlongs", "write a number of m/s, without a unit"),
        ("hold_s", "2 min", "write 120, which is 2 min in s"),
        ("hold_s", "1500ms", "write 1.5, which is 1500 ms in s"),
        ("height_m", "350 cm", "write 3.5, which is 350 cm in m"),
        ("tilt_deg", "30°", "write 30, the unit is always degrees"),
        ("score", "40 %", "write 0.4, which is 40 % in a share of 1"),
        ("density_per_m2", "1.4 /m2", "write 1.4, the unit is always people/m2"),
        ("analysis_fps", "8 fps", "write 8, the unit is always frames/s"),
        ("sigmas", "2 sd", "write a number, without a unit"),
        ("speed_mps", "9" * 5000, None),
        ("speed_mps", "fast", None),
        ("speed_mps", "", None),
    ],
)
def test_a_unit_written_in(key: str, text: str, advice: str | None) -> None:
    assert instead_of_text(key, text) == advice


@pytest.mark.parametrize(
    ("key", "value", "advice"),
    [
        ("speed_kmh", 8, "write speed_mps: 2.22, which is 8 kmh in m/s"),
        ("hold_min", 2, "write hold_s: 120, which is 2 min in s"),
        ("hold_ms", 500, "write hold_s: 0.5, which is 500 ms in s"),
        ("hold", 2, "write hold_s, a number of s"),
        ("speed_kmh", "fast", "write speed_mps, a number of m/s"),
        ("speed_kmh", True, "write speed_mps, a number of m/s"),
        ("polygon", None, "write polygon_px"),
        ("speed_limit", 3, None),
        ("zone", 3, None),
        ("_s", 3, None),
    ],
)
def test_a_key_with_another_unit(key: str, value: object, advice: str | None) -> None:
    assert instead_of_key(key, value, ["speed_mps", "hold_s", "polygon_px"]) == advice


@pytest.mark.parametrize(
    ("key", "value", "advice"),
    [
        ("speed_mps", 30, "if you mean 30 km/h, write 8.33"),
        ("height_m", 350, "if you mean 350 cm, write 3.5"),
        ("height_m", 20000, "if you mean 20000 mm, write 20"),
        ("clear_ratio", 80, "if you mean 80 %, write 0.8"),
        ("tilt_deg", 100, None),
        ("speed_mps", 1e9, None),
    ],
)
def test_a_number_too_large(key: str, value: float, advice: str | None) -> None:
    high = {"speed_mps": 12.0, "height_m": 50.0, "clear_ratio": 1.0, "tilt_deg": 90.0}[key]
    assert slip(key, value, 0.0, high) == advice


@given(st.text())
def test_any_text_is_answered(text: str) -> None:
    advice = instead_of_text("speed_mps", text)
    assert advice is None or advice.startswith("write ")


@pytest.mark.parametrize(("value", "text"), [(2.0, "2"), (8 / 3.6, "2.22"), (0.04444, "0.0444"), (86400, "86400")])
def test_plain_numbers(value: float, text: str) -> None:
    assert plain(value) == text
