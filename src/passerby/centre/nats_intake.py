"""Reports of units over NATS: requests to one subject, answered after the commit."""

from __future__ import annotations

import asyncio
import json
import logging
import ssl
import threading
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from typing import Any

import nats
from nats.aio.client import Client
from nats.aio.msg import Msg

from passerby.centre.report_desk import ReportDesk
from passerby.contracts.closing import Closing
from passerby.contracts.reports import NATS_GROUP, NATS_SUBJECT
from passerby.contracts.urls import mask_url

log = logging.getLogger(__name__)
# Of reports that are being kept. More wait in the client; a unit that gets no answer in time sends again.
AT_ONCE = 40
RETRY_S = 1.0


class NatsIntake(Closing):
    """Takes reports in a thread of its own until closed; it connects again for as long as it takes.

    url: nats://… or tls://…. tls: the checks of the server's certificate.
    """

    def __init__(self, desk: ReportDesk, url: str, tls: ssl.SSLContext | None) -> None:
        self._desk, self._url, self._tls = desk, url, tls
        self._loop = asyncio.new_event_loop()
        self._loop.set_default_executor(ThreadPoolExecutor(AT_ONCE, "nats report"))
        self._stop = asyncio.Event()
        self._work: set[asyncio.Task[None]] = set()
        self._thread = threading.Thread(target=self._run, name="nats intake", daemon=True)
        self._thread.start()

    def close(self) -> None:
        """End the connection after the reports that are being kept."""
        self._loop.call_soon_threadsafe(self._stop.set)
        self._thread.join(30)

    def _run(self) -> None:
        self._loop.run_until_complete(self._serve())
        self._loop.close()

    async def _serve(self) -> None:
        client = await self._connected()
        if client is None:
            return
        places = asyncio.Semaphore(AT_ONCE)

        async def take(message: Msg) -> None:
            await places.acquire()
            task = asyncio.create_task(self._answer(message))
            self._work.add(task)
            task.add_done_callback(self._work.discard)
            task.add_done_callback(lambda _: places.release())

        await client.subscribe(NATS_SUBJECT, queue=NATS_GROUP, cb=take)
        log.info("taking reports of units from %s", mask_url(self._url))
        await self._stop.wait()
        await asyncio.gather(*self._work)
        with suppress(Exception):
            await client.close()

    async def _connected(self) -> Client | None:
        """Return the client, None if closed before. The first connection is tried like all later ones."""
        while not self._stop.is_set():
            options: dict[str, Any] = {"tls": self._tls} if self._tls else {}
            try:
                return await nats.connect(
                    self._url,
                    error_cb=_log_error,
                    max_reconnect_attempts=-1,
                    reconnect_time_wait=RETRY_S,
                    allow_reconnect=True,
                    connect_timeout=5,
                    **options,
                )
            except Exception as error:  # the library raises many kinds
                log.warning("NATS at %s cannot be used (%s); trying again", mask_url(self._url), error)
            with suppress(TimeoutError):
                await asyncio.wait_for(self._stop.wait(), RETRY_S)
        return None

    async def _answer(self, message: Msg) -> None:
        token = (message.headers or {}).get("Authorization", "")
        answer = await asyncio.to_thread(self._desk.take, token, message.data)
        with suppress(Exception):  # the unit asks again
            content = {"status": answer.status, **answer.content.model_dump(mode="json")}
            await message.respond(json.dumps(content).encode())


async def _log_error(error: Exception) -> None:
    log.warning("NATS: %s", error)
