"""Fixtures every test may use."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings

from support.waiting import PATIENCE_S

SHARED = Path(__file__).parents[2] / "shared"

# How long one example takes says more about the machine's other work than about the code.
settings.register_profile("passerby", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("passerby")


@pytest.fixture(scope="session")
def shared() -> Path:
    """The evaluation data beside the checkout."""
    if not (SHARED / "README.md").is_file():
        pytest.skip(f"evaluation data is not at {SHARED}")
    return SHARED


@pytest.fixture
def slow_machine(monkeypatch: pytest.MonkeyPatch) -> None:
    """Give up on no picture that is written slowly: the disk is sound, the machine may be busy."""
    from passerby.evidence import async_evidence, worker

    monkeypatch.setattr(async_evidence, "WAIT_MOST_S", PATIENCE_S)
    monkeypatch.setattr(worker, "MOST_WAIT_S", PATIENCE_S)
