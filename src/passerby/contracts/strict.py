"""Base of the configuration models: unknown keys are refused, names are safe in file names and addresses."""

from __future__ import annotations

from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field

# Editors read \w as ASCII, so the schema gets a wider pattern than the check.
Name = Annotated[
    str,
    Field(
        min_length=1,
        max_length=64,
        pattern=r"^[\w][\w .\-]*$",
        json_schema_extra={"pattern": r"^[^\s.\-/\\][^\n\t/\\]*$"},
    ),
]


class Strict(BaseModel):
    """The one base of all configuration models."""

    model_config = ConfigDict(extra="forbid", frozen=True, allow_inf_nan=False, hide_input_in_errors=True)
