from __future__ import annotations

from pathlib import Path

import pytest

from support.configured import HEAD, load, wrong

CASES = [
    (
        "{camera: platfrom-1, zone: platform, stop: 'Q:7'}",
        'there is no camera "platfrom-1" (did you mean platform-1?)',
    ),
    ("{camera: platform-1, zone: roof, stop: 'Q:7'}", 'platform-1 has no zone "roof"'),
    ("{camera: platform-1, zone: a, stop: 'with blanks'}", "transit.stops[0].stop"),
]


@pytest.mark.parametrize(("stop", "says"), CASES)
def test_what_is_refused(tmp_path: Path, stop: str, says: str) -> None:
    found = wrong(tmp_path, HEAD + f"transit: {{stops: [{stop}]}}\n")
    assert any(says in problem for problem in found), found


def test_a_zone_counts_once(tmp_path: Path) -> None:
    zone = "    zones: [{name: a, polygon_px: [[0, 0], [100, 0], [100, 100]]}]\n"
    stop = "{camera: platform-1, zone: a, stop: 'Q:7'}"
    assert load(tmp_path, HEAD + zone + f"transit: {{stops: [{stop}]}}\n").transit.stops[0].stop == "Q:7"
    (found,) = wrong(tmp_path, HEAD + zone + f"transit: {{stops: [{stop}, {stop}]}}\n")
    assert "people would count twice" in found
