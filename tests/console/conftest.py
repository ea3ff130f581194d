from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from passerby.console.server import WebServer
from passerby.contracts.events import Severity
from passerby.contracts.live import LivePicture
from passerby.contracts.settings import ConsoleSettings
from passerby.evidence.still import jpeg
from support.alarmed import INTRUSION, raise_alarm
from support.browsers import browsing
from support.consoles import ConsoleStage, console_stage
from support.redacted import an_image


@pytest.fixture
def stage(tmp_path: Path) -> Iterator[ConsoleStage]:
    with console_stage(tmp_path / "out") as made:
        yield made


@pytest.fixture(scope="module")
def browser() -> Iterator[Any]:
    with browsing() as made:
        yield made


@pytest.fixture
def address(stage: ConsoleStage) -> Iterator[str]:
    """The address of the console, with an operator, two alarms and live pictures of one camera."""
    stage.account("anna", "operator")
    stage.account("boris", "operator")
    raise_alarm(stage.store, stage.folder, "fast")
    raise_alarm(
        *(stage.store, stage.folder, "track", "intrusion"),
        priority=Severity.ALARM,
        place="track",
        measures=INTRUSION,
        ago_s=12,
    )
    stage.live.pictures["platform-1"] = LivePicture(jpeg(an_image(wh=(320, 180))), 1, 0.2)
    with WebServer(stage.app, ConsoleSettings(), port=0) as server:
        yield server.address
        stage.app.state.services.feed.close()
