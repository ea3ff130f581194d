"""Names of accounts."""

from __future__ import annotations

import re

from passerby.contracts.errors import UsageError
from passerby.translation.current import gettext as _

_NAME = re.compile(r"\w[\w .@\-]{0,63}")


def check_name(name: str) -> None:
    """Raise UsageError for a name that does not fit a table, an audit entry or a form."""
    if not _NAME.fullmatch(name) or name != name.strip():
        raise UsageError(
            _("a name has 1 to 64 letters, digits, spaces or . @ - and begins with a letter or digit")
        )
