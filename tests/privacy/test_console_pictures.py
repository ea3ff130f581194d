"""Every route of the console that answers with a picture, in every role, during the run of a unit and after it.

The run begins with the first seconds of a camera; in three of four runs, the camera is moved or the detector
fails.
"""

from __future__ import annotations

import io
import threading
import zipfile
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import cv2
import numpy as np
import pytest
from starlette.testclient import TestClient

from passerby.app import running_unit
from passerby.app.clock import SystemClock
from passerby.app.running_unit import RunningUnit
from passerby.app.unit_file import UnitFile, load_unit
from passerby.camera import live_tile
from passerby.console.access import ROUTES, may
from passerby.console.app import create
from passerby.console.ports import ConsolePorts
from passerby.console.sessions import COOKIE
from passerby.contracts.people import Detections
from passerby.contracts.settings import ConsoleSettings
from passerby.pixels.frame import RawFrame
from passerby.store import accounts, alarms
from passerby.store.accounts import ROLES
from passerby.store.filters import AlarmFilter
from passerby.store.results import ResultsStore
from support import stage
from support.consoles import StubControl, StubFinder, StubStatus
from support.fakes import ColourDetector
from support.figures import Bgr, film, leaked, pictures
from support.forms import form_of
from support.stage import CAST, SECONDS

WITH_PICTURES = {
    "/live",
    "/live/{camera}",
    "/alarms/{alarm}/still",
    "/alarms/{alarm}/clip",
    "/alarms/{alarm}/case",
}
# Beginnings of JPEG, PNG and WebP files, and of MP4 files after four bytes; none may be inside of a page.
MAGIC = (b"\xff\xd8\xff", b"\x89PNG", b"WEBPVP8", b"ftypisom")


# The camera is moved, or the detector fails, from here on: people are in the picture.
CHANGE_S, MOVED_PX = 7.5, (30, 18)


@dataclass
class BlindDetector(ColourDetector):
    """Finds nobody any more after CHANGE_S."""

    def detect(self, frames: Sequence[RawFrame]) -> list[Detections]:
        return [
            replace(found, xyxy_px=found.xyxy_px[:0], score=found.score[:0]) if found.at.s > CHANGE_S else found
            for found in super().detect(frames)
        ]


@dataclass
class BrokenDetector(ColourDetector):
    """Raises once after CHANGE_S, as without memory; then the camera starts again."""

    raised: bool = False

    def detect(self, frames: Sequence[RawFrame]) -> list[Detections]:
        if frames[0].at.s > CHANGE_S and not self.raised:
            self.raised = True
            raise MemoryError("no memory for the network")
        return super().detect(frames)


def moved(picture: Bgr, t_s: float) -> Bgr:
    """Return the picture of a camera that somebody pushes at CHANGE_S."""
    return np.roll(picture, MOVED_PX, (1, 0)) if t_s > CHANGE_S else picture


STATES: dict[str, tuple[Callable[[], ColourDetector], Callable[[Bgr, float], Bgr] | None]] = {
    "usual": (ColourDetector, None),
    "camera moved": (ColourDetector, moved),
    "detector blind": (BlindDetector, None),
    "detector broken": (BrokenDetector, None),
}


class Place:
    """A unit over a film of figures, and its console."""

    def __init__(self, folder: Path, store: ResultsStore, state: str) -> None:
        detector, view = STATES[state]
        video = film(folder / "v.mp4", CAST, SECONDS, view=view)
        path = stage.unit(folder / "unit.yaml", {"source": str(video)})
        self.folder, self.store, self.file = folder / "out", store, UnitFile(path, store)
        self.unit = RunningUnit(load_unit(path), self.folder, store, detector(), SystemClock())
        ports = ConsolePorts(
            *(
                store,
                self.unit.live,
                self.unit,
                self.folder,
                self.unit.departures,
                StubControl(StubStatus()),
                StubFinder(),
            )
        )
        self.app = create(ports, ConsoleSettings())
        self._people = 0

    def browser(self, role: str) -> TestClient:
        """A person of this role, logged in."""
        name = f"{role} {self._people}"
        self._people += 1
        self.store.write(lambda c: accounts.add(c, name, role, "no password", "test"))
        token = self.app.state.services.sessions.begin(name, None)
        return TestClient(self.app, cookies={COOKIE: token}, follow_redirects=False)


@contextmanager
def watched(browser: TestClient, seen: list[bytes]) -> Iterator[None]:
    """Ask for the live picture again and again, from before the first one to after the last."""
    over = threading.Event()

    def watch() -> None:
        while not over.is_set():
            answer = browser.get("/live/platform-1")
            if answer.status_code == 200:
                seen.append(answer.content)
            over.wait(0.001)

    viewer = threading.Thread(target=watch)
    viewer.start()
    try:
        yield
    finally:
        over.set()
        viewer.join()


def shown_in(body: bytes, kind: str, folder: Path) -> Iterator[Any]:
    """The pictures of an answer: of an image, of a clip, or of each file of a case."""
    if kind == "application/zip":
        with zipfile.ZipFile(io.BytesIO(body)) as case:
            for name in case.namelist():
                yield from shown_in(case.read(name), Path(name).suffix, folder)
    elif kind in ("video/mp4", ".mp4"):
        (folder / "answer.mp4").write_bytes(body)
        yield from pictures(folder / "answer.mp4")
    elif kind in ("image/jpeg", ".jpg"):
        yield cv2.imdecode(np.frombuffer(body, np.uint8), cv2.IMREAD_COLOR)
    else:
        assert not any(magic in body for magic in MAGIC), kind


def parts_of(answer: Any) -> Iterator[tuple[str, bytes]]:
    """Type and contents of an answer, or of each file in it."""
    kind = answer.headers.get("content-type", "").partition(";")[0]
    if kind == "multipart/form-data":
        yield from form_of(answer).values()
    else:
        yield kind, answer.content


def answers(browser: TestClient, alarm: str) -> Iterator[tuple[str, Any]]:
    """Every answer to a request that changes nothing."""
    values = {"camera": "platform-1", "alarm": alarm, "event": alarm, "table": "zones", "feed": "counts"}
    for method, path in ROUTES:
        if method == "GET" and not path.endswith("/stream"):
            yield path, browser.get(path.format(**values, name="now.js"), params={"tile": ":platform-1"})


@pytest.mark.parametrize("state", STATES)
def test_no_route_shows_anybody_in_any_role(state: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(live_tile, "MOST_FPS", 1e9)
    monkeypatch.setattr(running_unit, "announce", lambda *_: None)
    with ResultsStore(tmp_path / "out") as store:
        place, live = Place(tmp_path, store, state), list[bytes]()
        with watched(place.browser("operator"), live):
            place.unit.run(threading.Event(), threading.Event(), place.file)
        with store.reading() as connection:
            raised = [one.id for one in alarms.query(connection, AlarmFilter(kind=("intrusion",)))]
        found = {role: set[str]() for role in ROLES}
        for role in ROLES:
            for path, answer in answers(place.browser(role), raised[0]):
                shown = [one for kind, body in parts_of(answer) for one in shown_in(body, kind, tmp_path)]
                assert sum(map(leaked, shown)) == 0, (role, path)
                found[role] |= {path} if shown else set()
    assert place.unit.failures().get("platform-1", 0) == (state == "detector broken")
    assert len(live) > 10
    assert sum(leaked(picture) for body in live for picture in shown_in(body, "image/jpeg", tmp_path)) == 0
    for role in ROLES:
        assert found[role] == {path for path in WITH_PICTURES if may(role, ROUTES["GET", path].needs)}, role
