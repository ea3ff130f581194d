"""Functions that need a camera's loop in the unit's process are refused in one sentence."""

from __future__ import annotations

import pytest

from passerby.app.placement.refused import NoTrials, refuse_focus
from passerby.contracts.drawing import DrawnPlaces
from passerby.contracts.errors import UsageError
from support.stage import camera


def test_focus_and_trials_name_the_option() -> None:
    with pytest.raises(UsageError, match="focus is not available with --processes"):
        refuse_focus("hall")
    with pytest.raises(UsageError, match="trials are not available with --processes"):
        NoTrials().start(camera(), DrawnPlaces(camera="platform-1", picture_px=(320, 240)), "ada", 0)
