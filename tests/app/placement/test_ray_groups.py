"""Cameras on a real Ray cluster: a machine is killed, and its camera is analysed again elsewhere."""

from __future__ import annotations

import os
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from passerby.app.clock import SystemClock
from passerby.app.janitor import finish_files
from passerby.app.placement.placed_cameras import PlacedCameras
from passerby.app.placement.ray_groups import RayGroups
from passerby.app.running_unit import RunningUnit
from passerby.app.unit_file import UnitFile
from passerby.contracts.config import ModelChoice, Unit
from passerby.contracts.events import Phase
from passerby.store.filters import EventFilter
from passerby.store.results import ResultsStore
from support import figures, stage
from support.fakes import ColourDetector
from support.living import assert_nobody_shown, assert_whole, camera_of, never_ended
from support.waiting import until

pytestmark = [
    pytest.mark.slow,
    pytest.mark.rtsp,
    pytest.mark.filterwarnings("ignore"),  # Ray's own
]
# The aim of one server room: a camera of a lost machine is analysed again within this time, seconds.
AGAIN_S = 10.0


@pytest.fixture
def cluster(monkeypatch: pytest.MonkeyPatch) -> Iterator[Any]:
    """Two machines with one processor each, and the unit's own without one; the unit's process is connected."""
    pytest.importorskip("ray", reason="Ray is not installed: pip install 'passerby[ray]'")
    monkeypatch.setenv("RAY_USAGE_STATS_ENABLED", "0")
    monkeypatch.setenv("PYTHONPATH", os.pathsep.join(("tests", os.environ.get("PYTHONPATH", ""))))
    import ray
    from ray.cluster_utils import Cluster

    small = {"object_store_memory": 80_000_000, "include_dashboard": False}
    made = Cluster(initialize_head=True, head_node_args={"num_cpus": 0, **small})
    try:
        made.machines = [made.add_node(num_cpus=1, object_store_memory=80_000_000) for _ in range(2)]
        yield made
    finally:
        ray.shutdown()
        made.shutdown()


def test_a_killed_machine_loses_no_stored_event_and_its_camera_is_analysed_again(
    tmp_path: Path, cluster: Any, record_property: Callable[[str, object], None]
) -> None:
    model = figures.model(tmp_path / "colours.onnx")
    with camera_of(tmp_path / "c.h264", stage.CAST, stage.SECONDS) as served:
        unit = Unit.model_validate(
            {"station": "Riverside", "cameras": [{**stage.CAMERA, "source": served.url()}], "recording_mb": 0}
        )
        folder = tmp_path / "out"
        with ResultsStore(folder) as store:
            placed = PlacedCameras(
                RayGroups(ModelChoice(path=str(model)), cluster.address).make, folder, 1, with_spare=True
            )
            running = RunningUnit(unit, folder, store, ColourDetector(), SystemClock())
            running.cameras.placed = placed
            stop = threading.Event()
            thread = threading.Thread(
                target=running.run, args=(stop, threading.Event(), UnitFile(tmp_path / "unit.yaml", store))
            )
            thread.start()
            try:
                until(lambda: len(_starts(store)) >= 2 and placed._spare is not None, 60.0)
                before = _starts(store)
                (group,) = placed._groups
                node = next(one for one in cluster.machines if one.node_id == group.remote.node)
                began_s = time.monotonic()
                cluster.remove_node(node, allow_graceful=False)
                until(lambda: placed._groups and placed._groups[0] is not group, 30.0)
                frames = placed.figures["platform-1"].frames_analysed
                until(lambda: 0 < placed.figures["platform-1"].frames_analysed < frames, 30.0)
                again_s = time.monotonic() - began_s
                record_property("again_s", again_s)
                until(lambda: len(_starts(store)) > len(before), 60.0)
            finally:
                stop.set()
                thread.join(30.0)
            assert before <= _starts(store), "nothing that was stored is lost"
            finish_files(store, folder)  # as the next start does: a clip ended with its machine
        assert not thread.is_alive()
        assert_whole(folder)
        assert never_ended(folder) == set(), "what was open on the lost machine is ended"
        assert_nobody_shown(folder)
        assert again_s <= AGAIN_S


def _starts(store: ResultsStore) -> set[str]:
    with store.queries() as queries:
        return {event.id for event in queries.events(EventFilter()) if event.phase is Phase.START}
