"""Login by WS-UsernameToken with a digest (OASIS Web Services Security, UsernameToken Profile 1.0).

The digest needs the password itself, so it is a generated one for this service alone and never that of an account.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac
from collections import OrderedDict
from datetime import UTC, datetime

from passerby.adapters.onvif_events.credential import OnvifCredential
from passerby.adapters.onvif_events.soap import SoapError, SoapRequest, clark

# Difference between the clocks of client and unit that is accepted, seconds. WS-Security recommends 5 minutes.
CLOCKS_S = 300.0
# Nonces that are remembered, so that a copied request is refused: more than a client sends in the time above.
MOST_NONCES = 20_000
_DIGEST = "http://docs.oasis-open.org/wss/2004/01/oasis-200401-wss-username-token-profile-1.0#PasswordDigest"


class OnvifLogins:
    """Checks the login of requests, and remembers their nonces."""

    def __init__(self) -> None:
        self._nonces: OrderedDict[bytes, float] = OrderedDict()

    def check(self, request: SoapRequest, credential: OnvifCredential, now_s: float) -> None:
        """Raise SoapError unless the request has this login, made in these minutes and never used before."""
        header = request.header
        token = None if header is None else header.find(f".//{clark('wsse:UsernameToken')}")
        if token is None:
            raise _refused("log in with WS-UsernameToken")
        given, made = token.find(clark("wsse:Password")), token.findtext(clark("wsu:Created"), "").strip()
        if given is None or given.get("Type") != _DIGEST:
            raise _refused("send a password digest, never the password")
        try:
            nonce = base64.b64decode(token.findtext(clark("wsse:Nonce"), ""), validate=True)
            made_s = _seconds(made)
        except (ValueError, binascii.Error):
            raise _refused("Nonce or Created is not readable") from None
        user = token.findtext(clark("wsse:Username"), "")
        digest = base64.b64encode(
            hashlib.sha1(nonce + made.encode() + credential.password.encode()).digest()  # noqa: S324  the profile's
        ).decode()
        is_right = hmac.compare_digest(user.encode(), credential.user.encode())
        is_right &= hmac.compare_digest((given.text or "").strip().encode(), digest.encode())
        if not is_right:
            raise _refused("user or password is wrong")
        if abs(made_s - now_s) > CLOCKS_S:
            raise _refused(
                "the clock of the client differs by more than 5 minutes; ask GetSystemDateAndTime first"
            )
        self._use(nonce, now_s)

    def _use(self, nonce: bytes, now_s: float) -> None:
        while self._nonces and (
            len(self._nonces) >= MOST_NONCES or next(iter(self._nonces.values())) < now_s - 2 * CLOCKS_S
        ):
            self._nonces.popitem(last=False)
        if nonce in self._nonces:
            raise _refused("this login was used before")
        self._nonces[nonce] = now_s


def _seconds(made: str) -> float:
    moment = datetime.fromisoformat(made)
    return (moment if moment.tzinfo else moment.replace(tzinfo=UTC)).timestamp()


def _refused(reason: str) -> SoapError:
    return SoapError(reason, "s:Sender", "ter:NotAuthorized")
