"""What is wrong with occupied places and files of errors is said with its line and cure."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from passerby.config.check import Probes, load_checked
from passerby.contracts.errors import ConfigError

UNIT = """\
station: Riverside
cameras:
  - name: north
    source: rtsp://camera1/stream1
    zones: [{name: hall, polygon_px: [[0, 0], [900, 0], [900, 900]]}]
    lines: [{name: gate, from_px: [10, 10], to_px: [90, 90]}]
"""


def said(folder: Path, more: str) -> list[str]:
    path = folder / "unit.yaml"
    path.write_text(UNIT + more)
    try:
        load_checked(path, {}, Probes())
    except ConfigError as error:
        return [f"{p.line}: {p.key}: {p.what}" for p in error.problems]
    return []


@pytest.mark.parametrize(
    ("place", "what"),
    [
        ("lines: [{camera: north, line: gate}]", None),
        ("lines: [{camera: north, line: gate}], views: [{camera: north, zone: hall}], closed_at: '01:30'", None),
        ("lines: [{camera: nort, line: gate}]", 'there is no camera "nort"'),
        ("lines: [{camera: north, line: gates}]", 'camera "north" has no line "gates"'),
        ("lines: [{camera: north, line: gate}], views: [{camera: north, zone: gate}]", 'has no zone "gate"'),
        ("lines: [{camera: north, line: gate}, {camera: north, line: gate}]", "listed twice"),
        ("lines: [{camera: north, line: gate}], timezone: Europe/Atlantis", "unknown timezone"),
        ("lines: [{camera: north, line: gate}], closed_at: '25:00'", "closed_at"),
        ("lines: []", "occupancy[0].lines"),
    ],
)
def test_places(tmp_path: Path, place: str, what: str | None) -> None:
    found = said(tmp_path, f"occupancy: [{{name: station, {place}}}]\n")
    if what is None:
        assert found == []
    else:
        assert len(found) == 1
        assert found[0].startswith("7: occupancy[0]")
        assert what in found[0]


def test_two_places_of_one_name(tmp_path: Path) -> None:
    place = "{name: station, lines: [{camera: north, line: gate}]}"
    (found,) = said(tmp_path, f"occupancy:\n  - {place}\n  - {place}\n")
    assert found.startswith("9: occupancy[1].name: another place has the name")


@pytest.mark.parametrize(
    ("text", "what"),
    [
        (json.dumps({"gate": {"in": {"ratio": 1.0, "sd": 0.01, "n": 90}}}), None),
        (json.dumps({"gat": {"in": {"ratio": 1.0, "sd": 0.01, "n": 90}}}), 'a line "gat", which this camera'),
        ("nonsense", "Invalid JSON"),
        (None, "cannot be read"),
    ],
)
def test_files_of_errors_count_from_the_configurations_folder(
    tmp_path: Path, text: str | None, what: str | None
) -> None:
    if text is not None:
        (tmp_path / "e.json").write_text(text)
    found = said(tmp_path, "    counts_error: e.json\n")
    if what is None:
        assert found == []
    else:
        assert len(found) == 1
        assert found[0].startswith("7: cameras[0].counts_error")
        assert what in found[0]


@pytest.mark.parametrize("name", ["Europe/Atlantis", "../etc/passwd"])
def test_the_units_own_timezone(tmp_path: Path, name: str) -> None:
    (sentence,) = said(tmp_path, f"timezone: '{name}'\n")
    assert sentence.startswith("7: timezone")
    assert "for example Europe/Berlin" in sentence
