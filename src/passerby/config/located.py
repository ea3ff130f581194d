"""A configuration with the line of each value."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from itertools import islice

from passerby.contracts.calibration_settings import Calibration
from passerby.contracts.config import Line, Unit, Zone
from passerby.contracts.errors import Problem
from passerby.contracts.rules import Rule

Loc = tuple[str | int, ...]
# Nobody reads more at once; looking for more would take minutes in a file that is wrong from end to end.
MOST_PROBLEMS = 100
_LONGEST_KEY, _LONGEST_TEXT, _END = 120, 600, 160


@dataclass(frozen=True, slots=True)
class Marks:
    """Positions in one file: `lines` by location, counted from 1.

    from_env: locations with text from environment variables, with their names; such a text is never shown.
    hidden: texts that no message may contain, with their replacements.
    """

    path: str
    lines: Mapping[Loc, int] = field(default_factory=dict)
    from_env: Mapping[Loc, tuple[str, ...]] = field(default_factory=dict)
    hidden: Mapping[str, str] = field(default_factory=dict, repr=False)

    def line_of(self, loc: Loc) -> int | None:
        """Return the line of `loc`, or of the nearest enclosing value."""
        return next((self.lines[loc[:n]] for n in range(len(loc), -1, -1) if loc[:n] in self.lines), None)

    def problem(self, loc: Loc, what: str) -> Problem:
        """Return one problem at `loc`."""
        key, text = key_of(loc), self._without_hidden(what)
        return Problem(
            self.path, self.line_of(loc), _one_line(_cut(key, _LONGEST_KEY)), _one_line(_cut(text, _LONGEST_TEXT))
        )

    def limited(self, problems: Iterable[Problem]) -> list[Problem]:
        """Return the first `MOST_PROBLEMS` in the order of the file, and one more if there are others."""
        found = list(islice(problems, MOST_PROBLEMS + 1))
        more = Problem(self.path, None, "", f"only {MOST_PROBLEMS} problems are listed: correct them first")
        kept = sorted(found[:MOST_PROBLEMS], key=lambda p: (p.path != self.path, p.line or 0))
        return [*kept, more] if len(found) > MOST_PROBLEMS else kept

    def _without_hidden(self, what: str) -> str:
        for text, instead in self.hidden.items():
            what = what.replace(text, instead)
        return what


@dataclass(frozen=True, slots=True)
class CameraParts:
    """The valid parts of one camera, each with its location.

    zone_names, line_names: every name in the file, so that an invalid zone does not make a rule invalid.
    same_rules: (a rule, the earlier rule that it repeats).
    track_names: tracks with a source of departures.
    calibration_given: the file has a calibration, valid or not. source, substream: None if there is none that
    can be read.
    """

    loc: Loc
    name: str
    source: str | None
    substream: str | None
    picture_px: tuple[int, int] | None
    calibration: Calibration | None
    calibration_given: bool
    zones: tuple[tuple[Loc, Zone], ...]
    lines: tuple[tuple[Loc, Line], ...]
    rules: tuple[tuple[Loc, Rule], ...]
    same_rules: tuple[tuple[Loc, Loc], ...]
    zone_names: frozenset[str]
    line_names: frozenset[str]
    track_names: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Reading:
    """The readable part of a file: all problems so far, and the valid parts.

    unit: None if there is any problem.
    model_path: the detector's path or name as written; None if it could not be read.
    unread: keys with an unknown value, because of a variable or a tag; they get no further messages.
    """

    marks: Marks
    unit: Unit | None
    cameras: tuple[CameraParts, ...]
    model_path: str | None
    problems: tuple[Problem, ...]
    unread: frozenset[str]


@dataclass(frozen=True, slots=True)
class Located:
    """A unit without problems, and the positions of its values."""

    unit: Unit
    marks: Marks


def key_of(loc: Loc) -> str:
    """Return a location as text: `cameras[0].zones[1].polygon_px`."""
    text = ""
    for part in loc:
        text += f"[{part}]" if isinstance(part, int) else f".{part}" if text else part
    return text


def _cut(text: str, most: int) -> str:
    """A text without its middle if it is too long; the remedy is at its end."""
    end = min(_END, most // 4)
    return text if len(text) <= most else f"{text[: most - end - 5]} ... {text[-end:]}"


def _one_line(text: str) -> str:
    """Return text without control characters, so that a message does not break a terminal or a log."""
    return "".join(c if c.isprintable() else "?" for c in text)
