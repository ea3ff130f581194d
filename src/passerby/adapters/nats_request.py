"""Requests over NATS that are answered after the commit of the control room.

The answer of a JetStream server would come before its own disk has the message, so it confirms nothing here.
"""

from __future__ import annotations

import asyncio
import json
import ssl
import threading
from collections.abc import Mapping
from contextlib import suppress
from importlib.util import find_spec
from typing import TYPE_CHECKING, Any

from passerby.adapters.signed_post import REFUSALS
from passerby.contracts.destinations import DeliveryError, DeliveryRefusedError
from passerby.contracts.errors import UsageError
from passerby.contracts.reports import NATS_SUBJECT
from passerby.contracts.urls import mask_url

if TYPE_CHECKING:
    from nats.aio.client import Client


class NatsRequest:
    """Sends requests with `headers` to a server at `url`; it connects with the first one.

    tls: the checks of the server's certificate. Raises UsageError without the library.
    """

    def __init__(self, url: str, headers: Mapping[str, str], tls: ssl.SSLContext | None, timeout_s: float) -> None:
        if find_spec("nats") is None:
            raise UsageError("a control room at nats:// needs a further package: pip install 'passerby[centre]'")
        self._url, self._headers, self._tls, self._timeout_s = url, dict(headers), tls, timeout_s
        self._client: Client | None = None
        self._loop = asyncio.new_event_loop()
        # The connection is kept alive between requests.
        self._thread = threading.Thread(target=self._loop.run_forever, name="nats", daemon=True)
        self._thread.start()

    def send(self, kind: str, body: bytes, key: str) -> bytes:  # noqa: ARG002  equal for all carriers
        """Send a report and return the answer. Raises DeliveryError and DeliveryRefusedError."""
        asked = asyncio.run_coroutine_threadsafe(self._ask(body), self._loop)
        try:
            content = asked.result(self._timeout_s + 5)
            answer = json.loads(content)
            status, detail = int(answer["status"]), str(answer["detail"])[:300]
        except (ValueError, KeyError, TypeError) as error:
            raise DeliveryError(f"{mask_url(self._url)}: the answer cannot be read") from error
        except Exception as error:  # the library raises many kinds
            asked.cancel()
            why = str(error) or "no answer in time"
            raise DeliveryError(f"{mask_url(self._url)} cannot be reached ({why})") from error
        if status in REFUSALS:
            raise DeliveryRefusedError(f"the control room refused the report: {detail}")
        if status != 200:
            raise DeliveryError(f"the control room answered {status}: {detail}")
        return content

    def close(self) -> None:
        """End the connection and the thread."""
        if self._thread.is_alive():
            with suppress(Exception):
                asyncio.run_coroutine_threadsafe(self._disconnect(), self._loop).result(5)
            self._loop.call_soon_threadsafe(self._loop.stop)
            self._thread.join(5)
            if not self._thread.is_alive():
                self._loop.close()

    async def _ask(self, body: bytes) -> bytes:
        if self._client is None or self._client.is_closed:
            self._client = await self._connected()
        answer = await self._client.request(NATS_SUBJECT, body, timeout=self._timeout_s, headers=self._headers)
        return bytes(answer.data)

    async def _connected(self) -> Client:
        import nats

        options: dict[str, Any] = {"tls": self._tls} if self._tls else {}
        timeout_s = max(1, round(self._timeout_s))
        return await nats.connect(
            self._url,
            error_cb=_ignored,
            connect_timeout=timeout_s,
            max_reconnect_attempts=-1,
            reconnect_time_wait=1,
            **options,
        )

    async def _disconnect(self) -> None:
        if self._client is not None:
            await self._client.close()


async def _ignored(_: Exception) -> None:
    """The request that fails reports it."""
