from __future__ import annotations

from pathlib import Path

import pytest

from passerby.config.text import compose, read_text
from passerby.contracts.errors import ConfigError


def _refusal(path: Path) -> str:
    with pytest.raises(ConfigError) as caught:
        compose(path, read_text(path))
    assert len(caught.value.problems) == 1
    return str(caught.value).removeprefix(str(path))


@pytest.mark.parametrize(
    ("content", "refusal"),
    [
        (b"", ": the file is empty: start with `station: NAME`"),
        (b" \n\n", ": the file is empty: start with `station: NAME`"),
        (b"# later\n", ": the file contains only comments: start with `station: NAME`"),
        (b"- a\n", ":1: `key: value` lines are needed at the top level: start with `station: NAME`"),
        (b"\n# x\nstation\n", ":3: `key: value` lines are needed at the top level: start with `station: NAME`"),
        (b"\x89PNG\r\n\x1a\n\0\0\0", ": this is not a text file"),
        (b"a: 1\nb: \xfc\n", ":2: not UTF-8 text: save the file as UTF-8"),
        (b"a: 1\nb: \x07\n", ":2: a control character: this is not a text file, or it is damaged"),
        (b"a:\n\t- b\n", ":2: a tab in the indentation: use spaces"),
        (b"a:\n  b: 1\n \tc: 2\n", ":3: a tab in the indentation: use spaces"),
        (b"a: 1\nb: [1\n", ":2: not valid YAML: a bracket without its end"),
        (
            b"a: {b: ${X}}\n",
            ":1: not valid YAML: put a value with ${NAME} inside [ ] or { } in quotes",
        ),
        (b"a: 'x\n", ":1: not valid YAML: a quote without its end"),
        (
            b"a: b: c\n",
            ":1: not valid YAML: an unexpected ': ': check the indentation, or put the value in quotes",
        ),
        (
            b"a: 1\nb: *c\n",
            ":2: not valid YAML: an alias (*name) without its anchor (&name): "
            "put the value in quotes if you mean a *",
        ),
        (b"a: 1\n---\nb: 2\n", ":2: not valid YAML: a second document: keep only one, without a --- line"),
        (
            b"a: @b\n",
            ":1: not valid YAML: a value cannot begin with this character: put the value in quotes",
        ),
        (b"a:\n  b: 1\n c: 2\n", ":3: not valid YAML: the indentation does not match the lines above"),
        (b"a: " + b"[" * 1500, ": brackets nested too deeply"),
        (b"#" * 1_000_001, ": larger than 1 MB: this is not a unit's configuration"),
    ],
)
def test_one_clear_sentence(tmp_path: Path, content: bytes, refusal: str) -> None:
    path = tmp_path / "unit.yaml"
    path.write_bytes(content)
    assert _refusal(path) == refusal


def test_no_such_file(tmp_path: Path) -> None:
    assert _refusal(tmp_path / "unit.yaml") == ": no such file"


def test_a_folder(tmp_path: Path) -> None:
    assert _refusal(tmp_path) == ": this is a folder: give the configuration file in it"


def test_a_file_where_a_folder_should_be(tmp_path: Path) -> None:
    (tmp_path / "a").touch()
    assert _refusal(tmp_path / "a" / "unit.yaml") == ": the file cannot be read: Not a directory"


def test_a_name_no_file_can_have() -> None:
    assert _refusal(Path("a\0b")) == ": the file cannot be read: its name cannot be used"


def test_a_byte_order_mark_is_no_key(tmp_path: Path) -> None:
    path = tmp_path / "unit.yaml"
    path.write_bytes(b"\xef\xbb\xbfstation: x\n")
    assert compose(path, read_text(path)).value[0][0].value == "station"


@pytest.mark.parametrize(
    "text",
    ["station: s\t# a note\n", "station: s\t\nmodel: embedded \t \n", "station:\t s\n", "cameras: [\t1,\t2\t]\n"],
)
def test_tabs_where_yaml_allows_them(tmp_path: Path, text: str) -> None:
    assert compose(tmp_path / "unit.yaml", text).value


@pytest.mark.parametrize("encoding", ["utf-16", "utf-16-le", "utf-16-be"])
def test_utf16_is_named(tmp_path: Path, encoding: str) -> None:
    (tmp_path / "unit.yaml").write_bytes("station: Riverside\n".encode(encoding))
    with pytest.raises(ConfigError, match="the file is saved as UTF-16: save it as UTF-8"):
        read_text(tmp_path / "unit.yaml")
