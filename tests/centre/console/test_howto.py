"""The settings that docs/how-to/control-room.md shows can be read."""

from __future__ import annotations

import re
from pathlib import Path

from passerby.centre.console.settings_file import read_settings

PAGE = Path(__file__).parents[3] / "docs" / "how-to" / "control-room.md"


def test_the_settings_of_the_page_are_read(tmp_path: Path) -> None:
    (text,) = (
        part for part in re.findall(r"```yaml\n(.*?)```", PAGE.read_text("utf-8"), re.DOTALL) if "units:" in part
    )
    (tmp_path / "centre.yaml").write_text(text)
    made = read_settings(tmp_path / "centre.yaml", {"RIVERSIDE_1_TOKEN": "t" * 43})
    assert [one.unit for one in made.units] == ["riverside-1"]
