"""Requests: hostile ones are refused, and a fault names the sender's mistake."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from passerby.adapters.onvif_events.soap import NAMESPACES, SoapError, clark, element, fault, read_request, reply
from support.onvif_client import codes, content, envelope, pull

S = 'xmlns:s="http://www.w3.org/2003/05/soap-envelope"'


@pytest.mark.parametrize(
    ("body", "why"),
    [
        (b"", "nothing"),
        (b"<a/>", "no envelope"),
        (f"<s:Envelope {S}/>".encode(), "no body"),
        (f"<s:Envelope {S}><s:Body/></s:Envelope>".encode(), "no operation"),
        (f"<s:Envelope {S}><s:Body><a/><b/></s:Body></s:Envelope>".encode(), "two operations"),
        (b"<!DOCTYPE a [<!ENTITY b 'c'>]>" + envelope(pull()), "a document type"),
        (b'<!DOCTYPE a [<!ENTITY b SYSTEM "file:///etc/passwd">]><a>&b;</a>', "a file of the unit"),
        (f"<s:Envelope {S}>".encode() * 300 + b"x", "too deep"),
    ],
)
def test_what_is_no_request(body: bytes, why: str) -> None:
    with pytest.raises(SoapError):
        read_request(body)


@given(st.binary(max_size=300))
def test_no_bytes_raise_anything_else(body: bytes) -> None:
    with pytest.raises(SoapError) as raised:
        read_request(body)
    assert codes(fault(raised.value))[0] == "s:Sender"


def test_an_operation_and_the_identifier_of_its_message() -> None:
    request = read_request(envelope(pull(), element("wsa:MessageID", "urn:uuid:1")))
    assert (request.operation, request.message_id) == ("tev:PullMessages", "urn:uuid:1")
    answer = reply(element("tev:SetSynchronizationPointResponse"), request, "urn:action")
    header = content(answer).getparent().getparent()[0]
    assert [part.text for part in header] == ["urn:action", "urn:uuid:1"]


def test_the_codes_of_a_fault_are_nested() -> None:
    made = fault(SoapError("no", "s:Sender", "ter:InvalidArgVal", "ter:NoProfile"))
    assert codes(made) == ["s:Sender", "ter:InvalidArgVal", "ter:NoProfile"]
    code = content(made).find(clark("s:Code"))
    assert code.find(f"{clark('s:Subcode')}/{clark('s:Subcode')}/{clark('s:Value')}").text == "ter:NoProfile"


@pytest.mark.parametrize("code", ["ter:NotAuthorized", "wsrf:ResourceUnknownFault", "wsnt:InvalidFilterFault"])
def test_a_client_can_resolve_the_prefix_of_a_code(code: str) -> None:
    value = [one for one in content(fault(SoapError("no", "s:Sender", code))).iter() if one.text == code]
    assert value[0].nsmap[code.partition(":")[0]] == NAMESPACES[code.partition(":")[0]]
