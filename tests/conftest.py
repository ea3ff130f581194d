"""Fixtures every test may use."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import settings

SHARED = Path(__file__).parents[2] / "shared"

# How long one example takes says more about the machine's other work than about the code.
settings.register_profile("passerby", deadline=None)
settings.load_profile("passerby")


@pytest.fixture(scope="session")
def shared() -> Path:
    """The evaluation data beside the checkout."""
    if not (SHARED / "README.md").is_file():
        pytest.skip(f"evaluation data is not at {SHARED}")
    return SHARED
