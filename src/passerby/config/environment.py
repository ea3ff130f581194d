"""Replaces `${NAME}` by environment variables; `$$` is one dollar sign."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from urllib.parse import quote

_TOKEN = re.compile(
    r"\$\$|\$\{(?P<name>[A-Za-z_][A-Za-z0-9_]*)\}|(?P<bad>\$\{)"
    r"|\$\(?(?P<bare>[A-Za-z_][A-Za-z0-9_]*)\)?|(?<!\$)\{(?P<braced>[A-Za-z_][A-Za-z0-9_]*)\}"
)
# As environment variables are usually written; a dollar sign or braces around it are hardly meant as such.
_VARIABLE = re.compile(r"[A-Z_][A-Z0-9_]+")
_USERINFO = re.compile(r"^[A-Za-z][A-Za-z0-9+.\-]*://(?P<userinfo>[^/?#]*)@")


@dataclass(frozen=True, slots=True)
class Expanded:
    """A text after expansion. names: the variables used; faults: one sentence per problem."""

    text: str
    names: tuple[str, ...]
    faults: tuple[str, ...]

    def __repr__(self) -> str:
        return f"Expanded(names={self.names!r}, faults={self.faults!r})"


def expand(template: str, env: Mapping[str, str]) -> Expanded:
    """Replace every `${NAME}`; in the user data of an address the value is percent-encoded.

    The environment therefore contains the plain password with any characters. In the user's part
    (before the first colon) a colon is kept, so one variable may contain "user:password".
    """
    names: dict[str, None] = {}
    faults: dict[str, None] = {}
    userinfo = _userinfo(template)

    def put(found: re.Match[str]) -> str:
        if found.group() == "$$":
            return "$"
        if found["bare"] or found["braced"]:
            faults.update(dict.fromkeys(_forgotten(found, template, env)))
            return found.group()
        name = found["name"]
        fault = _BAD if name is None else _fault(name, env)
        if fault:
            faults[fault] = None
            return found.group()
        names[name] = None
        safe = userinfo.safe_at(found.start()) if userinfo else None
        return env[name] if safe is None else quote(env[name], safe=safe)

    return Expanded(_TOKEN.sub(put, template), tuple(names), tuple(faults))


def spellings(value: str) -> tuple[str, ...]:
    """Return the forms of a value in an expanded text; none if it is so short that it matches by chance."""
    return tuple(dict.fromkeys((value, quote(value, safe=":"), quote(value, safe="")))) if len(value) > 3 else ()


_LITERAL = ", $$ for a dollar sign, %7B and %7D for braces in an address"
_BAD = "write ${NAME} with letters, digits and _ only (no default value), or $$ for a dollar sign"


def _forgotten(found: re.Match[str], template: str, env: Mapping[str, str]) -> Iterator[str]:
    """Yield a sentence if `$NAME`, `$(NAME)`, or `{NAME}` in an address, was meant for a variable."""
    name = found["bare"] or found["braced"]
    is_likely = _VARIABLE.fullmatch(name) is not None and (found["bare"] is not None or "://" in template)
    if is_likely or name in env:
        yield f"{found.group()} is not replaced: write ${{{name}}} for the environment variable{_LITERAL}"


def _fault(name: str, env: Mapping[str, str]) -> str | None:
    if name not in env:
        return f"environment variable {name} is not set: export it before starting passerby"
    if not env[name]:
        return f"environment variable {name} is empty: give it a value"
    if not env[name].isprintable():
        return f"environment variable {name} contains a line break or another control character: remove it"
    return None


@dataclass(frozen=True, slots=True)
class _UserInfo:
    """Where the user data of an address stands in a template; `has_password` if a colon is in it."""

    start: int
    end: int
    has_password: bool

    def safe_at(self, at: int) -> str | None:
        """Return the characters that may stay unencoded; None outside user data."""
        if not self.start <= at < self.end:
            return None
        return "" if self.has_password else ":"


def _userinfo(template: str) -> _UserInfo | None:
    found = _USERINFO.match(template)
    return _UserInfo(*found.span("userinfo"), ":" in found["userinfo"]) if found else None
