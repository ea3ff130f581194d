"""The language of the present request. Outside a request, texts are English."""

from __future__ import annotations

from contextvars import ContextVar

from passerby.translation.languages import Language, language

_CURRENT: ContextVar[str] = ContextVar("language", default="en")


def use(code: str) -> None:
    """Let the texts of this context, and of the threads that it starts, be in a language of NAMES."""
    _CURRENT.set(code)


def current() -> Language:
    """Return the language of this context."""
    return language(_CURRENT.get())


def gettext(message: str, **values: object) -> str:
    """Return a message in the current language; `values` fill its places, as in %(name)s."""
    text = message_of(message)
    return text % values if values else text


def ngettext(one: str, many: str, number: int, **values: object) -> str:
    """Return the form of a message for a number, with `values` and %(num)s filled in."""
    return plural_of(one, many, number) % {"num": number, **values}


def message_of(message: str) -> str:
    """Return a message in the current language, its places unfilled."""
    return current().messages.gettext(message) if message else ""


def plural_of(one: str, many: str, number: int) -> str:
    """Return the form of a message for a number, its places unfilled."""
    return current().messages.ngettext(one, many, number)


def marked(message: str) -> str:
    """Return the message itself: it is translated where it is shown, and marked here for the catalogues."""
    return message
