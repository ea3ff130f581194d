"""Reads the bodies of requests that come without a login."""

from __future__ import annotations

from fastapi import HTTPException, Request


async def whole_body(request: Request, most_bytes: int, too_long: str) -> bytes:
    """Return the body. Raises HTTPException 413 with the sentence `too_long` as soon as it is longer."""
    body = bytearray()
    async for part in request.stream():
        body += part
        if len(body) > most_bytes:
            raise HTTPException(413, too_long)
    return bytes(body)
