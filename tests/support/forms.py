"""The files of an answer of the type multipart/form-data."""

from __future__ import annotations

from email import policy
from email.parser import BytesParser
from typing import Any


def form_of(answer: Any) -> dict[str, tuple[str, bytes]]:
    """Return type and contents of each file by its name."""
    head = f"Content-Type: {answer.headers['content-type']}\r\n\r\n".encode()
    message = BytesParser(policy=policy.HTTP).parsebytes(head + answer.content)
    return {
        part.get_filename(""): (part.get_content_type(), part.get_payload(decode=True))
        for part in message.iter_parts()
    }
