"""`passerby demo --focus`: somebody turns the ring of a simulated lens, and the unit brings it back into focus."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from passerby.app.demo_live import ADDRESS, FPS, STATION, camera_config, picture_size
from passerby.app.run import run_unit
from passerby.app.simulated_camera import SimulatedCamera, SimulatedView
from passerby.app.tables import print_rows
from passerby.contracts.config import Camera, Unit
from passerby.contracts.focus import FocusDrive
from passerby.contracts.settings import OnvifAccess
from passerby.contracts.time import Clock
from passerby.files.whole import write_whole
from passerby.ingest.source import FrameSource
from passerby.ingest.substream import Substream
from passerby.sim.motor import MotorLens
from passerby.sim.station import Station
from passerby.sim.unitfile import unit_yaml
from passerby.store import audit
from passerby.store.audit import Act
from passerby.store.filters import EventFilter
from passerby.store.results import ResultsStore
from passerby.vision.detector import Detector

SCENARIO, CAMERA = "platform", "platform"
# When the ring is turned, to 11 cm, and the length of the demo.
TURNED_S, TURNED_TO, SECONDS = 120.0, 9.0, 200.0
KINDS = ("camera_blurred", "analysis_paused")


@dataclass(frozen=True, slots=True)
class FocusDemo:
    """turned_s: when the ring is turned. seconds: length of the demo; both in the time of the pictures."""

    turned_s: float = TURNED_S
    seconds: float = SECONDS

    def play(self, detector: Detector, folder: Path) -> None:
        """Run a unit with one camera, then print its events about the focus and its audit log.

        Raises StoreError if the folder is in use.
        """
        station = Station.load(SCENARIO)
        station = Station(station.scenario.model_copy(update={"seconds": self.seconds}))
        lens = _TurnedLens(self.turned_s)
        view = SimulatedView(
            station, station.model().name, picture_size(station), FPS, focus_m=lens.focus_at, repeats=False
        )
        # Without rules: an alarm of the station would postpone the focus, as in a real unit.
        onvif = OnvifAccess(address="http://simulated.invalid")
        config = camera_config(CAMERA, station).model_copy(update={"onvif": onvif, "rules": ()})
        unit = Unit(station=STATION, cameras=(config,), recording_mb=0)

        def opened(source: str, camera: str, *, clock: Clock, substream: Substream | None = None) -> FrameSource:
            assert (source, substream) == (ADDRESS + CAMERA, None)
            return SimulatedCamera(view, camera, clock)

        with ResultsStore(folder) as store:
            file = folder / "unit.yaml"
            write_whole(file, unit_yaml(unit).encode())
            run_unit(unit, file, folder, store, detector, with_console=False, opener=opened, lens=lens.opened)
            _print(store)


class _TurnedLens:
    """The lens of the demo: its ring is turned once."""

    def __init__(self, turned_s: float) -> None:
        self._motor, self._turned_s, self._is_turned = MotorLens(), turned_s, False

    @contextmanager
    def opened(self, _: Camera) -> Iterator[FocusDrive]:
        """See Lens."""
        yield self._motor

    def focus_at(self, t_s: float) -> float:
        """Return the focus distance for the picture of this time, metres."""
        if t_s >= self._turned_s and not self._is_turned:
            self._motor.turn(TURNED_TO)
            self._is_turned = True
        return self._motor.focus_at(t_s)


def _print(store: ResultsStore) -> None:
    with store.queries() as queries:
        events = [(f"{e.at_s:.1f} s", e.kind, e.phase) for e in queries.events(EventFilter(kind=KINDS))]
    with store.reading() as connection:
        entries = [row.entry for row in audit.rows(connection)]
    print_rows(("at", "event", "phase"), events, "no event about the focus")
    rows = [(one.utc, one.actor, one.act, one.what, one.detail) for one in entries if one.act == Act.FOCUSED]
    print_rows(("time", "who", "act", "what", "how"), rows, "The lens was not focused.")
