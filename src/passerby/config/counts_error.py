"""The error of a camera's counts, measured on a clip with hand counts."""

from __future__ import annotations

import math
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field, TypeAdapter, ValidationError

from passerby.contracts.errors import UsageError
from passerby.files.small import read_small

Z_95 = 1.96
# With n people and no error at all the rate of errors may still be 3 / n (the rule of three), which is this many
# standard deviations of 95 % each.
NO_ERROR_SEEN = 3.0 / Z_95


class _Entry(BaseModel):
    """One line and direction of the file; unknown keys are ignored."""

    model_config = ConfigDict(allow_inf_nan=False, frozen=True)

    ratio: float = Field(gt=0, le=10)
    sd: float = Field(ge=0, le=10)
    n: int = Field(gt=0)


_FILE: TypeAdapter[dict[str, dict[Literal["in", "out"], _Entry]]] = TypeAdapter(
    dict[str, dict[Literal["in", "out"], _Entry]]
)


@dataclass(frozen=True, slots=True)
class CountError:
    """The ratio of counted to true people, its standard deviation, and the number of people it rests on.

    The deviation is the error of `ratio` over `people` true people, so one person adds people * sd² to a count's
    variance. It is never less than `people` people can show.
    """

    ratio: float
    sd: float
    people: int

    @property
    def sure_sd(self) -> float:
        """The standard deviation of the ratio, with its lower limit."""
        return max(self.sd, NO_ERROR_SEEN / self.people)

    def interval(self, counted: int) -> tuple[float, float | None]:
        """Return the 95 % confidence interval of the true number; the upper end is None if the clip was too small.

        All true numbers t for which `counted` is within 1.96 standard deviations of ratio * t, with a variance of
        people * sd² * t for chance and sd² * t² for the ratio itself (Fieller 1954, for a ratio; Wilson 1927).
        """
        z2, sd2 = Z_95**2, self.sure_sd**2
        a = self.ratio**2 - z2 * sd2
        b = 2 * counted * self.ratio + z2 * self.people * sd2
        root = math.sqrt(max(b * b - 4 * a * counted**2, 0.0))
        low = 2 * counted**2 / (b + root) if b + root else 0.0
        return low, (b + root) / (2 * a) if a > 0 else None

    def variance(self, counted: int) -> float:
        """Return the variance of the true number about counted / ratio."""
        true = counted / self.ratio
        return float(self.sure_sd**2 * (true * self.people + true**2) / self.ratio**2)


CountErrors = dict[str, dict[Literal["in", "out"], CountError]]


def read_counts_error(path: Path) -> CountErrors:
    """Return the errors in the file by line and direction.

    `{"LINE": {"in": {"ratio", "sd", "n"}, "out": {...}}}`. Raises UsageError.
    """
    try:
        found = _FILE.validate_json(read_small(path))
    except OSError as error:
        raise UsageError(
            f"{path} cannot be read ({error.strerror}); give the file written by passerby eval counts"
        ) from error
    except ValidationError as error:
        at = ".".join(str(part) for part in error.errors()[0]["loc"]) or "the file"
        raise UsageError(
            f"{path}: {at}: {error.errors()[0]['msg']}; write the file again with passerby eval counts"
        ) from error
    return {
        line: {direction: CountError(entry.ratio, entry.sd, entry.n) for direction, entry in directions.items()}
        for line, directions in found.items()
    }
