"""passerby models: fetched from a folder or over HTTP, and refused when it is not the right thing."""

from __future__ import annotations

import hashlib
import json
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path

import pytest
from typer.testing import CliRunner

from passerby.app import models, pull
from passerby.app.cli import app
from passerby.contracts.config import ModelChoice
from passerby.contracts.errors import ModelError, UsageError
from passerby.vision.catalogue import KNOWN, Known, ModelFile
from passerby.vision.load import load_detector

CONTENT = {".xml": b"<net>" + b"x" * 200_000, ".bin": bytes(range(256)) * 400}


def _known(address: str = "https://host/original") -> Known:
    parts = (
        ModelFile(f"{address}{end}", hashlib.sha256(data).hexdigest(), len(data)) for end, data in CONTENT.items()
    )
    return Known("drawn", "Apache-2.0", "omz-atss", (640, 384), tuple(parts))


def _lies(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir()) if folder.exists() else []


@pytest.fixture
def mirror(tmp_path: Path) -> Path:
    folder = tmp_path / "mirror" / "deep"
    folder.mkdir(parents=True)
    for end, data in CONTENT.items():
        (folder / f"renamed{end}").write_bytes(data)
    return tmp_path / "mirror"


def test_from_a_folder_whatever_the_files_are_called_there(mirror: Path, tmp_path: Path) -> None:
    target = tmp_path / "new" / "models"
    assert pull.pull(_known(), target, mirror) == target / "drawn.xml"
    assert _lies(target) == ["drawn.bin", "drawn.json", "drawn.xml"]
    assert (target / "drawn.bin").read_bytes() == CONTENT[".bin"]
    card = json.loads((target / "drawn.json").read_text())
    assert (card["layout"], card["input_wh"], card["licence"]) == ("omz-atss", [640, 384], "Apache-2.0")


@pytest.mark.parametrize(
    ("name", "data", "sentence"),
    [
        ("original.bin", CONTENT[".bin"][:-1] + b"?", "original.bin: is not the known drawn: its sha256 is "),
        ("original.bin", CONTENT[".bin"][:-1], "it ends after 102399 of 102400 bytes"),
        ("original.bin", CONTENT[".bin"] * 3, "it is larger than 102400 bytes"),
        ("other.bin", b"", "mirror: holds no .bin file of drawn; it is published at https://host/original.bin"),
    ],
)
def test_a_wrong_file_in_the_folder_changes_nothing(
    mirror: Path, tmp_path: Path, name: str, data: bytes, sentence: str
) -> None:
    target = tmp_path / "models"
    pull.pull(_known(), target, mirror)
    (mirror / "deep" / "renamed.bin").unlink()
    (mirror / name).write_bytes(data)
    with pytest.raises(ModelError) as caught:
        pull.pull(_known(), target, mirror)
    assert sentence in str(caught.value)
    assert "\n" not in str(caught.value)
    assert _lies(target) == ["drawn.bin", "drawn.json", "drawn.xml"]
    assert (target / "drawn.xml").read_bytes() == CONTENT[".xml"]


@pytest.mark.parametrize("name", ["drawn.xml", "drawn.bin", "drawn.json"])
def test_a_file_of_another_is_not_replaced(mirror: Path, tmp_path: Path, name: str) -> None:
    (tmp_path / name).write_bytes(b"mine")
    (tmp_path / "other.onnx").write_bytes(b"a model of mine")
    with pytest.raises(UsageError, match=f"{name} was not installed by passerby; move it or give another folder"):
        pull.pull(_known(), tmp_path, mirror)
    assert (tmp_path / name).read_bytes() == b"mine"
    assert {name, "other.onnx"} == {p.name for p in tmp_path.iterdir() if p.is_file()}


def test_an_earlier_edition_is_replaced_by_its_card(mirror: Path, tmp_path: Path) -> None:
    (tmp_path / "drawn.xml").write_bytes(b"edition of last year")
    sha256 = hashlib.sha256(b"edition of last year").hexdigest()
    (tmp_path / "drawn.json").write_text(json.dumps({"files": [{"sha256": sha256}]}))
    pull.pull(_known(), tmp_path, mirror)
    assert (tmp_path / "drawn.xml").read_bytes() == CONTENT[".xml"]


def test_there_is_no_such_folder(tmp_path: Path) -> None:
    with pytest.raises(ModelError, match="none: no such folder; check --from"):
        pull.pull(_known(), tmp_path, tmp_path / "none")


def test_a_target_that_cannot_be_written(mirror: Path, tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(ModelError, match="drawn cannot be installed there"):
        pull.pull(_known(), tmp_path / "file", mirror)


class _Site(BaseHTTPRequestHandler):
    """Serves the parts; `fault` says what is done to the second one."""

    fault = ""

    def do_GET(self) -> None:
        data = CONTENT.get(Path(self.path).suffix, b"")
        declared = len(data)
        if self.path.endswith(".bin"):
            if self.fault == "missing":
                return self.send_error(404)
            data = {"cut": data[:50_000], "altered": b"?" + data[1:], "endless": data * 50}.get(self.fault, data)
            declared = len(data) if self.fault == "endless" else declared
        self.send_response(200)
        self.send_header("Content-Length", str(declared))
        self.end_headers()
        try:
            self.wfile.write(data)
        except ConnectionError:
            self.close_connection = True  # who receives has had enough
        return None

    def log_message(self, *_: object) -> None:
        """Say nothing."""


@pytest.fixture
def site() -> Iterator[str]:
    server = HTTPServer(("127.0.0.1", 0), _Site)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}/original"
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.mark.parametrize(
    ("fault", "sentence"),
    [
        ("", ""),
        ("cut", "it ends after 50000 of 102400 bytes"),
        ("altered", "its sha256 is "),
        ("endless", "it is larger than 102400 bytes"),
        ("missing", "original.bin: cannot be downloaded (Not Found); download it elsewhere and give its folder"),
    ],
)
def test_over_http(site: str, fault: str, sentence: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("no_proxy", "127.0.0.1")
    monkeypatch.setattr(_Site, "fault", fault)
    if not fault:
        assert pull.pull(_known(site), tmp_path).read_bytes() == CONTENT[".xml"]
        return
    with pytest.raises(ModelError) as caught:
        pull.pull(_known(site), tmp_path)
    assert sentence in str(caught.value)
    assert str(caught.value).startswith(f"{site}.bin: ")
    assert _lies(tmp_path) == []


def test_nobody_answers(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("no_proxy", "127.0.0.1")
    with pytest.raises(ModelError, match=r"cannot be downloaded \(.*refused.*\)"):
        pull.pull(_known("http://127.0.0.1:9/original"), tmp_path)
    assert _lies(tmp_path) == []


def test_the_list_says_what_is_here(tmp_path: Path, mirror: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(models.KNOWN, "drawn", _known())
    pull.pull(_known(), tmp_path, mirror)
    reported = CliRunner().invoke(app, ["models", "list", "--in", str(tmp_path), "--json"])
    rows = {row["name"]: row for row in json.loads(reported.stdout)}
    assert list(rows) == ["embedded", *KNOWN]
    assert Path(rows["embedded"]["path"]).is_file()
    assert rows["drawn"]["path"] == str(tmp_path / "drawn.xml")
    assert rows["yolox-nano"]["path"] is None
    shown = CliRunner().invoke(app, ["models", "list", "--in", str(tmp_path)]).stdout
    assert "not installed: passerby models pull yolox-tiny" in shown
    assert "passerby-v1" in shown


def test_an_unknown_name_is_refused_with_those_that_are_known() -> None:
    reported = CliRunner().invoke(app, ["models", "pull", "yolo"])
    assert isinstance(reported.exception, UsageError)
    assert str(reported.exception).startswith(
        "yolo: unknown model; known models are person-vehicle-bike-detection-2003"
    )


@pytest.mark.shared
def test_a_real_model_is_pulled_from_a_folder_and_runs(
    shared: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path))
    name = "person-vehicle-bike-detection-2004-int8"
    reported = CliRunner().invoke(app, ["models", "pull", name, "--from", str(shared / "models")])
    assert reported.exit_code == 0, reported.exception
    assert f"use it with --model {name}" in reported.stdout
    info = load_detector(ModelChoice(path=name)).info
    assert (info.name, info.runtime, info.input_wh) == (name, "openvino", (448, 256))


@pytest.mark.shared
def test_another_export_of_the_same_network_is_not_the_one_we_know(shared: Path, tmp_path: Path) -> None:
    reported = CliRunner().invoke(
        app, ["models", "pull", "yolox-nano", "--from", str(shared / "models"), "--to", str(tmp_path)]
    )
    assert "yolox_nano.onnx: is not the known yolox-nano" in str(reported.exception)
    assert _lies(tmp_path) == []
