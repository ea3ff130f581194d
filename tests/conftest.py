"""Fixtures every test may use."""

from __future__ import annotations

from pathlib import Path

import pytest

SHARED = Path(__file__).parents[2] / "shared"


@pytest.fixture(scope="session")
def shared() -> Path:
    """The evaluation data beside the checkout."""
    if not (SHARED / "README.md").is_file():
        pytest.skip(f"evaluation data is not at {SHARED}")
    return SHARED
