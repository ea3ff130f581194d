from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from support.consoles import ConsoleStage, console_stage


@pytest.fixture
def stage(tmp_path: Path) -> Iterator[ConsoleStage]:
    with console_stage(tmp_path / "out") as made:
        yield made
