"""The sign of each severity: a shape of its own as well as a colour, so that it can be told in greyscale."""

from __future__ import annotations

from xml.etree.ElementTree import Element

from passerby.charts.svg import Value, el
from passerby.contracts.events import Severity

# Around the middle of the sign, px: a ring, a diamond, a triangle.
_SHAPES = {
    Severity.INFO: "M-4.5 0a4.5 4.5 0 1 0 9 0a4.5 4.5 0 1 0 -9 0Z",
    Severity.WARNING: "M0 -7L7 0L0 7L-7 0Z",
    Severity.ALARM: "M0 -8.5L9 7.5L-9 7.5Z",
}
_SIZE_PX = 20


def sign(severity: Severity, *inside: Element) -> Element:
    """Return the sign as a small picture in a line of text; `inside` may hold a title."""
    half = _SIZE_PX / 2
    box = f"{-half:g} {-half:g} {_SIZE_PX} {_SIZE_PX}"
    return _picture(severity, *inside, viewBox=box, width=_SIZE_PX, height=_SIZE_PX, aria_hidden="true")


def sign_at(severity: Severity, x: Value, y: Value, *inside: Element) -> Element:
    """Return the sign with its middle at x, y of a chart; both may be relative to its size ("12%")."""
    return _picture(severity, *inside, x=x, y=y, overflow="visible")


def _picture(severity: Severity, *inside: Element, **attrs: Value) -> Element:
    return el("svg", *inside, el("path", d=_SHAPES[severity]), class_=f"sign {severity}", **attrs)
