"""SOAP 1.2 envelopes (W3C) with the namespaces of ONVIF: requests are read, replies and faults are made."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from lxml import etree

# Of the schemas that the ONVIF Core Specification lists; `pby` is our own, for kinds without a standard topic.
NAMESPACES = {
    "s": "http://www.w3.org/2003/05/soap-envelope",
    "wsa": "http://www.w3.org/2005/08/addressing",
    "wsnt": "http://docs.oasis-open.org/wsn/b-2",
    "wstop": "http://docs.oasis-open.org/wsn/t-1",
    "wsrf": "http://docs.oasis-open.org/wsrf/rw-2",
    "tt": "http://www.onvif.org/ver10/schema",
    "tds": "http://www.onvif.org/ver10/device/wsdl",
    "tev": "http://www.onvif.org/ver10/events/wsdl",
    "ter": "http://www.onvif.org/ver10/error",
    "tns1": "http://www.onvif.org/ver10/topics",
    "pby": "urn:passerby:topics:1",
    "xs": "http://www.w3.org/2001/XMLSchema",
    "wsse": "http://docs.oasis-open.org/wss/2004/01/oasis-200401-wss-wssecurity-secext-1.0.xsd",
    "wsu": "http://docs.oasis-open.org/wss/2004/01/oasis-200401-wss-wssecurity-utility-1.0.xsd",
}
# Prefixes that stand in texts, such as topics, so that they are declared although no element has them.
_IN_TEXTS = ("tns1", "pby", "tt", "xs", "ter", "wsnt", "wsrf")
Element = Any


class SoapError(Exception):
    """A request that gets a fault. codes: the value and subvalues of the fault, the sender's or the receiver's."""

    def __init__(self, reason: str, *codes: str, status: int = 400) -> None:
        super().__init__(reason)
        self.codes, self.status = codes or ("s:Sender", "ter:InvalidArgVal"), status


@dataclass(frozen=True, slots=True, eq=False)
class SoapRequest:
    """A request: the element of its operation, its header, and the identifier that the reply refers to."""

    element: Element
    header: Element | None
    message_id: str

    @property
    def operation(self) -> str:
        """The operation with the prefix of its namespace, for example tev:PullMessages."""
        return short(self.element.tag)


def clark(name: str) -> str:
    """Return a name with a prefix in the form {namespace}name."""
    prefix, _, local = name.partition(":")
    return f"{{{NAMESPACES[prefix]}}}{local}"


def short(tag: str) -> str:
    """Return a name {namespace}name with our prefix; one of an unknown namespace as it is."""
    named = etree.QName(tag)
    prefix = next((p for p, space in NAMESPACES.items() if space == named.namespace), None)
    return f"{prefix}:{named.localname}" if prefix else tag


def element(name: str, *children: Element | str, **attributes: str) -> Element:
    """Return an element. name: with a prefix. children: elements, or the text."""
    made = etree.Element(clark(name), attributes, nsmap=NAMESPACES)
    for child in children:
        if isinstance(child, str):
            made.text = child
        else:
            made.append(child)
    return made


def read_request(body: bytes) -> SoapRequest:
    """Return the request in an envelope. Raises SoapError if there is none, or a document type with entities."""
    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False, remove_comments=True)
    try:
        envelope = etree.fromstring(body, parser)
    except etree.XMLSyntaxError as error:
        raise SoapError(f"not XML: {error.msg}", "s:Sender", "ter:WellFormed") from None
    if envelope.getroottree().docinfo.doctype or envelope.tag != clark("s:Envelope"):
        raise SoapError("not a SOAP 1.2 envelope", "s:Sender", "ter:WellFormed")
    content = envelope.find(clark("s:Body"))
    operations = [] if content is None else list(content)
    if len(operations) != 1:
        raise SoapError("the body must contain one operation", "s:Sender", "ter:WellFormed")
    header = envelope.find(clark("s:Header"))
    message_id = "" if header is None else header.findtext(clark("wsa:MessageID"), "")
    return SoapRequest(operations[0], header, message_id)


def reply(content: Element, request: SoapRequest | None = None, action: str = "") -> bytes:
    """Return the envelope around a content. action: of WS-Addressing."""
    header = element("s:Header")
    if action:
        header.append(element("wsa:Action", action))
    if request is not None and request.message_id:
        header.append(element("wsa:RelatesTo", request.message_id))
    envelope = element("s:Envelope", *([header] if len(header) else []), element("s:Body", content))
    etree.cleanup_namespaces(envelope, NAMESPACES, _IN_TEXTS)
    made: bytes = etree.tostring(envelope, encoding="utf-8", xml_declaration=True)
    return made


def fault(error: SoapError) -> bytes:
    """Return the envelope of a fault."""
    code = None
    for name in reversed(error.codes[1:]):
        value = element("s:Value", name)
        code = element("s:Subcode", value) if code is None else element("s:Subcode", value, code)
    parts = [element("s:Value", error.codes[0])] + ([code] if code is not None else [])
    text = element("s:Text", str(error))
    text.set("{http://www.w3.org/XML/1998/namespace}lang", "en")
    return reply(element("s:Fault", element("s:Code", *parts), element("s:Reason", text)))
