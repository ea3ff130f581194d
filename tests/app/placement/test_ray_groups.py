"""Cameras on a real Ray cluster: a machine is killed or falls silent, and its camera is analysed elsewhere."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from passerby.app.clock import SystemClock
from passerby.app.janitor import finish_files
from passerby.app.placement.placed_cameras import PlacedCameras
from passerby.app.placement.ray_groups import RayGroups
from passerby.app.placement.remote_group import filled
from passerby.app.running_unit import RunningUnit
from passerby.app.unit_file import UnitFile
from passerby.contracts.config import ModelChoice, Unit
from passerby.contracts.errors import UsageError
from passerby.contracts.events import Phase
from passerby.evals.ports import free_port
from passerby.store.filters import EventFilter
from passerby.store.results import ResultsStore
from support import figures, stage
from support.fakes import ColourDetector
from support.hosts import THIS_HOST, Host, hosts
from support.living import assert_nobody_shown, assert_whole, camera_of, never_ended
from support.waiting import until

pytestmark = [
    pytest.mark.slow,
    pytest.mark.rtsp,
    pytest.mark.filterwarnings("ignore"),  # Ray's own
]
# The aim of one server room: a camera of a lost machine is analysed again within this time, seconds.
AGAIN_S = 10.0
TESTS = Path(__file__).parents[2]
ENVIRONMENT = {
    "RAY_USAGE_STATS_ENABLED": "0",
    "PYTHONPATH": os.pathsep.join((str(TESTS), os.environ.get("PYTHONPATH", ""))),
}
START = (sys.executable, "-m", "ray.scripts.scripts", "start", "--block", "--object-store-memory=80000000")


@pytest.fixture
def cluster(monkeypatch: pytest.MonkeyPatch) -> Iterator[Any]:
    """Two machines with one processor each, and the unit's own without one; the unit's process is connected."""
    pytest.importorskip("ray", reason="Ray is not installed: pip install 'passerby[ray]'")
    for name, value in ENVIRONMENT.items():
        monkeypatch.setenv(name, value)
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


@pytest.fixture
def network(tmp_path: Path) -> Iterator[Network]:
    """Two machines with addresses of their own, whose cables can be pulled; the head is on this one."""
    pytest.importorskip("ray", reason="Ray is not installed: pip install 'passerby[ray]'")
    import ray

    with hosts(2) as machines, ExitStack() as stack:
        made = Network(machines, f"{THIS_HOST}:{free_port()}", tmp_path)
        stack.callback(ray.shutdown)
        stack.enter_context(made.head())
        made.connect()
        for machine in machines:
            made.join(machine)
        yield made


@dataclass(frozen=True)
class Network:
    """A Ray cluster over a network. address: of its head."""

    machines: Sequence[Host]
    address: str
    folder: Path

    @contextmanager
    def head(self) -> Iterator[None]:
        port = self.address.rpartition(":")[2]
        words = ("--head", f"--port={port}", f"--node-ip-address={THIS_HOST}", "--num-cpus=0")
        with (self.folder / "head.log").open("wb") as log:
            command = [*START, *words, "--include-dashboard=false"]
            process = subprocess.Popen(
                command, stdout=log, stderr=log, env={**os.environ, **ENVIRONMENT}, start_new_session=True
            )
        try:
            yield
        finally:
            os.killpg(process.pid, signal.SIGTERM)
            process.wait()

    def connect(self) -> None:
        def is_connected() -> bool:
            with suppress(UsageError):
                RayGroups(ModelChoice(), self.address)
                return True
            return False

        until(is_connected)

    def join(self, machine: Host) -> None:
        """Let a machine join. Ray gives up where the machine is so busy that a process takes 15 s to start."""
        words = [*START, f"--address={self.address}", f"--node-ip-address={machine.address}", "--num-cpus=1"]
        processes = [machine.run(words, self.folder / "machine.log", ENVIRONMENT)]

        def is_there() -> bool:
            if processes[-1].poll() is not None:
                processes.append(machine.run(words, self.folder / "machine.log", ENVIRONMENT))
            return machine.address in _addresses()

        until(is_there)

    def machine(self, node: str) -> Host:
        (address,) = (known for known, name in _addresses().items() if name == node)
        return next(one for one in self.machines if one.address == address)


def _addresses() -> dict[str, str]:
    """The address of each living node, with its name."""
    import ray

    return {one["NodeManagerAddress"]: one["NodeID"] for one in ray.nodes() if one["Alive"]}


def test_a_killed_machine_loses_no_stored_event_and_its_camera_is_analysed_again(
    tmp_path: Path, cluster: Any, record_property: Callable[[str, object], None]
) -> None:
    def kill(node_id: str) -> None:
        (node,) = (one for one in cluster.machines if one.node_id == node_id)
        cluster.remove_node(node, allow_graceful=False)

    with camera_of(tmp_path / "c.h264", stage.CAST, stage.SECONDS) as served:
        again_s = _run_and_lose(tmp_path, served.url(), cluster.address, kill)
    record_property("again_s", again_s)
    assert again_s <= AGAIN_S


def test_a_machine_that_falls_silent_is_replaced_and_adds_nothing_when_it_is_back(
    tmp_path: Path, network: Network, record_property: Callable[[str, object], None]
) -> None:
    """Its packets stop: nothing there ends, and no connection is closed."""

    def pull(node_id: str) -> None:
        network.machine(node_id).pull_the_cable()

    def plug() -> None:
        for machine in network.machines:
            machine.plug_the_cable()

    with camera_of(tmp_path / "c.h264", stage.CAST, stage.SECONDS, THIS_HOST) as served:
        again_s = _run_and_lose(tmp_path, served.url(), network.address, pull, plug)
    record_property("again_s", again_s)
    assert again_s <= AGAIN_S


def _run_and_lose(
    folder: Path,
    source: str,
    address: str,
    lose: Callable[[str], None],
    mend: Callable[[], None] = lambda: None,
) -> float:
    """Run a camera, lose its machine for a time, and return how long the camera was not analysed, seconds."""
    model, out = figures.model(folder / "colours.onnx"), folder / "out"
    unit = Unit.model_validate(
        {"station": "Riverside", "cameras": [{**stage.CAMERA, "source": source}], "recording_mb": 0}
    )
    with ResultsStore(out) as store:
        groups = RayGroups(ModelChoice(path=str(model)), address)
        placed = PlacedCameras(groups.make, out, filled(1), with_spare=True)
        running = RunningUnit(unit, out, store, ColourDetector(), SystemClock())
        running.cameras.placed = placed
        stop = threading.Event()
        unit_file = UnitFile(folder / "unit.yaml", store)
        thread = threading.Thread(target=running.run, args=(stop, threading.Event(), unit_file))
        thread.start()
        try:
            until(lambda: len(_starts(store)) >= 2 and placed._spare is not None)
            before = _starts(store)
            (group,) = placed._groups
            began_s = time.monotonic()
            lose(group.remote.node)
            until(lambda: placed._groups and placed._groups[0] is not group)
            frames = placed.figures["platform-1"].frames_analysed
            until(lambda: 0 < placed.figures["platform-1"].frames_analysed < frames)
            again_s = time.monotonic() - began_s
            mend()
            until(lambda: len(_starts(store)) > len(before))
        finally:
            stop.set()
            thread.join(60.0)
        assert before <= _starts(store), "nothing that was stored is lost"
        finish_files(store, out)  # as the next start does: a clip ended with its machine
    assert not thread.is_alive()
    assert_whole(out)
    assert never_ended(out) == set(), "what was open on the lost machine is ended"
    assert_nobody_shown(out)
    return again_s


def _starts(store: ResultsStore) -> set[str]:
    with store.queries() as queries:
        return {event.id for event in queries.events(EventFilter()) if event.phase is Phase.START}
