"""One result of an examination."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Judgement(StrEnum):
    """note: it works, with a limit that one should know. problem: something does not work."""

    OK = "ok"
    NOTE = "note"
    PROBLEM = "problem"


@dataclass(frozen=True, slots=True)
class Finding:
    """What was examined, what was found in one sentence, and what to do about it; cure is "" if it is ok.

    It names no address, no folder and no person.
    """

    topic: str
    judgement: Judgement
    what: str
    cure: str = ""


def ok(topic: str, what: str) -> Finding:
    """Return a finding that needs no action."""
    return Finding(topic, Judgement.OK, what)


def note(topic: str, what: str, cure: str) -> Finding:
    """Return a limit with its cure."""
    return Finding(topic, Judgement.NOTE, what, cure)


def problem(topic: str, what: str, cure: str) -> Finding:
    """Return a fault with its cure."""
    return Finding(topic, Judgement.PROBLEM, what, cure)
