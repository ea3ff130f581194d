"""Server-sent events: alarms, and what staff did about them, as they happen."""

from __future__ import annotations

import time
from collections.abc import AsyncIterator
from typing import Annotated

from fastapi import APIRouter, Header, HTTPException, Query, Request
from starlette.concurrency import run_in_threadpool
from starlette.responses import StreamingResponse

from passerby.console.feed import Feed, FeedMessage, FeedPlace
from passerby.console.services import shell
from passerby.console.sessions import COOKIE, Sessions

router = APIRouter(prefix="/api/v1", tags=["events"])
# A session that ended ends its stream within this time, seconds.
ASK_SESSION_EVERY_S = 10.0


@router.get("/stream", response_class=StreamingResponse)
async def stream(
    request: Request,
    last_event_id: Annotated[str, Header()] = "",
    once: Annotated[bool, Query(description="end after what is stored so far")] = False,
) -> StreamingResponse:
    """Stream alarms and acts. With the header Last-Event-ID it continues after that message."""
    known = shell(request)
    if known.feed.is_full:
        raise HTTPException(503, "too many pages are open; close some")
    messages = (
        _once(known.feed, FeedPlace.read(last_event_id))
        if once
        else _while_logged_in(
            known.feed.stream(FeedPlace.read(last_event_id)), known.sessions, request.cookies.get(COOKIE, "")
        )
    )
    headers = {"X-Accel-Buffering": "no"}
    return StreamingResponse(messages, media_type="text/event-stream", headers=headers)


async def _once(feed: Feed, since: FeedPlace | None) -> AsyncIterator[bytes]:
    for message in await run_in_threadpool(feed.after, since or FeedPlace()):
        yield message.text


async def _while_logged_in(
    messages: AsyncIterator[FeedMessage], sessions: Sessions, token: str
) -> AsyncIterator[bytes]:
    asked_s = time.monotonic()
    async for message in messages:
        yield message.text
        if token and time.monotonic() - asked_s > ASK_SESSION_EVERY_S:
            asked_s = time.monotonic()
            if await run_in_threadpool(sessions.of, token, passive=True) is None:
                yield FeedMessage("expired", {}).text
                return
