"""The HTTP client of everything that asks another server: no redirects, no proxies of the environment."""

from __future__ import annotations

import logging
import ssl
from collections.abc import Mapping

import httpx2 as httpx

from passerby.contracts.version import __version__

# It logs each address as information; that of a chat's webhook is a secret.
logging.getLogger(httpx.__name__).setLevel(logging.WARNING)


def http_client(
    timeout_s: float, *, verify: ssl.SSLContext | bool = True, headers: Mapping[str, str] | None = None
) -> httpx.Client:
    """Return a client: addresses come from the configuration alone, so no answer may lead to another one."""
    return httpx.Client(
        verify=verify,
        timeout=timeout_s,
        follow_redirects=False,
        trust_env=False,
        headers={"User-Agent": f"passerby/{__version__}", **(headers or {})},
    )
