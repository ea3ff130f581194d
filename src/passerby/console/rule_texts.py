"""The texts of the forms of rules, in the language of the request; keys and values stay as the configuration has
them."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import asdict
from functools import cache
from typing import Any

from passerby.config.rule_form import FormField, RuleForm, rule_forms
from passerby.translation.current import gettext as _

_known_forms = cache(rule_forms)


def forms_json() -> str:
    """Return the forms as JSON; `label`, `meaning`, `limits` and `word_labels` are texts for a person."""
    return json.dumps([_form(form) for form in _known_forms()])


def form_words() -> Iterator[str]:
    """Yield each text that a form shows, for the catalogues."""
    for form in _known_forms():
        yield from (form.meaning, _name(form.kind), _name(form.place_key))
        yield from _field_words(form.fields)


def _field_words(fields: tuple[FormField, ...]) -> Iterator[str]:
    for field in fields:
        yield from (field.meaning, label_of(field.key), *map(_name, field.words))
        yield from _field_words(field.fields)


def label_of(key: str) -> str:
    """Return a key in words, without its unit."""
    return _name(re.sub(r"_(mps|px|per_m2|m|s)$", "", key))


def _name(key: str) -> str:
    return key.replace("_", " ")


def _form(form: RuleForm) -> dict[str, Any]:
    fields = [_field(field) for field in form.fields]
    texts = {
        "label": _(_name(form.kind)),
        "meaning": _meaning(form.meaning),
        "place_label": _(_name(form.place_key)),
    }
    return {**asdict(form), **texts, "fields": fields}


def _field(field: FormField) -> dict[str, Any]:
    return {
        **asdict(field),
        "label": _(label_of(field.key)),
        "meaning": _meaning(field.meaning),
        "limits": _limits(field.limits),
        "word_labels": {word: _(_name(word)) for word in field.words},
        "fields": [_field(one) for one in field.fields],
    }


def _meaning(text: str) -> str:
    """Return a text of the documentation, translated, with the labels of the form in place of keys."""
    return re.sub(r"`(\w+)`", lambda key: f'"{_(label_of(key[1]))}"', _(text))


def _limits(limits: str) -> str:
    """Return the limits of config.walk.range_of, translated."""
    parts = [_limit(*part.rsplit(" ", 1)) for part in limits.split(" and ")] if limits else []
    return _("%(low)s and %(high)s", low=parts[0], high=parts[1]) if len(parts) == 2 else "".join(parts)


def _limit(words: str, value: str) -> str:
    known = {
        "more than": _("more than %(value)s", value=value),
        "at least": _("at least %(value)s", value=value),
        "at most": _("at most %(value)s", value=value),
    }
    return known.get(words, f"{words} {value}")
