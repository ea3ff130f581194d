"""Messages about keys and kinds that are wrong, missing or in the wrong place."""

from __future__ import annotations

from collections.abc import Iterable
from difflib import get_close_matches
from functools import cache
from itertools import islice

from passerby.config.units import instead_of_key
from passerby.config.walk import Spot, choices, walk

# Comparing a word with one name takes some microseconds; a problem should not take a second.
MOST_COMPARED, MOST_LISTED = 200, 12


def listed(names: Iterable[str]) -> str:
    """Names in order with commas; of many only the first, and the number of the others."""
    ordered = sorted(names)
    rest = len(ordered) - MOST_LISTED
    return ", ".join(ordered[:MOST_LISTED]) + (f" and {rest} more" if rest > 0 else "")


def near(word: str, known: Iterable[str], cutoff: float = 0.6) -> str:
    """' (did you mean X?)' or ''."""
    by_fold = {k.casefold(): k for k in islice(known, MOST_COMPARED)}
    match = get_close_matches(word.casefold(), by_fold, n=1, cutoff=cutoff)
    match = match or [k for k in by_fold if len(word) > 2 and k.startswith(word.casefold())]
    return f" (did you mean {by_fold[match[0]]}?)" if match else ""


def unknown_key(key: str, value: object, spot: Spot) -> str:
    """Return the sentence for an unknown key: the right key, or its right place, or the known keys."""
    fields = tuple(spot.model.model_fields)
    advice = instead_of_key(key, value, fields)
    if advice:
        return f"unknown key: {advice}"
    # A key of another place is in the wrong place, unless it is similar to a key of this one (zones: zone).
    home = "" if near(key, fields, 0.85) else _home_of(key)
    hint = "" if home else near(key, fields)
    return f"unknown key{hint}{home}; known here: {', '.join(fields)}"


def _home_of(key: str) -> str:
    places = _homes().get(key, ())
    return f" (it belongs to {', '.join(places)})" if places else ""


@cache
def _homes() -> dict[str, tuple[str, ...]]:
    """Return every key with its places."""
    homes: dict[str, list[str]] = {}
    for place, model in walk():
        kind = model.model_fields.get("kind")
        where = (
            f"rules of kind {choices(kind)[0]}" if kind and place.endswith("rules[]") else place or "the top level"
        )
        for key in model.model_fields:
            homes.setdefault(key, []).append(where)
    return {key: tuple(places) for key, places in homes.items()}


def rule_kinds() -> tuple[str, ...]:
    """Return all kinds of rules."""
    return tuple(choices(m.model_fields["kind"])[0] for place, m in walk() if place.endswith("rules[]"))


def missing(spot: Spot) -> str:
    """Return the sentence for a required key."""
    if isinstance(spot.loc[-1], int):
        return "a number is missing"
    about = f" ({spot.field.description})" if spot.field and spot.field.description else ""
    return f"is missing{about}"


def unknown_kind(tag: str) -> str:
    """Return the sentence for an unknown kind of rule."""
    kinds = rule_kinds()
    return f"unknown kind of rule{near(tag, kinds)}; the kinds are {', '.join(kinds)}"
