"""SIRI Facility Monitoring with `MonitoredCounting` (CEN/TS 15531, schema 2.1: siri_facility.xsd)."""

from __future__ import annotations

import xml.etree.ElementTree as ET
from collections.abc import Iterable

from passerby.adapters.transit.figures import StopFigure
from passerby.contracts.public_counts import ROUNDED_TO

SPACE, VERSION = "http://www.siri.org.uk/siri", "2.1"
CONTENT_TYPE = "application/xml"


def siri_fm(figures: Iterable[StopFigure], producer: str, utc: str) -> bytes:
    """Return a delivery with the condition of each stop. utc: its time."""
    root = ET.Element("Siri", {"xmlns": SPACE, "version": VERSION})
    service = ET.SubElement(root, "ServiceDelivery")
    for name, text in (("ResponseTimestamp", utc), ("ProducerRef", producer), ("Status", "true")):
        ET.SubElement(service, name).text = text
    delivery = ET.SubElement(service, "FacilityMonitoringDelivery", {"version": VERSION})
    for name, text in (("ResponseTimestamp", utc), ("Status", "true")):
        ET.SubElement(delivery, name).text = text
    for figure in figures:
        delivery.append(_condition(figure))
    made: bytes = ET.tostring(root, encoding="utf-8", xml_declaration=True)
    return made


def _condition(figure: StopFigure) -> ET.Element:
    """Return the condition of one stop; the schema fixes the order of its parts."""
    condition = ET.Element("FacilityCondition")
    ET.SubElement(condition, "FacilityRef").text = figure.stop
    status = ET.SubElement(condition, "FacilityStatus")
    ET.SubElement(status, "Status").text = "available" if figure.is_known else "unknown"
    if figure.is_known and figure.people is None:
        ET.SubElement(status, "Description").text = f"fewer than {ROUNDED_TO} people"
    if figure.people is not None:
        counting = ET.SubElement(condition, "MonitoredCounting")
        parts = (
            ("CountingType", "presentCount"),
            ("CountedFeatureUnit", "persons"),
            ("Count", str(figure.people)),
        )
        for name, text in parts:
            ET.SubElement(counting, name).text = text
    return condition
