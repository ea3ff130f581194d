"""A console over a real store, with a live view and a unit that a test sets; and people who use it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any

from fastapi import FastAPI
from starlette.testclient import TestClient

from passerby.console.app import create
from passerby.console.passwords import digest, hashed, new_token
from passerby.console.ports import (
    CameraFigures,
    CameraHistory,
    ConsolePorts,
    FloorPlan,
    FloorResidual,
    FloorTrial,
    LearnedTrial,
)
from passerby.contracts.config import Unit
from passerby.contracts.destinations import Webhook
from passerby.contracts.drawing import DrawnFloor, DrawnPlaces
from passerby.contracts.errors import InputError, UsageError
from passerby.contracts.escalation import Escalation
from passerby.contracts.focus import FocusReport
from passerby.contracts.live import LivePicture
from passerby.contracts.new_camera import CameraLogin, FoundDevice, FoundStream, NewCamera
from passerby.contracts.settings import ConsoleSettings
from passerby.contracts.transit import Transit
from passerby.contracts.trial import TrialState
from passerby.store import accounts, tokens
from passerby.store.results import ResultsStore
from support import stage

PASSWORD = "correct horse battery"


@dataclass
class StubLive:
    """Live pictures by camera."""

    pictures: dict[str, LivePicture] = field(default_factory=dict)

    def picture(self, camera: str) -> LivePicture | None:
        return self.pictures.get(camera)


@dataclass
class StubStatus:
    """A unit with the drawn platform."""

    cameras: tuple[str, ...] = ("platform-1", "hall")
    destinations: tuple[Webhook, ...] = ()
    ready: bool = True
    escalation: Escalation = field(default_factory=Escalation)
    restarts: dict[str, int] = field(default_factory=dict)
    histories: dict[str, CameraHistory] = field(default_factory=dict)
    transit: Transit = field(default_factory=Transit)
    plans: dict[str, FloorPlan] = field(default_factory=dict)

    tried: dict[str, TrialState] = field(default_factory=dict)
    lenses: dict[str, FocusReport | str] = field(default_factory=dict)
    settings: dict[str, Any] = field(default_factory=dict)

    def trial(self, camera: str) -> TrialState | None:
        return self.tried.get(camera)

    def unit(self) -> Unit:
        cameras = tuple(stage.camera(name=name, **self.settings) for name in self.cameras)
        return Unit(
            station="Riverside",
            cameras=cameras,
            destinations=self.destinations,
            escalation=self.escalation,
            transit=self.transit,
        )

    def is_ready(self) -> bool:
        return self.ready

    def figures(self) -> tuple[CameraFigures, ...]:
        stages, incidents = {"detect": (90, 1.8)}, {"loitering": 2}
        return (CameraFigures("hall", 100, 90, 3, 1, 0, stages, incidents),)

    def history(self, camera: str) -> CameraHistory | None:
        return self.histories.get(camera)

    def plan(self, camera: str) -> FloorPlan | None:
        return self.plans.get(camera)

    def queued(self) -> int:
        return 4

    def rate_ratio(self) -> float:
        return 0.75

    def failures(self) -> Mapping[str, int]:
        return self.restarts

    def lost(self) -> Mapping[str, int]:
        return {}

    def focused(self) -> Mapping[str, FocusReport | str]:
        return self.lenses


@dataclass
class StubInbox:
    """Departures by message, of one track."""

    departed: list[str] = field(default_factory=list)

    def left(self, track: str) -> bool:
        self.departed += [track] if track == "track 1" else []
        return track == "track 1"


@dataclass
class StubControl:
    """Notes what was asked for; finds what `problems` says."""

    status: StubStatus
    problems: list[str] = field(default_factory=list)
    restarted: list[str] = field(default_factory=list)
    refocused: list[str] = field(default_factory=list)
    saved: list[DrawnPlaces] = field(default_factory=list)
    floors: list[DrawnFloor] = field(default_factory=list)
    learned: LearnedTrial | None = None
    accepted: list[str] = field(default_factory=list)
    added: list[NewCamera] = field(default_factory=list)

    def restart(self, camera: str) -> None:
        self.restarted.append(camera)

    def focus(self, camera: str) -> None:
        if self.problems:
            raise UsageError(self.problems[0])
        self.refocused.append(camera)

    def check_places(self, drawn: DrawnPlaces) -> list[str]:
        return self.problems

    def save_places(self, drawn: DrawnPlaces) -> None:
        if self.problems:
            raise UsageError(self.problems[0])
        self.saved.append(drawn)

    def try_places(self, drawn: DrawnPlaces, actor: str) -> None:
        if self.problems:
            raise UsageError(self.problems[0])
        self.status.tried[drawn.camera] = TrialState(drawn, actor, 0, ())

    def stop_trial(self, camera: str) -> None:
        self.status.tried.pop(camera, None)

    def try_floor(self, drawn: DrawnFloor) -> FloorTrial:
        residuals = (FloorResidual("length 1 of 2 m", 1.5),)
        errors = () if self.problems else ((None, 0.5), (0.3, 0.1))
        return FloorTrial(tuple(self.problems), residuals, learned=self.learned, errors=errors)

    def use_learned_floor(self, camera: str) -> None:
        if self.learned is None:
            raise UsageError("no floor from people yet")
        self.accepted.append(camera)

    def save_floor(self, drawn: DrawnFloor) -> None:
        if self.problems:
            raise UsageError(self.problems[0])
        self.floors.append(drawn)

    def add_camera(self, new: NewCamera) -> None:
        if self.problems:
            raise UsageError(self.problems[0])
        self.added.append(new)
        self.status.cameras = (*self.status.cameras, new.name)

    def remove_camera(self, camera: str) -> None:
        self.status.cameras = tuple(name for name in self.status.cameras if name != camera)


@dataclass
class StubFinder:
    """One camera in the network, which needs the login of support.onvif_device."""

    logins: list[CameraLogin] = field(default_factory=list)

    def devices(self) -> tuple[FoundDevice, ...]:
        return (FoundDevice("http://10.0.0.7/onvif", "north", "Lens 1"),)

    def streams(self, address: str, login: CameraLogin) -> tuple[FoundStream, ...]:
        if not login.user:
            raise InputError("camera 10.0.0.7:80: the login was refused; check user and password")
        self.logins.append(login)
        return (FoundStream("main", "H264", (1920, 1080), 25.0, "rtsp://10.0.0.7/main"),)


@dataclass
class ConsoleStage:
    """The console, and what is behind it."""

    app: FastAPI
    store: ResultsStore
    folder: Path
    live: StubLive
    status: StubStatus
    inbox: StubInbox
    control: StubControl
    finder: StubFinder

    def visitor(self, **headers: str) -> TestClient:
        """A browser without login; redirections are not followed."""
        return TestClient(self.app, follow_redirects=False, raise_server_exceptions=False, headers=headers)

    def account(self, name: str, role: str) -> None:
        """Add an account with PASSWORD."""
        self.store.write(lambda c: accounts.add(c, name, role, _hash(), "test"))

    def logged_in(self, role: str = "operator", name: str = "") -> TestClient:
        """A browser of a person with this role; its requests carry the token of its forms."""
        name = name or role
        with self.store.reading() as connection:
            is_new = accounts.account(connection, name) is None
        if is_new:
            self.account(name, role)
        browser = self.visitor()
        answer = browser.post("/login", data={"name": name, "password": PASSWORD})
        assert answer.status_code == 303, answer.text
        page = browser.get("/").text
        browser.headers["x-csrf-token"] = page.split('data-csrf="')[1].split('"')[0]
        return browser

    def program(self, *scopes: str, name: str = "program") -> TestClient:
        """A program with a token of these scopes."""
        token = new_token()
        self.store.write(lambda c: tokens.add(c, name, digest(token), scopes, "test"))
        return self.visitor(authorization=f"Bearer {token}")


@contextmanager
def console_stage(folder: Path, settings: ConsoleSettings | None = None) -> Iterator[ConsoleStage]:
    """A console over the results folder."""
    live, status, inbox, finder = StubLive(), StubStatus(), StubInbox(), StubFinder()
    control = StubControl(status=status)
    with ResultsStore(folder) as store:
        ports = ConsolePorts(store, live, status, folder, inbox, control, finder)
        app = create(ports, settings or ConsoleSettings())
        yield ConsoleStage(app, store, folder, live, status, inbox, control, finder)


@cache
def _hash() -> str:
    return hashed(PASSWORD)
