"""Every error passerby raises on purpose, one tree.

PasserbyError                 exit 3
├── UsageError                exit 2   the command line asks for something that cannot be
│   └── ConfigError           exit 2   a configuration file; carries every problem at once
├── CalibrationError          exit 2   points or camera data that give no usable floor
├── ModelError                exit 2   a detector file missing, broken or of unknown layout
├── InputError                exit 3   a video or stream cannot be opened or read
│   └── StreamLost            (retried) a live stream ended or fell silent
│       └── StreamRefused     (retried seldom) the camera refuses the user
└── StoreError                exit 3   results cannot be written or read

A message is one sentence that names the culprit and the cure.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass


class PasserbyError(Exception):
    """Base of all; `exit_code` is what the command line ends with."""

    exit_code = 3


class UsageError(PasserbyError):
    """The command line asks for something that cannot be."""

    exit_code = 2


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing wrong in a configuration: where it stands, which key, and what would be right."""

    path: str
    line: int | None
    key: str
    what: str

    def __str__(self) -> str:
        place = self.path if self.line is None else f"{self.path}:{self.line}"
        return f"{place}: {self.key}: {self.what}" if self.key else f"{place}: {self.what}"


class ConfigError(UsageError):
    """A configuration with at least one problem; `problems` holds all of them."""

    def __init__(self, problems: Sequence[Problem]) -> None:
        self.problems = tuple(problems)
        super().__init__("\n".join(str(p) for p in self.problems))


class CalibrationError(PasserbyError):
    """Points or camera data that give no usable floor."""

    exit_code = 2


class ModelError(PasserbyError):
    """A detector file that is missing, broken or of a layout nobody knows."""

    exit_code = 2


class InputError(PasserbyError):
    """A video or stream that cannot be opened or read."""


class StreamLost(InputError):  # noqa: N818  a state of the world, not only an error
    """A live stream that ended or fell silent; the reader reconnects."""


class StreamRefused(StreamLost):
    """A camera that refuses the user name or password; trying often would lock the account."""


class StoreError(PasserbyError):
    """Results that cannot be written or read."""
