"""The tree of errors that passerby raises.

PasserbyError                 exit 3
├── UsageError                exit 2   wrong usage of the command line
│   └── ConfigError           exit 2   a configuration file, with all its problems
├── CalibrationError          exit 2   points or camera data without a usable floor
├── ModelError                exit 2   a detector file that is missing, damaged or of an unknown layout
├── InputError                exit 3   a video or stream cannot be opened or read
│   └── StreamLost            (retried) a live stream ended or sends nothing
│       └── StreamRefused     (retried rarely) the camera refuses the user
├── StoreError                exit 3   results cannot be written or read
└── OperationError            exit 4   a running unit cannot continue

A message is one sentence that names the cause and the remedy.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass


class PasserbyError(Exception):
    """Base of all errors; `exit_code` is the exit code of the command line."""

    exit_code = 3


class UsageError(PasserbyError):
    """Wrong usage of the command line."""

    exit_code = 2


@dataclass(frozen=True, slots=True)
class Problem:
    """One problem of a configuration: file and line, key, and the correction."""

    path: str
    line: int | None
    key: str
    what: str

    def __str__(self) -> str:
        place = self.path if self.line is None else f"{self.path}:{self.line}"
        return f"{place}: {self.key}: {self.what}" if self.key else f"{place}: {self.what}"


class ConfigError(UsageError):
    """A configuration with at least one problem; `problems` contains all of them."""

    def __init__(self, problems: Sequence[Problem]) -> None:
        self.problems = tuple(problems)
        super().__init__("\n".join(str(p) for p in self.problems))


class CalibrationError(PasserbyError):
    """Points or camera data without a usable floor."""

    exit_code = 2


class ModelError(PasserbyError):
    """A detector file that is missing, damaged or of an unknown layout."""

    exit_code = 2


class InputError(PasserbyError):
    """A video or stream that cannot be opened or read."""


class StreamLost(InputError):  # noqa: N818  a state of the world, not only an error
    """A live stream that ended or sends nothing; the reader reconnects."""


class StreamRefused(StreamLost):
    """A camera that refuses the user name or password; frequent retries would lock the account."""


class StoreError(PasserbyError):
    """Results that cannot be written or read."""


class OperationError(PasserbyError):
    """A running unit cannot continue."""

    exit_code = 4
