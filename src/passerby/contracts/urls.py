"""Addresses of cameras: what kind they are, and how to show one without its password."""

from __future__ import annotations

import re

_SCHEME = re.compile(r"^([A-Za-z][A-Za-z0-9+.\-]*)://")
# "[^...]*" up to the last "@": a raw "/" or "@" inside a password must not let the rest of it through.
_USERINFO = re.compile(r"^((?:[A-Za-z][A-Za-z0-9+.\-]*://)?)(.*)@", re.DOTALL)
_SECRET_VALUE = re.compile(
    r"(?P<key>[\w.\-]*(?:pass(?:word|wd|phrase)?|pwd|token|secret|auth|key|sig(?:nature)?))(?P<eq>=)[^&;/?#\s]+",
    re.IGNORECASE,
)
MASK = "***"


def scheme_of(source: str) -> str:
    """The lower-case scheme of an address ("rtsp"), or "" for a plain path."""
    found = _SCHEME.match(source)
    return found.group(1).lower() if found else ""


def is_live(source: str) -> bool:
    """True for an RTSP camera, False for a file."""
    return scheme_of(source) in ("rtsp", "rtsps")


def mask_url(source: str) -> str:
    """Return `source` fit to be shown or logged: no password, and no key or token in its query.

    The user's name stays; user data without a colon may be a token and goes as a whole. When in doubt,
    as with an unencoded "@" or "/" in a password, more is hidden rather than less. A plain path stays as it is.
    """
    return _SECRET_VALUE.sub(rf"\g<key>={MASK}", _USERINFO.sub(_masked_userinfo, source))


def _masked_userinfo(found: re.Match[str]) -> str:
    scheme, userinfo = found.groups()
    user, colon, _ = userinfo.partition(":")
    if colon:
        return f"{scheme}{user}:{MASK}@"
    return f"{scheme}{MASK}@" if scheme else found.group(0)
