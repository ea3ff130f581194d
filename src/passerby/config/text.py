"""Reads the nodes of one YAML document, or raises one clear sentence."""

from __future__ import annotations

import codecs
import re
from pathlib import Path

from ruamel.yaml import YAML
from ruamel.yaml.error import MarkedYAMLError, YAMLError
from ruamel.yaml.nodes import MappingNode, Node
from ruamel.yaml.reader import ReaderError

from passerby.contracts.errors import ConfigError, Problem

_MAX_BYTES = 1_000_000
# White space that YAML 1.2 allows there and the parser does not.
_TABS = re.compile(r"(?<=:)[ \t]*\t[ \t]*|[ \t]*\t[ \t]*(?=#|$)", re.MULTILINE)
_EXAMPLE = "start with `station: NAME`"
_FRIENDLY = (
    (
        "mapping values are not allowed here",
        "an unexpected ': ': check the indentation, or put the value in quotes",
    ),
    ("could not find expected ':'", "a line without ': ' between key and value"),
    (
        "found undefined alias",
        "an alias (*name) without its anchor (&name): put the value in quotes if you mean a *",
    ),
    ("found another document", "a second document: keep only one, without a --- line"),
    ("cannot start any token", "a value cannot begin with this character: put the value in quotes"),
    ("found unexpected end of stream", "a quote without its end"),
    ("got '<stream end>'", "a bracket without its end"),
    ("expected <block end>", "the indentation does not match the lines above"),
    ("found unknown escape character", "an unknown \\ escape in double quotes: use single quotes"),
)


def read_text(path: Path) -> str:
    """Return the file's text. Raises ConfigError for anything that is not a text file of reasonable size."""
    try:
        with path.open("rb") as file:
            raw = file.read(_MAX_BYTES + 1)
    except FileNotFoundError:
        raise _refused(path, None, "no such file") from None
    except IsADirectoryError:
        raise _refused(path, None, "this is a folder: give the configuration file in it") from None
    except (OSError, ValueError) as error:
        why = getattr(error, "strerror", None) or "its name cannot be used"
        raise _refused(path, None, f"the file cannot be read: {why}") from None
    if len(raw) > _MAX_BYTES:
        raise _refused(path, None, "larger than 1 MB: this is not a unit's configuration")
    if (
        raw.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE))
        or max(raw[::2].count(0), raw[1::2].count(0)) > len(raw) // 4
    ):
        raise _refused(path, None, "the file is saved as UTF-16: save it as UTF-8")
    try:
        return raw.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        if b"\0" in raw[:4096]:
            raise _refused(path, None, "this is not a text file") from None
        line = raw.count(b"\n", 0, error.start) + 1
        raise _refused(path, line, "not UTF-8 text: save the file as UTF-8") from None


def compose(path: Path, text: str) -> MappingNode:
    """Return the one mapping in the text. Raises ConfigError with the line of the error."""
    if not text.strip():
        raise _refused(path, None, f"the file is empty: {_EXAMPLE}")
    node = _compose_any(path, text)
    if node is None:
        raise _refused(path, None, f"the file contains only comments: {_EXAMPLE}")
    if not isinstance(node, MappingNode):
        line = int(node.start_mark.line) + 1
        raise _refused(path, line, f"`key: value` lines are needed at the top level: {_EXAMPLE}")
    return node


def _compose_any(path: Path, text: str) -> Node | None:
    try:
        return YAML(typ="safe", pure=True).compose(text)  # type: ignore[no-any-return]
    except MarkedYAMLError as error:
        spaced = _TABS.sub(" ", text)
        if "'\\t'" in str(error.problem) and spaced != text:
            return _compose_any(path, spaced)
        raise _syntax(path, text, error) from None
    except ReaderError as error:
        line = text.count("\n", 0, error.position or 0) + 1
        raise _refused(path, line, "a control character: this is not a text file, or it is damaged") from None
    except RecursionError:
        raise _refused(path, None, "brackets nested too deeply") from None
    except (YAMLError, ValueError, TypeError, LookupError, AttributeError, AssertionError):
        # The parser raises such errors for some invalid directives and anchors.
        raise _refused(path, None, "not valid YAML: compare with docs/unit.example.yaml") from None


def _syntax(path: Path, text: str, error: MarkedYAMLError) -> ConfigError:
    lines = text.splitlines() or [""]
    mark = error.problem_mark or error.context_mark
    number = min(int(mark.line) if mark else 0, len(lines) - 1)
    if lines[number].lstrip(" ").startswith("\t"):
        return _refused(path, number + 1, "a tab in the indentation: use spaces")
    if "\t" in lines[number] and "'\\t'" in str(error.problem):
        return _refused(path, number + 1, "a tab between a key and its value: use spaces")
    if "${" in lines[number]:
        return _refused(path, number + 1, "not valid YAML: put a value with ${NAME} inside [ ] or { } in quotes")
    problem = str(error.problem or error.context or "the error is here")
    what = next((friendly for part, friendly in _FRIENDLY if part in problem), problem)
    return _refused(path, number + 1, f"not valid YAML: {what}")


def _refused(path: Path, line: int | None, what: str) -> ConfigError:
    return ConfigError([Problem(str(path), line, "", what)])
