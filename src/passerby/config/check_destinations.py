"""Checks of the destinations of events."""

from __future__ import annotations

from collections.abc import Iterator
from urllib.parse import urlsplit

from passerby.config.check_paths import file_fault
from passerby.config.check_rules import name_problems
from passerby.config.keys import listed
from passerby.config.located import Loc, Marks
from passerby.contracts.config import Unit
from passerby.contracts.destinations import Centre, Destination, Mqtt, Webhook
from passerby.contracts.errors import Problem
from passerby.contracts.event_kinds import EVENT_KINDS

# Where a token is not read on the way: for example a leaf server of NATS on the same machine.
LOOPBACK = ("127.0.0.1", "::1", "localhost")


def destination_problems(unit: Unit, marks: Marks) -> Iterator[Problem]:
    """Return all problems of destinations, for a unit with valid form."""
    named = [(("destinations", i), one.name) for i, one in enumerate(unit.destinations)]
    yield from name_problems(named, "destination", marks)
    for i, destination in enumerate(unit.destinations):
        loc: Loc = ("destinations", i)
        yield from _kinds(destination, loc, marks)
        yield from _files(destination, loc, marks)
        if isinstance(destination, Webhook):
            yield from _webhook(destination, loc, marks)
        elif isinstance(destination, Centre):
            yield from _centre(destination, loc, marks)
        else:
            yield from _mqtt(destination, loc, marks)


def _kinds(destination: Destination, loc: Loc, marks: Marks) -> Iterator[Problem]:
    for kind in destination.kinds:
        if kind not in EVENT_KINDS:
            yield marks.problem((*loc, "kinds"), f"there is no kind {kind!r}: use {listed(sorted(EVENT_KINDS))}")


def _files(destination: Destination, loc: Loc, marks: Marks) -> Iterator[Problem]:
    for key in ("ca_file", "certificate", "key"):
        file = getattr(destination, key, None)
        where: Loc = (*loc, key)
        if file is not None and (fault := file_fault(file, f"{key} file", where, marks)):
            yield marks.problem(where, fault)


def _webhook(destination: Webhook, loc: Loc, marks: Marks) -> Iterator[Problem]:
    if "@" in destination.url.partition("://")[2].partition("/")[0]:
        yield marks.problem((*loc, "url"), "an address contains no login: let the receiver check the signature")


def _centre(destination: Centre, loc: Loc, marks: Marks) -> Iterator[Problem]:
    address = urlsplit(destination.url)
    if "@" in address.netloc:
        yield marks.problem((*loc, "url"), "an address contains no login: the unit identifies itself by its token")
    elif address.scheme in ("http", "nats") and address.hostname not in LOOPBACK:
        secure = "https" if address.scheme == "http" else "tls"
        yield marks.problem((*loc, "url"), f"the token would be sent unencrypted: write {secure}://…")


def _mqtt(destination: Mqtt, loc: Loc, marks: Marks) -> Iterator[Problem]:
    if destination.password is not None and destination.user is None:
        yield marks.problem((*loc, "password"), "a password needs a user")
    if (destination.certificate is None) != (destination.key is None):
        yield marks.problem((*loc, "certificate"), "give both certificate and key, or neither")
    if not destination.tls and (destination.ca_file or destination.certificate):
        yield marks.problem((*loc, "tls"), "certificates are used only with tls: true")
