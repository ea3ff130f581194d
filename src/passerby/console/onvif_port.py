"""The part of the console that answers ONVIF clients, which is loaded only where it is wanted."""

from __future__ import annotations

from typing import Protocol


class OnvifAnswers(Protocol):
    """Answers SOAP requests."""

    async def answer(self, body: bytes, base: str, service: str) -> tuple[int, bytes]:
        """Return the HTTP status and the envelope. base: address of the folder with all services."""
        ...

    def close(self) -> None:
        """Answer the requests that wait for messages, so that the server can end."""
        ...
