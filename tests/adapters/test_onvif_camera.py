"""The ONVIF client against a device with the real WSDLs and a checked login."""

from __future__ import annotations

from contextlib import nullcontext

import pytest

from passerby.adapters import onvif_focus_moves
from passerby.adapters.onvif_camera import OnvifCamera, OnvifLogin
from passerby.adapters.onvif_focus import OnvifFocus
from passerby.adapters.onvif_preset import OnvifPreset
from passerby.adapters.onvif_tampering import OnvifTampering
from passerby.contracts.errors import InputError
from passerby.evals.lens_models import MODELS, ModelDrive
from passerby.unit.focus import loop
from passerby.unit.focus.loop import FocusLoop, FocusServices
from support.onvif_device import PASSWORD, USER, OnvifDevice

pytestmark = pytest.mark.filterwarnings("ignore::DeprecationWarning", "ignore::ResourceWarning")


def login(device: OnvifDevice, password: str = PASSWORD) -> OnvifLogin:
    return OnvifLogin("127.0.0.1", device.port, USER, password)


def lens() -> ModelDrive:
    return ModelDrive(MODELS[0], 4)


def test_device_clock_and_streams_of_a_camera_whose_clock_is_two_hours_wrong() -> None:
    with OnvifDevice(lens(), offset_s=7200) as device, OnvifCamera(login(device)) as camera:
        about = camera.device()
        assert (about.manufacturer, about.model, about.firmware) == ("Simulated", "Lens 1", "1.2")
        assert about.clock_offset_s == pytest.approx(7200, abs=3)
        main, sub = camera.profiles()
        assert (main.name, main.picture_wh, main.fps, main.encoding) == ("main", (1920, 1080), 25.0, "H264")
        assert (sub.uri, sub.source) == ("rtsp://127.0.0.1:8554/profile-sub", "source-1")


@pytest.fixture(autouse=True)
def _without_waiting(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(onvif_focus_moves, "ASK_EVERY_S", 0.0)
    monkeypatch.setattr(onvif_focus_moves, "MOST_S", 86_400.0)


@pytest.mark.parametrize("quirks", ["", "relative", "continuous", "slow"])
def test_the_focus_loop_sharpens_a_camera_over_onvif(quirks: str) -> None:
    drive = lens()
    with OnvifDevice(drive, quirks=quirks) as device, OnvifCamera(login(device)) as camera:
        services = FocusServices(drive.measure, lambda _: None, nullcontext, lambda _: None)
        report = FocusLoop(OnvifFocus(camera, "source-1"), services).refocus("test")
    assert report.is_changed
    assert report.measurements <= 8
    assert drive.sharpness() >= 0.98


@pytest.mark.parametrize("quirks", ["relative", "continuous"])
def test_a_camera_that_names_no_ends_is_driven_to_them_and_back(quirks: str) -> None:
    drive = lens()
    start = drive.status().position
    with OnvifDevice(drive, quirks=quirks) as device, OnvifCamera(login(device)) as camera:
        focus = OnvifFocus(camera, "source-1")
        assert focus.limits == pytest.approx(drive.limits)
        assert focus.status().position == pytest.approx(start, abs=0.01)
        moves = device.moves
        assert focus.limits == pytest.approx(drive.limits)
        assert device.moves == moves, "once"


@pytest.mark.parametrize("is_good", [True, False])
@pytest.mark.parametrize(("quirks", "modes"), [("one push", []), ("automatic", ["AUTO", "MANUAL"])])
def test_a_camera_that_focuses_by_itself_is_measured_and_otherwise_searched(
    quirks: str, modes: list[str], is_good: bool
) -> None:
    drive = lens()
    with OnvifDevice(drive, quirks=quirks) as device, OnvifCamera(login(device)) as camera:
        device.own_focus = drive.best if is_good else 0.01
        services = FocusServices(drive.measure, lambda _: None, nullcontext, lambda _: None)
        report = FocusLoop(OnvifFocus(camera, "source-1"), services).refocus("test")
    assert (report.is_changed, "own autofocus" in report.reason) == (True, is_good)
    assert device.modes == modes
    assert drive.sharpness() >= 0.98


@pytest.mark.parametrize(
    ("quirks", "says"),
    [
        ("endless", "has not arrived after 1 s"),
        ("elsewhere", "the lens is at -5 instead of"),
        ("refuses", "the login was refused"),
    ],
)
def test_a_lens_that_misbehaves_is_one_sentence(quirks: str, says: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(loop, "MOVE_TIMEOUT_S", 1.0)
    drive = lens()
    with OnvifDevice(drive, quirks=quirks) as device, OnvifCamera(login(device)) as camera:
        services = FocusServices(drive.measure, lambda _: None, nullcontext, lambda _: None)
        with pytest.raises(InputError, match=says):
            FocusLoop(OnvifFocus(camera, "source-1"), services).refocus("test")


def test_the_faults_that_a_camera_reports_come_and_go() -> None:
    with OnvifDevice(lens()) as device, OnvifCamera(login(device)) as camera:
        device.tampering = {"tns1:VideoSource/ImageTooBlurry/AnalyticsService", "tns1:Device/Trigger/Relay"}
        events = OnvifTampering(camera)
        assert events.pull() == {"ImageTooBlurry"}
        assert events.pull() == {"ImageTooBlurry"}, "a state lasts until it changes"
        device.tampering = {"tns1:RuleEngine/TamperDetector/Tamper"}
        assert events.pull() == {"TamperDetector"}
        device.tampering = set()
        assert events.pull() == set()
        device.tampering = {"tns1:VideoSource/ImageTooDark/ImagingService"}
        assert OnvifTampering(camera).pull() == {"ImageTooDark"}, "it begins with the present state"


def test_a_camera_that_pans_is_at_its_preset_or_elsewhere() -> None:
    with OnvifDevice(lens()) as device, OnvifCamera(login(device)) as camera:
        preset = OnvifPreset(camera, "profile-main", "platform")
        assert preset.is_there()
        device.position = 0.3
        assert not preset.is_there()
        with pytest.raises(InputError, match=r"has no preset 'door'; it has: platform"):
            OnvifPreset(camera, "profile-main", "door")


def test_a_wrong_password_and_a_lens_without_motor_are_refused() -> None:
    with OnvifDevice(lens(), quirks="fixed") as device:
        with pytest.raises(InputError, match="the login was refused; check user and password"):
            OnvifCamera(login(device, "wrong")).device()
        with (
            OnvifCamera(login(device)) as camera,
            pytest.raises(InputError, match="has no motor that can be moved"),
        ):
            OnvifFocus(camera, "source-1")


def test_nobody_there_is_one_sentence() -> None:
    with pytest.raises(InputError, match=r"camera 127\.0\.0\.1:1: .*check address and port"):
        OnvifCamera(OnvifLogin("127.0.0.1", 1))


@pytest.mark.parametrize(
    ("address", "login"),
    [
        ("http://10.0.0.7", OnvifLogin("10.0.0.7")),
        ("http://op%40x:a%2Fb@10.0.0.7:8080/onvif", OnvifLogin("10.0.0.7", 8080, "op@x", "a/b")),
        ("https://op:x@cam.example", OnvifLogin("https://cam.example", 443, "op", "x")),
    ],
)
def test_a_configured_address_is_a_login(address: str, login: OnvifLogin) -> None:
    assert OnvifLogin.of(address) == login
