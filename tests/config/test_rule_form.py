"""The forms of rules have every key of the models, with what a person needs to fill them in."""

from __future__ import annotations

import pytest

from passerby.config.rule_form import FormField, RuleForm, rule_forms
from passerby.config.walk import members
from passerby.contracts.rules import Rule

FORMS = {form.kind: form for form in rule_forms()}


def field(kind: str, key: str) -> FormField:
    return next(field for field in FORMS[kind].fields if field.key == key)


def test_every_key_of_every_rule_is_in_its_form() -> None:
    assert len(FORMS) == len(members(Rule))
    for model in members(Rule):
        form = next(form for form in FORMS.values() if form.meaning.startswith(model.__doc__.split(".")[0][:40]))
        assert {*(f.key for f in form.fields), "kind", form.place_key} == set(model.model_fields)


@pytest.mark.parametrize("form", FORMS.values(), ids=FORMS)
def test_a_field_says_what_it_is(form: RuleForm) -> None:
    for one in form.fields:
        assert one.meaning
        assert (one.input in ("choice", "several")) == bool(one.words)
        assert (one.input == "form") == bool(one.fields)
        assert one.input not in ("number", "whole") or one.limits, one.key


def test_units_limits_defaults_and_order() -> None:
    dwell = field("loitering", "dwell_s")
    assert (dwell.input, dwell.unit, dwell.limits, dwell.default) == (
        "number",
        "s",
        "more than 0 and at most 86400",
        "60",
    )
    assert field("queue", "head_px").is_required
    assert FORMS["queue"].fields[0].key == "head_px"
    assert [f.key for f in FORMS["loitering"].fields][-3:] == ["severity", "cooldown_s", "schedule"]
    assert field("counter_flow", "direction_px").input == "arrow"
    assert field("crowding", "people").input == "whole"
    assert [f.input for f in field("fall", "schedule").fields] == ["text", "text", "several"]
    assert field("may_need_help", "edge_dwell_s").can_be_off
    assert not field("fast_movement", "speed_mps").can_be_off
