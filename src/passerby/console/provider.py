"""The operator's identity provider: its addresses, the exchange of a code, and the check of its signed token.

OpenID Connect Core 1.0, authorization code flow (3.1) with PKCE (RFC 7636).
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from http import HTTPStatus
from threading import BoundedSemaphore
from typing import Any

import httpx2 as httpx

from passerby.adapters.http_client import http_client
from passerby.contracts.errors import InputError, UsageError
from passerby.contracts.oidc import OidcLogin

ANSWER_S = 10.0
MOST_ANSWER = 1_000_000
# Asymmetric only: a provider's key must not be one that this console could sign with.
ALGORITHMS = ["RS256", "PS256", "ES256", "ES384", "RS384", "RS512"]
CLOCK_LEEWAY_S = 60
# A provider that does not answer must not hold all threads of the console.
MOST_AT_ONCE = 4

Claims = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class LoginCode:
    """The answer of the provider to a login, and what this console asked with."""

    code: str
    verifier: str
    nonce: str
    back: str


class IdentityProvider:
    """One provider. Raises UsageError without the extra; each call raises InputError if it does not answer."""

    def __init__(self, settings: OidcLogin) -> None:
        try:
            import joserfc  # noqa: F401
        except ImportError:
            raise UsageError("console.oidc needs a further package: pip install 'passerby[oidc]'") from None
        self.settings = settings
        self._turns = BoundedSemaphore(MOST_AT_ONCE)
        self._found: Claims | None = None
        self._client = http_client(ANSWER_S, headers={"Accept": "application/json"})

    @property
    def authorization(self) -> str:
        """The address to which a browser is sent."""
        return str(self._metadata()["authorization_endpoint"])

    def claims(self, login: LoginCode) -> Claims:
        """Exchange a code for the claims of its signed token. Raises InputError if anything does not fit."""
        settings = self.settings
        form = {
            "grant_type": "authorization_code",
            "code": login.code,
            "redirect_uri": login.back,
            "client_id": settings.client_id,
            "code_verifier": login.verifier,
        }
        if settings.client_secret is not None:
            form["client_secret"] = settings.client_secret
        answer = self._json("POST", str(self._metadata()["token_endpoint"]), form)
        return self._checked(str(answer.get("id_token", "")), login.nonce)

    def _metadata(self) -> Claims:
        if self._found is None:
            base = self.settings.issuer.rstrip("/")
            found = self._json("GET", f"{base}/.well-known/openid-configuration")
            if found.get("issuer") != self.settings.issuer:
                raise InputError("the identity provider names another issuer than the configuration")
            self._found = found
        return self._found

    def _checked(self, token: str, nonce: str) -> Claims:
        from joserfc import jwt
        from joserfc.errors import JoseError
        from joserfc.jwk import KeySet

        settings = self.settings
        wanted: dict[str, Any] = {
            "iss": {"essential": True, "value": settings.issuer},
            "aud": {"essential": True, "value": settings.client_id},
            "sub": {"essential": True},
            "exp": {"essential": True},
            "nonce": {"essential": True, "value": nonce},
        }
        try:
            keys = KeySet.import_key_set(self._json("GET", str(self._metadata()["jwks_uri"])))  # type: ignore[arg-type]
            claims = jwt.decode(token, keys, algorithms=ALGORITHMS).claims
            jwt.JWTClaimsRegistry(leeway=CLOCK_LEEWAY_S, **wanted).validate(claims)
        except (JoseError, ValueError, KeyError, TypeError) as error:
            raise InputError(f"the token of the identity provider is not valid ({type(error).__name__})") from None
        if claims.get("azp", settings.client_id) != settings.client_id:
            raise InputError("the token of the identity provider is for another client")
        return claims

    def _json(self, method: str, address: str, form: Mapping[str, str] | None = None) -> dict[str, Any]:
        if not self._turns.acquire(blocking=False):
            raise InputError("too many people log in at this moment; try again")
        try:
            status, body = self._asked(method, address, form)
            found = json.loads(body) if status == HTTPStatus.OK else None
        except (httpx.HTTPError, ValueError) as error:
            raise InputError(f"the identity provider does not answer ({type(error).__name__})") from None
        finally:
            self._turns.release()
        if not isinstance(found, dict):
            raise InputError(f"the identity provider refuses the login (status {status})")
        return found

    def _asked(self, method: str, address: str, form: Mapping[str, str] | None) -> tuple[int, bytes]:
        body = bytearray()
        with self._client.stream(method, address, data=form) as answer:
            for part in answer.iter_bytes():
                body += part
                if len(body) > MOST_ANSWER:
                    raise ValueError("too long")
        return answer.status_code, bytes(body)


def role_of(claims: Claims, settings: OidcLogin) -> str | None:
    """Return the role of a person by the claim; None if no value of it has one."""
    found: Any = claims
    for part in settings.role_claim.split("."):
        found = found.get(part) if isinstance(found, Mapping) else None
    values = {found} if isinstance(found, str) else {one for one in found or () if isinstance(one, str)}
    return next((one.role for one in settings.roles if one.value in values), None)
