"""The log of a long-running command: lines for people, or JSON for programs."""

from __future__ import annotations

import json
import logging
import traceback
from enum import StrEnum
from typing import Annotated

import typer

from passerby.store.utc import utc_text


class LogFormat(StrEnum):
    """The form of a line of the log."""

    TEXT = "text"
    JSON = "json"


LogFormatOption = Annotated[
    LogFormat, typer.Option("--log-format", help="Write the log as lines of text, or each line as a JSON object.")
]


class JsonFormatter(logging.Formatter):
    """Formats a record as one JSON object.

    Keys: utc, level, source (the module), message; template and args, from which the message was made: lines with
    one template report the same thing, for example of other cameras; trace, only after an error in passerby.
    """

    def format(self, record: logging.LogRecord) -> str:
        """Return one line without the newline; values that JSON cannot hold are written as text."""
        fields: dict[str, object] = {
            "utc": utc_text(int(record.created * 1000)),
            "level": record.levelname.lower(),
            "source": record.name,
            "message": record.getMessage(),
            "template": str(record.msg),
            "args": list(record.args) if isinstance(record.args, tuple) else [],
        }
        if record.exc_info:
            fields["trace"] = "".join(traceback.format_exception(*record.exc_info))
        return json.dumps(fields, ensure_ascii=False, default=str)


def start_log(level: int, form: LogFormat = LogFormat.TEXT) -> None:
    """Write the log to standard error."""
    logging.basicConfig(level=level, format="%(asctime)s %(levelname)s %(message)s")
    logging.getLogger("alembic").setLevel(
        logging.WARNING
    )  # its plugins, at each check of the control room's schema
    if form is LogFormat.JSON:
        for handler in logging.getLogger().handlers:
            handler.setFormatter(JsonFormatter())
