"""Every golden case."""

from __future__ import annotations

from support.golden.case import Case
from support.golden.commands import COMMANDS
from support.golden.floors import FLOORS
from support.golden.restarts import RESTARTS
from support.golden.scenes import SCENES

CASES: tuple[Case, ...] = (*SCENES, *COMMANDS, *RESTARTS, *FLOORS)
