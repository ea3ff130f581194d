from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from support.centres import CentreStage, centre_stage


@pytest.fixture
def room(tmp_path: Path) -> Iterator[CentreStage]:
    with centre_stage(tmp_path / "centre") as made:
        yield made
