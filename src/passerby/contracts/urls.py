"""Addresses of cameras: their scheme, and masking of passwords."""

from __future__ import annotations

import re

_SCHEME = re.compile(r"^([A-Za-z][A-Za-z0-9+.\-]*)://")
# FFmpeg cuts the login of an RTSP address there and says nothing (libavformat/rtsp.c, its buffer for the login).
LONGEST_LOGIN = 127
# "[^...]*" up to the last "@": a raw "/" or "@" inside a password must not reveal the rest of it.
_USERINFO = re.compile(r"^((?:[A-Za-z][A-Za-z0-9+.\-]*://)?)(.*)@", re.DOTALL)
# Tried once per word, not at each of its letters: a text of any length takes time in proportion to it.
_SECRET_VALUE = re.compile(
    r"(?P<key>(?<![\w.\-])[\w.\-]*(?:pass(?:word|wd|phrase)?|pwd|token|secret|auth|key|sig(?:nature)?))(?P<eq>=)[^&;/?#\s]+",
    re.IGNORECASE,
)
MASK = "***"
_ADDRESS = re.compile(
    r"rtsps?://(?:[^@/?#\s]*@)?(?P<host>\[[0-9A-Fa-f:.]+\]|[^@/?#:\s\[\]]+)(?::(?P<port>\d{1,5}))?(?:[/?][^\s#]*)?",
    re.IGNORECASE,
)
_ALMOST = re.compile(r"rtsps?(?::(?!//)|:///|//)", re.IGNORECASE)


def scheme_of(source: str) -> str:
    """The lower-case scheme of an address ("rtsp"), or "" for a plain path."""
    found = _SCHEME.match(source)
    return found.group(1).lower() if found else ""


def is_live(source: str) -> bool:
    """True for an RTSP camera, False for a file."""
    return scheme_of(source) in ("rtsp", "rtsps")


def address_fault(source: str) -> str | None:
    """Return the fault of an RTSP address, or of a text similar to one, and its correct form.

    None if its form is right, and for a plain path. The sentence shows nothing of the address.
    """
    if _ALMOST.match(source):
        return "an RTSP address begins with rtsp:// and two slashes: write rtsp://user:password@host:554/path"
    if not is_live(source):
        return None
    found = _ADDRESS.fullmatch(source)
    if found and found["port"] and not 0 < int(found["port"]) < 65536:
        return f"port {found['port']} does not exist: ports go from 1 to 65535, RTSP's is 554"
    before, at, _ = source.partition("://")[2].rpartition("@")
    if found and len(before) > LONGEST_LOGIN:
        return (
            f"user and password take {len(before)} characters of the address, a sign such as # takes three; "
            f"the video library reads at most {LONGEST_LOGIN}: give the camera a shorter password"
        )
    if found:
        return None
    if at and any(c in before for c in "@/?#"):
        return (
            'a user or password contains "@", "/", "?" or "#": write these as %40, %2F, %3F and %23, '
            "or take it in a configuration from the environment as ${NAME}, which encodes it"
        )
    if "#" in source:
        return 'an address ends at "#": write it as %23'
    return "this is not a complete address: write rtsp://user:password@host:554/path"


def mask_url(source: str) -> str:
    """Return `source` for display or logs: without password, and without key or token in its query.

    The user's name remains; user data without a colon may be a token and is masked completely. In doubtful
    cases, for example an unencoded "@" or "/" in a password, more is masked. A plain path is unchanged.
    """
    return _SECRET_VALUE.sub(rf"\g<key>={MASK}", _USERINFO.sub(_masked_userinfo, source))


def _masked_userinfo(found: re.Match[str]) -> str:
    scheme, userinfo = found.groups()
    user, colon, _ = userinfo.partition(":")
    if colon:
        return f"{scheme}{user}:{MASK}@"
    return f"{scheme}{MASK}@" if scheme else found.group(0)
