"""Asks the consoles of units for redacted pictures; addresses and tokens come from the configuration alone."""

from __future__ import annotations

import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from urllib.parse import quote

import httpx2 as httpx

from passerby.adapters.http_client import http_client
from passerby.adapters.signed_post import trust
from passerby.centre.console.ports import PictureAnswer, PictureRequest
from passerby.console.evidence import FOR_WHOM
from passerby.contracts.errors import InputError
from passerby.contracts.urls import mask_url

# A clip has at most a minute; a unit that sends more, or more slowly, is not believed.
MOST_BYTES, LONGEST_S = 256 * 1024 * 1024, 300.0
CHUNK_BYTES = 65_536


@dataclass(frozen=True, slots=True, repr=False)
class UnitAddress:
    """Where a unit's console answers. url: without a final slash. token: with the scope `evidence`."""

    url: str
    token: str

    def __repr__(self) -> str:
        return f"UnitAddress({mask_url(self.url)!r})"


class UnitPictures:
    """See PictureSource. ca_file: PEM file of the authority of the units' certificates, None for the system's.

    Raises UsageError if the file cannot be read.
    """

    def __init__(self, units: Mapping[str, UnitAddress], ca_file: str | None, timeout_s: float = 10.0) -> None:
        self._units = dict(units)
        self._client = http_client(timeout_s, verify=trust(ca_file))

    def ask(self, wanted: PictureRequest) -> PictureAnswer:
        """Return the answer of the unit. Raises InputError if it has no address or does not answer."""
        unit = self._units.get(wanted.unit)
        if unit is None:
            raise InputError(f"unit {wanted.unit} has no console address in the configuration of the control room")
        headers = {"Authorization": f"Bearer {unit.token}", FOR_WHOM: quote(wanted.who)}
        if wanted.bytes_range:
            headers["Range"] = wanted.bytes_range
        address = f"{unit.url}/alarms/{quote(wanted.alarm, safe='')}/{wanted.kind}"
        asked = self._client.build_request("GET", address, headers=headers)
        try:
            answer = self._client.send(asked, stream=True)
        except httpx.HTTPError as error:
            raise InputError(f"unit {wanted.unit} cannot be reached ({error})") from error
        return PictureAnswer(answer.status_code, dict(answer.headers), _chunks(answer))

    def close(self) -> None:
        """End all connections."""
        self._client.close()


def _chunks(answer: httpx.Response) -> Iterator[bytes]:
    """Yield the body; it is cut off at a bound, so that the browser reports an incomplete picture."""
    taken, end_s = 0, time.monotonic() + LONGEST_S
    try:
        for part in answer.iter_raw(CHUNK_BYTES):
            taken += len(part)
            if taken > MOST_BYTES or time.monotonic() > end_s:
                return
            yield part
    except httpx.HTTPError:
        return
    finally:
        answer.close()
