"""Answers the requests of ONVIF clients: who asks, which operation, and its reply."""

from __future__ import annotations

import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import UTC, datetime

from passerby.adapters.onvif_events import device
from passerby.adapters.onvif_events.credential import read_credential
from passerby.adapters.onvif_events.login import OnvifLogins
from passerby.adapters.onvif_events.soap import (
    NAMESPACES,
    Element,
    SoapError,
    SoapRequest,
    clark,
    element,
    fault,
    read_request,
    reply,
)
from passerby.adapters.onvif_events.times import duration_s, lasting_s
from passerby.adapters.onvif_events.topics import TopicFilter
from passerby.console.ports import ConsolePorts
from passerby.console.pull_points import MOST, PullPoints
from passerby.contracts.errors import StoreError

_PULL_POINT = f"{NAMESPACES['tev']}/PullPointSubscription/"
_EVENTS = f"{NAMESPACES['tev']}/EventPortType/"
_MANAGER = "http://docs.oasis-open.org/wsn/bw-2/SubscriptionManager/"
# The action of each reply (WS-Addressing), from the WSDL files of events and of WS-BaseNotification.
_ACTIONS = {
    "tev:GetServiceCapabilities": f"{_EVENTS}GetServiceCapabilitiesResponse",
    "tev:GetEventProperties": f"{_EVENTS}GetEventPropertiesResponse",
    "tev:CreatePullPointSubscription": f"{_EVENTS}CreatePullPointSubscriptionResponse",
    "tev:PullMessages": f"{_PULL_POINT}PullMessagesResponse",
    "tev:SetSynchronizationPoint": f"{_PULL_POINT}SetSynchronizationPointResponse",
    "wsnt:Renew": f"{_MANAGER}RenewResponse",
    "wsnt:Unsubscribe": f"{_MANAGER}UnsubscribeResponse",
}
# Asked before a login (access class PRE_AUTH of the ONVIF Core Specification).
_OPEN = frozenset(
    {"tds:GetSystemDateAndTime", "tds:GetServices", "tds:GetServiceCapabilities", "tds:GetCapabilities"}
)


@dataclass(frozen=True, slots=True, eq=False)
class Asked:
    """A request. base: address of the folder of all services; service: the last part of the one that was asked."""

    request: SoapRequest
    base: str
    service: str

    def text(self, name: str) -> str | None:
        """Return the text of a child, None if it is absent or empty."""
        return self.request.element.findtext(clark(name), "").strip() or None


class OnvifService:
    """The device and event services of one unit."""

    def __init__(self, ports: ConsolePorts) -> None:
        self._ports, self._logins, self._points = ports, OnvifLogins(), PullPoints(ports)
        self._operations: dict[str, Callable[[Asked], Awaitable[Element]]] = {
            "tds:GetSystemDateAndTime": _at_once(lambda _: device.date_and_time(time.time())),
            "tds:GetServices": _at_once(lambda asked: device.services(asked.base)),
            "tds:GetServiceCapabilities": _at_once(lambda _: device.device_capabilities()),
            "tds:GetCapabilities": _at_once(lambda asked: device.capabilities(asked.base)),
            "tds:GetDeviceInformation": _at_once(lambda _: device.information(ports.status.unit().station)),
            "tev:GetServiceCapabilities": _at_once(lambda _: device.event_capabilities(MOST)),
            "tev:GetEventProperties": _at_once(lambda _: device.event_properties()),
            "tev:CreatePullPointSubscription": self._create,
            "tev:PullMessages": self._pull,
            "tev:SetSynchronizationPoint": self._synchronize,
            "wsnt:Renew": self._renew,
            "wsnt:Unsubscribe": self._end,
        }

    async def answer(self, body: bytes, base: str, service: str) -> tuple[int, bytes]:
        """Return the HTTP status and the envelope of the reply or the fault."""
        try:
            request = read_request(body)
            operation = self._operations.get(request.operation)
            if operation is None:
                raise SoapError("this operation is not offered", "s:Sender", "ter:ActionNotSupported")
            if request.operation not in _OPEN:
                self._log_in(request)
            content = await operation(Asked(request, base, service))
        except SoapError as error:
            return error.status, fault(error)
        except StoreError as error:
            return 500, fault(SoapError(str(error), "s:Receiver", "ter:Action", status=500))
        return 200, reply(content, request, _ACTIONS.get(request.operation, ""))

    def close(self) -> None:
        """See OnvifAnswers."""
        self._points.close()

    def _log_in(self, request: SoapRequest) -> None:
        credential = read_credential(self._ports.results)
        if credential is None:
            raise SoapError("there is no ONVIF login; see `passerby users onvif`", "s:Sender", "ter:NotAuthorized")
        self._logins.check(request, credential, time.time())

    async def _create(self, asked: Asked) -> Element:
        wanted = TopicFilter(asked.request.element.find(clark("tev:Filter")))
        name, lasts_s = await self._points.create(wanted, _lasting(asked, "tev:InitialTerminationTime"))
        reference = element("tev:SubscriptionReference", element("wsa:Address", asked.base + name))
        return element("tev:CreatePullPointSubscriptionResponse", reference, *_times("wsnt", lasts_s))

    async def _pull(self, asked: Asked) -> Element:
        wait_s = duration_s(asked.text("tev:Timeout") or "")
        most = _number(asked.text("tev:MessageLimit"))
        messages, lasts_s = await self._points.pull(asked.service, wait_s, most)
        found = [message.notification() for message in messages]
        return element("tev:PullMessagesResponse", *_times("tev", lasts_s), *found)

    async def _synchronize(self, asked: Asked) -> Element:
        await self._points.synchronize(asked.service)
        return element("tev:SetSynchronizationPointResponse")

    async def _renew(self, asked: Asked) -> Element:
        lasts_s = self._points.renew(asked.service, _lasting(asked, "wsnt:TerminationTime"))
        return element("wsnt:RenewResponse", *reversed(_times("wsnt", lasts_s)))

    async def _end(self, asked: Asked) -> Element:
        self._points.end(asked.service)
        return element("wsnt:UnsubscribeResponse")


def _at_once(made: Callable[[Asked], Element]) -> Callable[[Asked], Awaitable[Element]]:
    async def operation(asked: Asked) -> Element:
        return made(asked)

    return operation


def _times(prefix: str, lasts_s: float) -> list[Element]:
    """Return the present time and the end of a subscription, both by the unit's clock."""
    now_s = time.time()
    return [
        element(f"{prefix}:CurrentTime", _utc(now_s)),
        element(f"{prefix}:TerminationTime", _utc(now_s + lasts_s)),
    ]


def _utc(at_s: float) -> str:
    return datetime.fromtimestamp(at_s, UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def _lasting(asked: Asked, name: str) -> float | None:
    text = asked.text(name)
    return None if text is None else lasting_s(text, time.time())


def _number(text: str | None) -> int:
    if text is None or not text.isascii() or not text.isdigit() or int(text[:9]) < 1:
        raise SoapError("MessageLimit must be 1 or more")
    return int(text[:9])
