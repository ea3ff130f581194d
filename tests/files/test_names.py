"""Names that become folders."""

from __future__ import annotations

import pytest

from passerby.files.names import folded


@pytest.mark.parametrize(
    ("one", "other", "is_same", "why"),
    [
        ("cam", "CAM", True, "exFAT ignores case"),
        ("stra\u00dfe", "STRASSE", True, "some fold a letter into two"),
        ("caf\u00e9", "cafe\u0301", True, "an accent written in two ways"),
        ("cam", "cam.", True, "points at the end are cut"),
        ("cam", "cam ", True, "and so are spaces"),
        ("cam", "cam-1", False, "another name"),
        ("cam", " cam", False, "a space at the beginning stays"),
    ],
)
def test_names_that_a_disk_takes_for_one(one: str, other: str, is_same: bool, why: str) -> None:
    assert (folded(one) == folded(other)) is is_same, why
