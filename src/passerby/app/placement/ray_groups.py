"""Groups of cameras as Ray actors. Only this module imports Ray, and only when it is used."""

from __future__ import annotations

import logging
import os
import time
from dataclasses import dataclass
from typing import Any

from passerby.app.detector_choice import model_folders
from passerby.app.placement.camera_group import CameraGroup
from passerby.app.placement.parcels import Reply
from passerby.app.placement.remote_group import GroupLostError
from passerby.contracts.config import Camera, ModelChoice, Unit
from passerby.contracts.errors import OperationError, UsageError
from passerby.vision.load import load_detector
from passerby.vision.shared import SharedDetector

log = logging.getLogger(__name__)
# A group that answers no question for this long is lost, seconds; a question waits at most one second for records.
ANSWER_S = 4.0
STOPS_S = 8.0
# A new process imports passerby and loads the detector.
STARTS_S = 30.0
# A machine that was lost gets no group for this long, unless it is the only one; Ray itself notices later.
SUSPECT_S = 120.0


class RayGroups:
    """Starts groups on the machines of a Ray cluster, evenly. Raises UsageError without Ray or without a cluster.

    address: of the cluster, as Ray writes it; None for RAY_ADDRESS, or the cluster of this machine.
    """

    def __init__(self, choice: ModelChoice, address: str | None = None) -> None:
        try:
            import ray
        except ImportError:
            raise UsageError("--placement ray needs Ray: pip install 'passerby[ray]'") from None
        self._ray, self._choice = ray, choice
        self._lost_s: dict[str, float] = {}
        self._count: dict[str, int] = {}
        try:
            ray.init(
                address=address or os.environ.get("RAY_ADDRESS", "auto"), logging_level=logging.WARNING,
                ignore_reinit_error=True,
            )  # fmt: skip
        except (ConnectionError, ValueError, RuntimeError) as error:
            raise UsageError(
                "no Ray cluster answers: start one with `ray start --head`, or give its address in RAY_ADDRESS"
                f" ({str(error).splitlines()[0]})"
            ) from None

    def make(self, unit: Unit) -> RayGroup:
        """See MakeGroup."""
        from ray.util.scheduling_strategies import NodeAffinitySchedulingStrategy

        machine = self._machine()
        actor = self._ray.remote(_Actor).options(
            num_cpus=1,
            max_restarts=0,
            max_concurrency=64,
            scheduling_strategy=NodeAffinitySchedulingStrategy(machine["NodeID"], soft=False),
        )
        made = RayGroup(self, actor.remote(unit, self._choice), machine["NodeID"], machine["NodeManagerHostname"])
        try:
            made.ask("ready", within_s=STARTS_S)
        except GroupLostError as error:
            made.end()
            raise OperationError(f"a group of cameras did not start: {error}") from None
        self._count[machine["NodeID"]] = self._count.get(machine["NodeID"], 0) + 1
        return made

    def lose(self, node: str) -> None:
        """Note that a group ended: its machine may be dead."""
        self._lost_s[node] = time.monotonic()
        self._count[node] = self._count.get(node, 1) - 1

    def _machine(self) -> dict[str, Any]:
        alive = [one for one in self._ray.nodes() if one["Alive"] and one["Resources"].get("CPU", 0) >= 1]
        room = [one for one in alive if self._count.get(one["NodeID"], 0) < one["Resources"]["CPU"]]
        if not room:
            raise OperationError("no machine of the Ray cluster has a free processor; add a machine")
        now_s = time.monotonic()

        def rank(one: dict[str, Any]) -> tuple[bool, int]:
            node = one["NodeID"]
            return now_s - self._lost_s.get(node, -SUSPECT_S) < SUSPECT_S, self._count.get(node, 0)

        return min(room, key=rank)


@dataclass(frozen=True, slots=True)
class RayGroup:
    """See RemoteGroup. actor: a handle of Ray."""

    groups: RayGroups
    actor: Any
    node: str
    machine: str

    def start(self, camera: Camera, unit: Unit) -> None:
        """See RemoteGroup."""
        self.ask("start", camera, unit, within_s=STOPS_S)

    def take(self, camera: str, confirmed: int, *, is_watched: bool) -> Reply:
        """See RemoteGroup."""
        reply = self.ask("take", camera, confirmed, is_watched=is_watched, within_s=ANSWER_S)
        assert isinstance(reply, Reply)
        return reply

    def stop(self, camera: str) -> None:
        """See RemoteGroup."""
        self.ask("stop", camera, within_s=STOPS_S)

    def end(self) -> None:
        """See RemoteGroup."""
        import ray

        self.groups.lose(self.node)
        ray.kill(self.actor)

    def ask(self, method: str, *given: object, within_s: float = ANSWER_S, **named: object) -> object:
        """See RemoteGroup."""
        import ray
        from ray.exceptions import GetTimeoutError, RayError

        try:
            return ray.get(getattr(self.actor, method).remote(*given, **named), timeout=within_s)
        except GetTimeoutError:
            raise GroupLostError(f"{self.machine} did not answer for {within_s:g} s") from None
        except RayError as error:
            raise GroupLostError(f"{self.machine} is lost ({type(error).__name__})") from None


class _Actor(CameraGroup):
    """A CameraGroup with the detector of its machine."""

    def __init__(self, unit: Unit, choice: ModelChoice) -> None:
        super().__init__(unit, SharedDetector(load_detector(choice, model_folders(unit)), 1))

    def ready(self) -> None:
        """Return when the detector is loaded."""
