"""Keeps the translations complete: `python -m support.catalogues`, in tests/, adds messages and drops old ones.

A person then fills the empty translations in `translation/locale/*.po`; a test names those that are missing.
"""

from __future__ import annotations

from collections.abc import Iterator
from io import BytesIO
from pathlib import Path
from typing import get_args

from babel.messages.catalog import Catalog
from babel.messages.extract import extract_from_dir
from babel.messages.pofile import read_po, write_po

import passerby
from passerby.centre.fleet.ports import Outcome, RolloutState
from passerby.console.access import Permission
from passerby.console.places import KINDS
from passerby.console.rule_texts import form_words
from passerby.contracts.alarms import KeptAct
from passerby.contracts.event_kinds import EVENT_KINDS
from passerby.contracts.events import Severity
from passerby.contracts.settings import RedactionMode
from passerby.store.accounts import ROLES
from passerby.store.scopes import Organisation
from passerby.translation.languages import NAMES, catalogue_path

SOURCE = Path(passerby.__file__).parent
_FOLDERS = ("console", "charts", "centre")
_METHODS = [("**.py", "python"), ("**.j2", "jinja2.ext.babel_extract"), ("**.js", "javascript")]
# Forms of a noun after a number, as in the manual of GNU gettext, "Additional functions for plural forms".
_PLURALS = {
    "ru": "nplurals=3; plural=n%10==1 && n%100!=11 ? 0 : n%10>=2 && n%10<=4 && (n%100<12 || n%100>14) ? 1 : 2;",
    "fr": "nplurals=2; plural=n>1;",
}
# Functions whose text is translated, and the positions of one and many; `several` is that of charts.wording.
_KEYWORDS = {"_": None, "gettext": None, "marked": None, "ngettext": (1, 2), "several": (2, 3)}
# Names of measures, as their labels; an unknown one is shown in English.
_MEASURES = (
    "brightness cameras density direction duration dwell estimated hidden inside length level lost lying people "
    "rate_share reason sharpness shift speed still trains_missed travel trend turns wait why"
)


def messages() -> Catalog:
    """Return all messages of the source, without translations."""
    found = Catalog(charset="utf-8")
    for folder in _FOLDERS:
        for name, _, message, _, _ in extract_from_dir(str(SOURCE / folder), _METHODS, keywords=_KEYWORDS):
            found.add(message, locations=[(f"{folder}/{name}", 0)])
    for words, source in _named():
        found.add(words.replace("_", " "), locations=[(source, 0)])
    for words in form_words():
        found.add(words, locations=[("console/rule_texts.py", 0)])
    return found


def _named() -> Iterator[tuple[str, str]]:
    """Yield the names that pages show as words, each with its source."""
    for kind in EVENT_KINDS.values():
        yield kind.title, "contracts/event_kinds.py"
    for names, source in (
        (Severity, "contracts/events.py"),
        (get_args(RedactionMode), "contracts/settings.py"),
        (ROLES, "store/accounts.py"),
        (get_args(KeptAct), "store/handling.py"),
        (Permission, "console/access.py"),
        (Organisation, "store/scopes.py"),
        ((*get_args(Outcome), "waiting", *get_args(RolloutState)), "centre/fleet/ports.py"),
        (KINDS, "console/static/place_list.js"),
        (_MEASURES.split(), "console/catalogues.py"),
        (("in", "out"), "contracts/events.py"),
    ):
        yield from ((str(name), source) for name in names)


def read(code: str) -> Catalog:
    """The catalogue of a language, as it is in the source."""
    if not catalogue_path(code).exists():
        return Catalog(locale=code)
    with catalogue_path(code).open("rb") as file:
        return read_po(file, locale=code)


def updated(code: str) -> Catalog:
    """Return the catalogue of a language with exactly the messages of the source, and the translations it has."""
    known = read(code)
    made = Catalog(locale=code, charset="utf-8")
    made.mime_headers = [("Plural-Forms", _PLURALS[code])]
    for message in messages():
        if message.id:
            old = known.get(message.id)
            made.add(message.id, old.string if old else None, locations=sorted(set(message.locations)))
    return made


def write(code: str, catalogue: Catalog) -> None:
    """Write a catalogue, with the same bytes for the same messages."""
    body = BytesIO()
    write_po(body, catalogue, sort_output=True, include_lineno=False, width=0, omit_header=True)
    head = "Content-Type: text/plain; charset=utf-8\\n", f"Plural-Forms: {_PLURALS[code]}\\n"
    lines = [
        f"# Messages of passerby, {NAMES[code]}.",
        'msgid ""',
        'msgstr ""',
        *(f'"{line}"' for line in head),
        "",
        "",
    ]
    catalogue_path(code).write_bytes("\n".join(lines).encode() + body.getvalue().strip() + b"\n")


def main() -> None:
    """Write the catalogues."""
    for code in NAMES:
        if code != "en":
            write(code, updated(code))


if __name__ == "__main__":
    main()
