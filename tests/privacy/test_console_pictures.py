"""Every route of the console that answers with a picture, in every role, during the run of a unit and after it."""

from __future__ import annotations

import io
import threading
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
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
from passerby.contracts.settings import ConsoleSettings
from passerby.store import accounts, alarms
from passerby.store.accounts import ROLES
from passerby.store.filters import AlarmFilter
from passerby.store.results import ResultsStore
from support import stage
from support.consoles import StubControl, StubFinder, StubStatus
from support.fakes import ColourDetector
from support.figures import film, leaked, pictures
from support.stage import CAST, SECONDS

WITH_PICTURES = {"/live/{camera}", "/alarms/{alarm}/still", "/alarms/{alarm}/clip", "/alarms/{alarm}/case"}
# Beginnings of JPEG, PNG and WebP files, and of MP4 files after four bytes; none may be inside of a page.
MAGIC = (b"\xff\xd8\xff", b"\x89PNG", b"WEBPVP8", b"ftypisom")


class Place:
    """A unit over a film of figures, and its console."""

    def __init__(self, folder: Path, store: ResultsStore) -> None:
        video = film(folder / "v.mp4", CAST, SECONDS)
        path = stage.unit(folder / "unit.yaml", {"source": str(video)})
        self.folder, self.store, self.file = folder / "out", store, UnitFile(path, store)
        self.unit = RunningUnit(load_unit(path), self.folder, store, ColourDetector(), SystemClock())
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


def answers(browser: TestClient, alarm: str) -> Iterator[tuple[str, Any]]:
    """Every answer to a request that changes nothing."""
    values = {"camera": "platform-1", "alarm": alarm, "event": alarm, "table": "zones", "feed": "counts"}
    for method, path in ROUTES:
        if method == "GET" and not path.endswith("/stream"):
            yield path, browser.get(path.format(**values, name="now.js"))


def test_no_route_shows_anybody_in_any_role(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(live_tile, "MOST_FPS", 1e9)
    monkeypatch.setattr(running_unit, "announce", lambda *_: None)
    with ResultsStore(tmp_path / "out") as store:
        place, live = Place(tmp_path, store), list[bytes]()
        with watched(place.browser("operator"), live):
            place.unit.run(threading.Event(), threading.Event(), place.file)
        with store.reading() as connection:
            raised = [one.id for one in alarms.query(connection, AlarmFilter(kind=("intrusion",)))]
        found = {role: set[str]() for role in ROLES}
        for role in ROLES:
            for path, answer in answers(place.browser(role), raised[0]):
                kind = answer.headers.get("content-type", "").partition(";")[0]
                shown = list(shown_in(answer.content, kind, tmp_path))
                assert sum(map(leaked, shown)) == 0, (role, path)
                found[role] |= {path} if shown else set()
    assert len(live) > 10
    assert sum(leaked(picture) for body in live for picture in shown_in(body, "image/jpeg", tmp_path)) == 0
    for role in ROLES:
        assert found[role] == {path for path in WITH_PICTURES if may(role, ROUTES["GET", path].needs)}, role
