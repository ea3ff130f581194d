from __future__ import annotations

from pathlib import Path

import pytest

from passerby.centre.console.settings_file import read_settings
from passerby.contracts.errors import ConfigError

TOKEN = "t" * 43
WHOLE = """
name: Metro
timezone: Asia/Almaty
unit_ca_file: units.pem
console: {port: 8700, certificate: centre.pem, key: centre.key}
units:
  - {unit: riverside-1, url: "https://10.1.0.5:8600", token: "${TOKEN_1}"}
"""


def written(folder: Path, text: str) -> Path:
    path = folder / "centre.yaml"
    path.write_text(text)
    return path


def test_a_whole_file_is_read_with_its_paths_and_secrets(tmp_path: Path) -> None:
    made = read_settings(written(tmp_path, WHOLE), {"TOKEN_1": TOKEN})
    assert (made.name, made.timezone, made.unit_ca_file) == ("Metro", "Asia/Almaty", str(tmp_path / "units.pem"))
    assert (made.console.port, made.console.certificate) == (8700, str(tmp_path / "centre.pem"))
    assert made.addresses()["riverside-1"].token == TOKEN


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("name: [a]\ncolour: red\n", "centre.yaml:2: colour: there is no such key"),
        ("units:\n  - {unit: a, url: 'https://a'}\n", "centre.yaml:2: units[0].token: is missing"),
        ("timezone: Mars\n", "centre.yaml:1: timezone: Mars is no time zone"),
        ("name: a\nname: b\n", "name"),
        ("units: [{unit: a, url: 'http://10.0.0.1', token: tttttttttttttttttttt}]\n", "units[0].url"),
        ("units: [{unit: a, url: 'https://a', token: '${NONE}'}]\n", "NONE"),
        ("- 1\n", "centre.yaml"),
        ("name: &a [*a]\n", "centre.yaml"),
    ],
)
def test_a_wrong_file_is_refused_with_its_line(tmp_path: Path, text: str, words: str) -> None:
    with pytest.raises(ConfigError) as caught:
        read_settings(written(tmp_path, text), {})
    assert words in str(caught.value)


def test_a_secret_is_in_no_message(tmp_path: Path) -> None:
    with pytest.raises(ConfigError) as caught:
        read_settings(written(tmp_path, WHOLE), {"TOKEN_1": "too-short"})
    assert "too-short" not in str(caught.value)
    with pytest.raises(ConfigError, match=r"none\.yaml"):
        read_settings(tmp_path / "none.yaml", {})
