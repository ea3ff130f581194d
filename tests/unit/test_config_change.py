"""A reload restarts only what changed, and says what it did."""

from __future__ import annotations

from typing import Any

import pytest

from passerby.contracts.config import Unit
from passerby.unit.config_change import APPLIED, READ_AT_START, ConfigChange
from support import stage


def unit(*cameras: dict[str, Any], **more: Any) -> Unit:
    whole = [{**stage.CAMERA, "source": "rtsp://127.0.0.1:9/none", **changes} for changes in cameras]
    return Unit.model_validate({"station": "Riverside", "cameras": whole, **more})


A, B = {"name": "a"}, {"name": "b"}
HALL = {"name": "hall", "lines": [{"camera": "a", "line": "stairs"}]}


@pytest.mark.parametrize(
    ("old", "new", "text", "why"),
    [
        (unit(A, B), unit(A, B), "no change", "the same file"),
        (unit(A, B), unit(A, {**B, "rules": []}), "restarted: b", "the section of one camera changed"),
        (unit(A), unit(A, B), "added: b", "a camera was added"),
        (unit(A, B), unit(A), "removed: b", "a camera was removed"),
        (unit(A), unit(B), "added: b; removed: a", "a camera was renamed"),
        (unit(A, B), unit(A, B, recording_mb=7), "restarted: a, b; changed: recording_mb", "every camera records"),
        (unit(A), unit(A, occupancy=[HALL]), "changed: occupancy", "places are counted from other cameras' lines"),
        (unit(A), unit(A, alarms={"rearm_s": 77}), "at the next start: alarms", "not used by cameras"),
    ],
)
def test_only_what_changed_is_touched(old: Unit, new: Unit, text: str, why: str) -> None:
    assert str(ConfigChange.between(old, new)) == text, why


def test_no_address_of_a_camera_is_said() -> None:
    change = ConfigChange.between(unit(A), unit(A, {**B, "source": "rtsp://viewer:hunter2@10.0.0.1/1"}))
    assert "hunter2" not in str(change)


def test_every_section_is_applied_or_read_at_the_start() -> None:
    assert {"cameras", *APPLIED, *READ_AT_START} == set(Unit.model_fields)
