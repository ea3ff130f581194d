from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import pytest

from passerby.contracts.events import CameraHealth, CameraStatus, Measure
from passerby.contracts.stream_status import SILENT_S, StreamState, StreamStatus, stream_status
from support.stored import HEALTH, an_event

DOWN = replace(HEALTH, state=CameraStatus.DOWN)
WHY = (Measure("why", "the camera is silent"),)


@pytest.mark.parametrize(
    ("health", "kinds", "silent_s", "state", "why"),
    [
        (None, [], None, StreamState.CONNECTING, "no report so far"),
        (None, ["camera_lost"], None, StreamState.DOWN, "the camera is silent"),
        (HEALTH, [], 30.0, StreamState.LIVE, ""),
        (HEALTH, ["camera_blurred"], 30.0, StreamState.LIVE, ""),
        (HEALTH, [], SILENT_S + 60, StreamState.STALE, "no report for 5 min"),
        (HEALTH, ["camera_frozen"], 30.0, StreamState.STALE, "Picture is frozen"),
        (HEALTH, ["camera_covered"], 30.0, StreamState.BLIND, "Lens is covered"),
        (HEALTH, ["camera_dark", "camera_no_signal"], 30.0, StreamState.BLIND, "No video signal"),
        (HEALTH, ["camera_lost", "camera_covered"], 30.0, StreamState.DOWN, "the camera is silent"),
        (DOWN, [], None, StreamState.DOWN, "no pictures in the newest report"),
    ],
)
def test_the_state_of_a_camera(
    health: CameraHealth | None, kinds: Sequence[str], silent_s: float | None, state: StreamState, why: str
) -> None:
    opened = [an_event(kind, kind=kind, measures=WHY) for kind in kinds]
    assert stream_status(health, opened, silent_s) == StreamStatus(state, why)


def test_a_loss_without_a_reason_has_a_title() -> None:
    assert stream_status(HEALTH, [an_event("x", kind="camera_lost", measures=())]).why == "Camera lost"
