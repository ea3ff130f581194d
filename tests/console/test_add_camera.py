"""Adding and removing cameras; the login of a camera never comes back."""

from __future__ import annotations

import pytest
from starlette.testclient import TestClient

from passerby.config.cameras_edit import with_login
from passerby.store import audit
from support.consoles import ConsoleStage

NEW = {"name": "north 2", "address": "rtsp://10.0.0.7/main", "user": "viewer", "password": "s3cret/#"}


@pytest.fixture
def browser(stage: ConsoleStage) -> TestClient:
    return stage.logged_in("engineer")


def newest(stage: ConsoleStage) -> tuple[str, str, str]:
    with stage.store.reading() as connection:
        entry = audit.newest(connection, None, 1)[0].entry
    return entry.act, entry.what, entry.detail


def test_a_camera_is_added_with_its_login_and_audited_without(stage: ConsoleStage, browser: TestClient) -> None:
    token = browser.headers.pop("x-csrf-token")  # a form carries it as a field
    answer = browser.post("/add-camera", data={**NEW, "onvif": "", "csrf": token})
    assert (answer.status_code, answer.headers["location"]) == (303, "/cameras/north%202")
    (added,) = stage.control.added
    assert with_login(added.address, added) == "rtsp://viewer:s3cret%2F%23@10.0.0.7/main"
    assert "s3cret" not in repr(added)
    assert newest(stage) == ("configured", "north 2", "added: rtsp://10.0.0.7/main")
    assert browser.get(answer.headers["location"]).status_code == 200


def test_a_refused_camera_is_shown_again_without_its_password(stage: ConsoleStage, browser: TestClient) -> None:
    stage.control.problems = ["cameras[2].name: another camera has this name"]
    given = {**NEW, "address": "rtsp://root:hunter22@10.0.0.7/main"}
    answer = browser.post("/add-camera", data=given, headers={"accept": "text/html"})
    assert answer.status_code == 400
    assert "another camera has this name" in answer.text
    assert "north 2" in answer.text
    assert "s3cret" not in answer.text
    assert "hunter22" not in answer.text


def test_cameras_in_the_network_and_their_streams(stage: ConsoleStage, browser: TestClient) -> None:
    (device,) = browser.post("/add-camera/devices").json()["devices"]
    asked = {"address": device["address"]}
    refused = browser.post("/add-camera/streams", json=asked)
    assert refused.status_code == 502
    assert "login was refused" in refused.json()["detail"]
    found = browser.post("/add-camera/streams", json={**asked, "user": "viewer", "password": "s3cret"}).json()
    assert found["streams"][0]["address"] == "rtsp://10.0.0.7/main"
    assert "s3cret" not in str(found)


def test_a_camera_is_removed(stage: ConsoleStage, browser: TestClient) -> None:
    answer = browser.post("/cameras/hall/remove")
    assert (answer.status_code, answer.headers["location"]) == (303, "/cameras")
    assert stage.status.cameras == ("platform-1",)
    assert newest(stage) == ("configured", "hall", "removed")
    assert browser.post("/cameras/hall/remove").status_code == 404


def test_every_page_of_a_unit_without_cameras_is_shown(stage: ConsoleStage) -> None:
    stage.status.cameras = ()
    browser = stage.logged_in("admin")
    for path in ("/", "/alarms", "/cameras", "/trust", "/add-camera", "/api/v1/cameras", "/metrics"):
        assert browser.get(path).status_code == 200, path
    assert browser.get("/flow").status_code == 404
    assert "Add a camera" in browser.get("/cameras").text
