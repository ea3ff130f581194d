"""An ONVIF client of the tests: envelopes with a login, and what comes back."""

from __future__ import annotations

import base64
import hashlib
import secrets
from datetime import UTC, datetime, timedelta
from typing import Any

from lxml import etree

from passerby.adapters.onvif_events.credential import OnvifCredential
from passerby.adapters.onvif_events.soap import Element, clark, element

LOGIN = OnvifCredential("vms", "a long password")
_PROFILE = "http://docs.oasis-open.org/wss/2004/01/oasis-200401-wss-username-token-profile-1.0#Password"


def token(
    login: OnvifCredential = LOGIN, *, late_s: float = 0.0, kind: str = "Digest", nonce: bytes = b""
) -> Element:
    """A WS-UsernameToken. late_s: of the client's clock. kind: of the password, Digest or Text."""
    nonce = nonce or secrets.token_bytes(16)
    made = (datetime.now(UTC) + timedelta(seconds=late_s)).isoformat().replace("+00:00", "Z")
    digest = base64.b64encode(hashlib.sha1(nonce + made.encode() + login.password.encode()).digest()).decode()
    return element(
        "wsse:Security",
        element(
            "wsse:UsernameToken",
            element("wsse:Username", login.user),
            element("wsse:Password", digest if kind == "Digest" else login.password, Type=_PROFILE + kind),
            element("wsse:Nonce", base64.b64encode(nonce).decode()),
            element("wsu:Created", made),
        ),
    )


def envelope(operation: Element, *headers: Element) -> bytes:
    """A request."""
    made = element("s:Envelope", element("s:Header", *headers), element("s:Body", operation))
    return bytes(etree.tostring(made))


def content(reply: bytes) -> Element:
    """The content of the body of a reply."""
    (found,) = etree.fromstring(reply).find(clark("s:Body"))
    return found


def codes(reply: bytes) -> list[str]:
    """The codes of a fault."""
    return [one.text for one in etree.fromstring(reply).iter(clark("s:Value"))]


def create(*filters: Element, lasts: str = "PT60S") -> Element:
    """CreatePullPointSubscription."""
    parts = [element("tev:Filter", *filters)] if filters else []
    return element("tev:CreatePullPointSubscription", *parts, element("tev:InitialTerminationTime", lasts))


def pull(most: int = 100, wait: str = "PT0S") -> Element:
    """PullMessages."""
    return element("tev:PullMessages", element("tev:Timeout", wait), element("tev:MessageLimit", str(most)))


def notifications(reply: bytes) -> list[dict[str, Any]]:
    """Topic, operation, source and data of each message."""
    return [
        {
            "topic": one.findtext(clark("wsnt:Topic")),
            "operation": one.find(f".//{clark('tt:Message')}").get("PropertyOperation"),
            **{
                part.lower(): {i.get("Name"): i.get("Value") for i in one.find(f".//{clark(f'tt:{part}')}")}
                for part in ("Source", "Data")
            },
        }
        for one in content(reply).iter(clark("wsnt:NotificationMessage"))
    ]
