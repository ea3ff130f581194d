"""The languages of the console, each from a gettext catalogue `locale/CODE.po`; English needs none."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from gettext import GNUTranslations, NullTranslations
from io import BytesIO
from pathlib import Path
from typing import Any

import polib

LOCALE = Path(__file__).parent / "locale"
NAMES = {"en": "English", "ru": "Русский", "fr": "Français"}
# Unicode CLDR 47. For English the date of ISO 8601, which is read in the same way in every country.
_DECIMAL = {"en": ".", "ru": ",", "fr": ","}
_DATE = {"en": "%Y-%m-%d", "ru": "%d.%m.%Y", "fr": "%d/%m/%Y"}


@dataclass(frozen=True, slots=True, eq=False)
class Language:
    """One language.

    code: ISO 639-1. messages: of pages. browser: of scripts; a message with a number has a list of its forms.
    decimal: sign before decimals. date: format of a day, as for strftime.
    """

    code: str
    messages: NullTranslations
    browser: Mapping[str, str | list[str]]
    decimal: str
    date: str


@cache
def language(code: str) -> Language:
    """Return a language of NAMES. Its catalogue is compiled at the first use."""
    if code == "en":
        return Language(code, NullTranslations(), {}, _DECIMAL[code], _DATE[code])
    catalogue = polib.pofile(str(catalogue_path(code)))
    messages = GNUTranslations(BytesIO(catalogue.to_binary()))
    return Language(code, messages, _browser(catalogue), _DECIMAL[code], _DATE[code])


def catalogue_path(code: str) -> Path:
    """Return the path of the catalogue of a language."""
    return LOCALE / f"{code}.po"


def _browser(catalogue: Iterable[Any]) -> dict[str, str | list[str]]:
    return {entry.msgid: _forms(entry) for entry in catalogue if _is_for_scripts(entry)}


def _is_for_scripts(entry: Any) -> bool:
    return any(path.endswith((".js", "event_kinds.py")) for path, _ in entry.occurrences)


def _forms(entry: Any) -> str | list[str]:
    return [form for _, form in sorted(entry.msgstr_plural.items())] or str(entry.msgstr)


def best(chosen: str, accepted: str) -> str:
    """Return the code for a request. chosen: by the person, or "". accepted: the header Accept-Language.

    The header's language with the largest quality wins (RFC 9110 section 12.5.4); English without a match.
    """
    if chosen in NAMES:
        return chosen
    wanted = sorted((_ranked(part) for part in accepted[:500].split(",")), key=lambda pair: -pair[1])
    return next((code for code, quality in wanted if code in NAMES and quality > 0), "en")


def _ranked(part: str) -> tuple[str, float]:
    name, _, quality = part.partition(";q=")
    try:
        return name.strip().split("-")[0].lower(), float(quality or 1.0)
    except ValueError:
        return "", 0.0
