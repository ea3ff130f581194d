"""The published schemas of ONVIF, from the WSDL files of the client library."""

from __future__ import annotations

import warnings
from functools import cache
from pathlib import Path

import onvif
import xmlschema
from lxml import etree

from passerby.adapters.onvif_events.soap import NAMESPACES, Element

WSDL = Path(onvif.__file__).parent / "wsdl"
_FILES = {
    NAMESPACES["tds"]: "devicemgmt.wsdl",
    NAMESPACES["tev"]: "events.wsdl",
    NAMESPACES["wsnt"]: "events.wsdl",
}


def violations(content: Element) -> list[str]:
    """What is wrong with the content of a body."""
    tree = etree.fromstring(etree.tostring(content))
    return [str(error) for error in _schema(_FILES[etree.QName(content).namespace]).iter_errors(tree)]


@cache
def _schema(file: str) -> xmlschema.XMLSchema11:
    """Libxml2 refuses these schemas (a content model that is not deterministic)."""
    types = etree.parse(WSDL / file).find(".//{http://www.w3.org/2001/XMLSchema}schema")
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", xmlschema.XMLSchemaTypeTableWarning)
        return xmlschema.XMLSchema11(
            etree.tostring(types).decode(), base_url=f"{WSDL}/", validation="lax", allow="local"
        )
