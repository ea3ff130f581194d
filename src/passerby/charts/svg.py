"""SVG elements as values, escaped by the standard library."""

from __future__ import annotations

from xml.etree.ElementTree import Element, tostring

Value = str | float | None


def el(tag: str, *children: Element | str, **attrs: Value) -> Element:
    """Return an element; text comes before child elements.

    `class_` becomes class and `aria_label` aria-label; an attribute of None is omitted.
    """
    names = {name.rstrip("_").replace("_", "-"): value for name, value in attrs.items()}
    node = Element(tag, {name: written(value) for name, value in names.items() if value is not None})
    node.text = "".join(child for child in children if isinstance(child, str))
    node.extend(child for child in children if not isinstance(child, str))
    return node


def written(value: str | float) -> str:
    """Return an attribute's text; a number keeps two decimals at most."""
    if isinstance(value, str):
        return value
    return f"{round(value, 2) + 0.0:.2f}".rstrip("0").rstrip(".")  # + 0.0: no "-0"


def percent(value: float) -> str:
    """Return `value` as a length relative to the width or height."""
    return f"{written(value)}%"


def html(node: Element) -> str:
    """Return the element as HTML that needs no further escaping."""
    return tostring(node, encoding="unicode", short_empty_elements=False)
