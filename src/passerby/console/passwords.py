"""Passwords as argon2id hashes, and random tokens. A unit has little memory, so one hash is made at a time."""

from __future__ import annotations

import hashlib
import secrets
from threading import Lock

from argon2 import PasswordHasher
from argon2.exceptions import Argon2Error, InvalidHashError

from passerby.contracts.errors import UsageError
from passerby.translation.current import gettext as _

SHORTEST, LONGEST = 10, 200
# OWASP's second choice for argon2id: 19 MiB, two passes, one lane.
_HASHER = PasswordHasher(time_cost=2, memory_cost=19 * 1024, parallelism=1)
_ONE = Lock()
# Of a random password: an unknown name takes as long as a wrong password.
_NO_PASSWORD = (
    "$argon2id$v=19$m=19456,t=2,p=1$OM+ozTJs+Zb8UaEFzbY4Dg"  # noqa: S105
    "$YeFgLDuuS1UIeD/NgaCLmXDQT6euEa56Cp26D0xc1mg"
)


def hashed(password: str) -> str:
    """Return the hash to store. Raises UsageError for a password that is too short or too long."""
    check_length(password)
    with _ONE:
        return _HASHER.hash(password)


def check_length(password: str) -> None:
    """Raise UsageError for a password that is too short or too long."""
    if not SHORTEST <= len(password) <= LONGEST:
        raise UsageError(
            _(
                "the password has %(length)s characters; use %(least)s to %(most)s",
                length=len(password),
                least=SHORTEST,
                most=LONGEST,
            )
        )


def matches(password: str, stored: str | None) -> bool:
    """Return whether it is the password of the stored hash; None for an unknown account takes as long."""
    if len(password) > LONGEST:
        return False
    with _ONE:
        try:
            return _HASHER.verify(stored or _NO_PASSWORD, password) and stored is not None
        except (Argon2Error, InvalidHashError):
            return False


def new_token() -> str:
    """Return 256 random bits as text."""
    return secrets.token_urlsafe(32)


def digest(token: str) -> bytes:
    """Return what is stored of a token: who reads the database cannot use it."""
    return hashlib.sha256(token.encode("utf-8", "replace")).digest()
