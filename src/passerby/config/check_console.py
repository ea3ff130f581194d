"""Checks of the console's files."""

from __future__ import annotations

from collections.abc import Iterator

from passerby.config.check_paths import file_fault
from passerby.config.located import Loc, Marks
from passerby.contracts.config import Unit
from passerby.contracts.errors import Problem


def console_problems(unit: Unit, marks: Marks) -> Iterator[Problem]:
    """Return the files of the console that are missing, for a unit with valid form."""
    for key, file in (("certificate", unit.console.certificate), ("key", unit.console.key)):
        loc: Loc = ("console", key)
        if file is not None and (fault := file_fault(file, f"{key} file", loc, marks)):
            yield marks.problem(loc, fault)
