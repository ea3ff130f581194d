"""Forms of rules in the language of the page."""

from __future__ import annotations

import json
from typing import Any

import pytest

from passerby.console.rule_texts import forms_json
from passerby.translation import current


@pytest.mark.parametrize(
    ("code", "label", "meaning", "limits", "word"),
    [
        ("en", "loitering", "A person stays in a zone longer", "more than 0 and at most 86400", "seconds"),
        ("fr", "présence prolongée", "Une personne reste dans une zone", "plus de 0 et au plus 86400", "secondes"),
        ("ru", "долгое пребывание", "Человек остаётся в зоне", "более 0 и не более 86400", "секунды"),
    ],
)
def test_texts_are_translated_and_keys_stay(code: str, label: str, meaning: str, limits: str, word: str) -> None:
    current.use(code)
    try:
        form = form_of("loitering")
    finally:
        current.use("en")
    assert form["label"] == label
    assert form["meaning"].startswith(meaning)
    fields = {field["key"]: field for field in form["fields"]}
    assert fields["dwell_s"]["limits"] == limits
    assert fields["clock"]["words"][0] == "seconds"
    assert fields["clock"]["word_labels"]["seconds"] == word


def test_a_text_names_the_labels_of_its_form_and_no_keys() -> None:
    assert form_of("loitering")["meaning"] == 'A person stays in a zone longer than "dwell".'
    assert "`" not in forms_json()


def form_of(kind: str) -> dict[str, Any]:
    return next(form for form in json.loads(forms_json()) if form["kind"] == kind)
