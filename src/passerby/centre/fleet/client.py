"""The unit's requests to its control room."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import httpx2 as httpx
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from passerby.adapters.http_client import http_client
from passerby.adapters.signed_post import trust
from passerby.centre.fleet.certificates import request_of
from passerby.centre.fleet.desired import MOST_BYTES
from passerby.centre.fleet.membership import Membership, make_membership
from passerby.centre.fleet.routes import ENROL, POLL
from passerby.centre.fleet.signed_request import signed_headers
from passerby.centre.fleet.signing import fingerprint
from passerby.contracts.closing import Closing
from passerby.contracts.errors import InputError, UsageError
from passerby.contracts.fleet import FleetAccess

_TIMEOUT_S, _MOST_ANSWER = 20.0, 2 * MOST_BYTES


class FleetClient(Closing):
    """Asks one control room. Raises UsageError if the file of the authority cannot be read."""

    def __init__(self, access: FleetAccess, client: httpx.Client | None = None) -> None:
        self._url = access.url
        self._client = client or http_client(_TIMEOUT_S, verify=trust(access.ca_file))

    def close(self) -> None:
        """End the connection."""
        self._client.close()

    def join(self, token: str, folder: Path) -> Membership:
        """Enrol the unit with a one-time token and write its files.

        Raises UsageError if the centre refuses or has another key than the token says, InputError if it cannot be
        reached, and StoreError if the files cannot be written.
        """
        secret, _, expected = token.partition(".")
        key = Ed25519PrivateKey.generate()
        fields = self._post(ENROL, {"token": secret, "request": request_of(key).decode()}, lambda _: {})
        try:
            unit, certificate, centre_key = (str(fields[name]) for name in ("unit", "certificate", "centre_key"))
        except KeyError:
            raise InputError(f"{self._url} is no control room of passerby") from None
        if fingerprint(centre_key.encode()) != expected:
            raise UsageError("the key of the centre is not the one of the token: another server may have answered")
        return make_membership(folder, key, unit, certificate, centre_key)

    def poll(self, member: Membership, failing: int, now_ms: int) -> str | None:
        """Report, take a renewed certificate, and return the signed configuration, None if there is none.

        failing: cameras without a usable picture. Raises UsageError if the centre refuses, InputError if it
        cannot be reached or answers nonsense, StoreError if the certificate cannot be written.
        """
        body = {"failing": failing, "report": member.state.report}
        fields = self._post(
            POLL, body, lambda data: signed_headers(POLL, data, member.key, member.certificate, now_ms)
        )
        desired = fields.get("desired")
        if desired is not None and not isinstance(desired, str):
            raise InputError(f"{self._url} is no control room of passerby")
        if isinstance(renewed := fields.get("certificate"), str):
            member.renew(renewed)
        return desired

    def _post(self, path: str, fields: Mapping[str, Any], headers: Callable[[bytes], dict[str, str]]) -> Any:
        body = json.dumps(fields).encode()
        made = {"Content-Type": "application/json", **headers(body)}
        try:
            with self._client.stream("POST", self._url + path, content=body, headers=made) as answer:
                text = b""
                for part in answer.iter_bytes():
                    text += part
                    if len(text) > _MOST_ANSWER:
                        raise InputError(f"the answer of {self._url} is larger than 2 MB")
            found = json.loads(text)
        except (httpx.HTTPError, ValueError) as error:
            raise InputError(f"{self._url} cannot be reached or is no control room ({error})") from error
        if not isinstance(found, dict):
            raise InputError(f"{self._url} is no control room of passerby")
        if answer.status_code != httpx.codes.OK:
            kind = UsageError if answer.status_code in (403, 422) else InputError
            raise kind(f"{self._url} refused: {found.get('detail', answer.status_code)}")
        return found
