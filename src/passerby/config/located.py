"""A configuration that remembers on which line each of its values stands."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from passerby.contracts.config import Calibration, Line, Unit, Zone
from passerby.contracts.errors import Problem
from passerby.contracts.rules import Rule

Loc = tuple[str | int, ...]


@dataclass(frozen=True, slots=True)
class Marks:
    """Where things stand in one file: `lines` by location, counted from 1.

    from_env: locations whose text came from environment variables, with their names; never show such a text.
    hidden: texts that may stand in no message, each with what to show in its place.
    """

    path: str
    lines: Mapping[Loc, int] = field(default_factory=dict)
    from_env: Mapping[Loc, tuple[str, ...]] = field(default_factory=dict)
    hidden: Mapping[str, str] = field(default_factory=dict, repr=False)

    def line_of(self, loc: Loc) -> int | None:
        """The line of `loc`, or of the nearest thing around it."""
        return next((self.lines[loc[:n]] for n in range(len(loc), -1, -1) if loc[:n] in self.lines), None)

    def problem(self, loc: Loc, what: str) -> Problem:
        """One problem at `loc`."""
        return Problem(self.path, self.line_of(loc), _one_line(key_of(loc)), _one_line(self._without_hidden(what)))

    def _without_hidden(self, what: str) -> str:
        for text, instead in self.hidden.items():
            what = what.replace(text, instead)
        return what


@dataclass(frozen=True, slots=True)
class CameraParts:
    """What could be read of one camera, each piece with its location; broken pieces are left out.

    zone_names, line_names: every name written in the file, so that a rule is not blamed for a broken zone.
    same_rules: (a rule, the earlier one it repeats word for word).
    track_names: tracks whose departures are known, from the picture or from elsewhere.
    calibration_given: a calibration was written, usable or not. source: None if it could not be read.
    """

    loc: Loc
    name: str
    source: str | None
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
    """A file as far as it could be read: all problems so far, and the parts that are sound.

    unit: None if there is any problem.
    model_path: the detector's path or name as written; None if it could not be read.
    unread: keys whose value is not known, because of a variable or a tag; nothing more is said of them.
    """

    marks: Marks
    unit: Unit | None
    cameras: tuple[CameraParts, ...]
    model_path: str | None
    problems: tuple[Problem, ...]
    unread: frozenset[str]


@dataclass(frozen=True, slots=True)
class Located:
    """A unit free of problems, and where its values stand."""

    unit: Unit
    marks: Marks


def key_of(loc: Loc) -> str:
    """A location as people write it: `cameras[0].zones[1].polygon_px`."""
    text = ""
    for part in loc:
        text += f"[{part}]" if isinstance(part, int) else f".{part}" if text else part
    return text


def _one_line(text: str) -> str:
    """A file may hold anything, and a message must not break the terminal or the log it is written to."""
    return "".join(c if c.isprintable() else "?" for c in text)
