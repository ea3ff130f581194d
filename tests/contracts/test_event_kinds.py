"""One table has every kind of event, and every part of passerby uses it."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from passerby.behaviour.make import _MAKE
from passerby.config.keys import rule_kinds
from passerby.contracts.event_kinds import EVENT_KINDS, MOMENTARY_KINDS, STATE_KINDS, kind_of
from passerby.contracts.events import Severity

RULE_KINDS = rule_kinds()
SRC = Path(__file__).parents[2] / "src" / "passerby"
DOCS = Path(__file__).parents[2] / "docs"


def test_every_rule_has_its_kind_and_no_kind_is_without_origin() -> None:
    assert {*RULE_KINDS, *STATE_KINDS} == set(EVENT_KINDS)
    assert len(RULE_KINDS) == len(_MAKE)
    assert set(RULE_KINDS).isdisjoint(STATE_KINDS)
    assert set(RULE_KINDS) >= MOMENTARY_KINDS == {"line_crossing"}


@pytest.mark.parametrize("name", EVENT_KINDS)
def test_a_kind_is_complete(name: str) -> None:
    kind = EVENT_KINDS[name]
    assert kind.name == name
    assert kind.title[0].isupper()
    assert re.fullmatch(r"tns1:\w+(/(pby:)?\w+)+", kind.topic)
    assert kind.clear_s > 0


@pytest.mark.parametrize("name", RULE_KINDS)
def test_every_rule_is_on_its_page(name: str) -> None:
    assert f"| `{name}` |" in (DOCS / "behaviours.md").read_text("utf-8")


def test_an_unknown_kind_is_shown_by_its_name() -> None:
    assert (kind_of("door_forced").title, kind_of("").title) == ("Door forced", "Event")
    assert kind_of("door_forced").severity is Severity.INFO


def test_no_other_module_has_a_list_of_kinds() -> None:
    """A list of rule kinds elsewhere would miss the next one."""
    # The words of a reason and the data of an ONVIF topic; both have a form for other kinds.
    own = {"contracts/event_kinds.py", "contracts/rules.py", "console/reasons.py", "adapters/onvif_mapping.py"}
    for path in SRC.rglob("*.py"):
        name = path.relative_to(SRC).as_posix()
        if name.split("/")[0] in ("sim", "evals") or name in own:
            continue
        text = path.read_text("utf-8")
        assert sum(f'"{kind}"' in text for kind in RULE_KINDS) <= 1, name
