"""Every kind of bad recording through `analyze`: one clear sentence, or a right result and what was odd."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import av
import numpy as np
import pytest

from passerby.evals.ports import free_port
from support import figures, stage, video
from support.figures import MAGENTA, YELLOW, Figure, film, leaked, pictures
from support.stage import CAST, Answer, command, events_in

STANDS = Figure(MAGENTA, ((0.0, 160, 200), (60.0, 160, 200)))
CROSSES = Figure(YELLOW, ((0.0, 60, 200), (4.0, 260, 200)))


@pytest.fixture(scope="module")
def model(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return figures.model(tmp_path_factory.mktemp("model") / "colours.onnx")


@pytest.fixture
def analyze(model: Path, tmp_path: Path) -> Callable[..., Answer]:
    return lambda *arguments: command("analyze", "--model", model, "--out", tmp_path / "out", *arguments)


def summary(out: Path) -> dict[str, Any]:
    data: dict[str, Any] = json.loads((out / "summary.json").read_text("utf-8"))
    return data


def corrupt(folder: Path) -> Path:
    path = folder / "corrupt.mp4"
    path.write_bytes(np.random.default_rng(3).bytes(50_000))
    return path


def cut_before_its_index(folder: Path) -> Path:
    return video.cut(film(folder / "cut.mp4", CAST, 4.0), 0.5)


def empty(folder: Path) -> Path:
    (folder / "empty.mp4").touch()
    return folder / "empty.mp4"


def unreadable_header(folder: Path) -> Path:
    return video.damaged(film(folder / "header.mp4", CAST, 2.0), 0.0, 0.9)


def text(folder: Path) -> Path:
    (folder / "notes.mp4").write_text("not a video\n" * 100)
    return folder / "notes.mp4"


def in_a_loop(folder: Path) -> Path:
    (folder / "loop.mp4").symlink_to(folder / "loop.mp4")
    return folder / "loop.mp4"


REFUSED = [
    (corrupt, "this is not a readable video"),
    (cut_before_its_index, "this is not a readable video, or it is damaged or was truncated"),
    (empty, "the file is empty (0 bytes)"),
    (unreadable_header, "video"),
    (text, "this is not a readable video"),
    (lambda folder: video.sound_only(folder / "sound.mp4"), "it contains sound and no video"),
    (lambda folder: folder, "this is a directory; give a video file in it"),
    (lambda folder: folder / "absent.mp4", "no such file"),
    (in_a_loop, "it cannot be read"),
    (lambda folder: Path("/dev/null"), "this is not a regular file"),
]


@pytest.mark.parametrize(("make", "says"), REFUSED, ids=[says for _, says in REFUSED])
def test_what_cannot_be_read_is_one_sentence_and_leaves_no_folder(
    make: Callable[[Path], Path], says: str, tmp_path: Path, analyze: Callable[..., Answer]
) -> None:
    path = make(tmp_path)
    answer = analyze(path)
    assert answer.code == 3
    assert (answer.out, answer.err.count("\n")) == ("", 1)
    assert answer.err.startswith(f"passerby: {path}: ")
    assert says in answer.err
    assert not (tmp_path / "out").exists()


@pytest.mark.parametrize(
    ("source", "code", "says"),
    [
        ("rtsp:/viewer:hunter2@127.0.0.1/cam", 2, "two slashes"),
        ("rtsp://viewer:hun#hunter2@127.0.0.1/cam", 2, "%23"),
        ("rtsp://viewer:hun?hunter2@127.0.0.1/cam", 2, "%3F"),
        ("rtsp://viewer:hunter2@127.0.0.1/cam#1", 2, "ends at"),
        ("rtsp://viewer:hunter2@127.0.0.1:PORT/cam", 2, "use passerby run with a configuration"),
        ("http://viewer:hunter2@127.0.0.1:PORT/v.mp4", 3, "http:// addresses are not read"),
    ],
)
def test_an_address_is_refused_without_showing_its_password(
    source: str, code: int, says: str, analyze: Callable[..., Answer]
) -> None:
    answer = analyze(source.replace("PORT", str(free_port())))
    assert answer.code == code
    assert says in answer.err
    assert "hunter2" not in answer.err + answer.out


def test_bad_input_over_good_results_loses_none_of_them(tmp_path: Path, analyze: Callable[..., Answer]) -> None:
    unit = stage.unit(tmp_path / "unit.yaml", {"source": "x.mp4"})
    assert analyze(film(tmp_path / "good.mp4", CAST, 8.0), "--config", unit).code == 0
    before = {p: p.read_bytes() for p in (tmp_path / "out").rglob("*") if p.is_file()}
    assert events_in(tmp_path / "out")
    assert analyze(corrupt(tmp_path), "--config", unit).code == 3
    assert {p: p.read_bytes() for p in (tmp_path / "out").rglob("*") if p.is_file()} == before


def whole(out: Path, answer: Answer) -> dict[str, Any]:
    """Check what every finished run must have, and return its summary."""
    assert answer.code == 0, answer.err
    data = summary(out)
    shown = [*pictures(out / "redacted.mp4")]
    assert len(shown) == data["frames_written"] == data["frames_analysed"]
    assert sum(map(leaked, shown)) == 0
    assert (out / "report.html").stat().st_size > 1000
    return data


def test_a_transport_stream_cut_anywhere_gives_what_is_there(
    tmp_path: Path, analyze: Callable[..., Answer]
) -> None:
    path = video.cut(film(tmp_path / "cut.ts", [STANDS], 6.0, format="mpegts"), 0.6)
    data = whole(tmp_path / "out", analyze(path))
    assert 25 <= data["frames"] <= 45
    assert data["people_max"] == 1


def test_damage_in_the_middle_is_stepped_over_and_reported(tmp_path: Path, analyze: Callable[..., Answer]) -> None:
    path = video.damaged(film(tmp_path / "damaged.ts", CAST, 10.0, format="mpegts"), 0.45, 0.5)
    data = whole(tmp_path / "out", analyze(path))
    assert 60 <= data["frames"] <= 100
    assert data["lost"]["damaged packets or pictures"] > 0
    assert any("damaged" in note for note in data["notes"])


def test_one_pixel(tmp_path: Path, analyze: Callable[..., Answer]) -> None:
    path = video.write(tmp_path / "pixel.mkv", 10, wh=(1, 1), codec="ffv1", pix_fmt="bgr0")
    data = whole(tmp_path / "out", analyze(path))
    assert (data["picture_wh"], data["frames"], data["people_max"]) == ([1, 1], 10, 0)


def test_a_single_frame(tmp_path: Path, analyze: Callable[..., Answer]) -> None:
    data = whole(tmp_path / "out", analyze(film(tmp_path / "one.mp4", [STANDS], 0.1)))
    assert (data["frames"], data["people_max"]) == (1, 0), "seen once is not yet certain"


def test_the_size_changes_midway(tmp_path: Path, analyze: Callable[..., Answer]) -> None:
    """Somebody crosses the line in both halves; in the second every coordinate is half as large."""
    small = Figure(YELLOW, ((0.0, 30, 100), (4.0, 130, 100)), height=30)
    first = film(tmp_path / "a.ts", [CROSSES], 4.0, format="mpegts")
    second = film(tmp_path / "b.ts", [small], 4.0, wh=(160, 120), format="mpegts")
    unit = stage.unit(tmp_path / "unit.yaml", {"source": "x"})
    answer = analyze(video.joined(tmp_path / "both.ts", first, second), "--config", unit)
    data = whole(tmp_path / "out", answer)
    assert data["picture_wh"] == [160, 120]
    assert data["frames"] == data["frames_written"] == 80
    assert data["gaps"][-1:] == ["at 4.0 s: the size of the picture changed from 320 x 240 to 160 x 120 px"]
    assert data["events"]["line_crossing"] == data["people_total"] == 2
    assert {leaked(shown) for shown in pictures(tmp_path / "out" / "redacted.mp4")} == {0}
    (line,) = (tmp_path / "out" / "lines.csv").read_text().splitlines()[1:]
    assert ",2,0," in line or ",0,2," in line, "one window with both"


def test_a_variable_frame_rate_keeps_its_own_time(tmp_path: Path, analyze: Callable[..., Answer]) -> None:
    rng = np.random.default_rng(5)
    times_s = np.cumsum(rng.uniform(0.04, 0.3, 40)).round(3).tolist()
    path = film(tmp_path / "vfr.mp4", [CROSSES], 0, times_s=[0.0, *times_s])
    unit = stage.unit(tmp_path / "unit.yaml", {"source": str(path)})
    data = whole(tmp_path / "out", analyze("--config", unit))
    assert data["frames"] == 41
    assert data["seconds"] == pytest.approx(times_s[-1], abs=0.5)
    (crossing,) = [e for e in events_in(tmp_path / "out") if e["kind"] == "line_crossing"]
    assert crossing["at_s"] == pytest.approx(2.0, abs=0.9), "when the figure is in the middle"
    with av.open(str(tmp_path / "out" / "redacted.mp4")) as shown:
        assert [float(f.time or 0) for f in shown.decode(video=0)] == pytest.approx([0.0, *times_s], abs=0.002)


def test_times_that_jump_back_are_a_gap_and_events_stay_in_order(
    tmp_path: Path, analyze: Callable[..., Answer]
) -> None:
    parts = [film(tmp_path / f"{n}.ts", CAST, 8.0, format="mpegts") for n in "ab"]
    unit = stage.unit(tmp_path / "unit.yaml", {"source": "x"})
    data = whole(tmp_path / "out", analyze(video.joined(tmp_path / "back.ts", *parts), "--config", unit))
    assert data["frames"] == 160
    assert data["seconds"] == pytest.approx(16.0, abs=0.3)
    assert [gap.split(": ")[1] for gap in data["gaps"]] == ["the recording's clock jumps back"]
    events = events_in(tmp_path / "out")
    last: dict[str, float] = {}
    for event in events:
        assert event["at_s"] >= last.get(event["id"], event["began_s"]), "no incident runs backwards"
        last[event["id"]] = event["at_s"]
    starts = [e["kind"] for e in events if e["phase"] == "start"]
    assert data["events"] == {kind: starts.count(kind) for kind in sorted(set(starts))}
    assert starts.count("line_crossing") == 2


def test_a_recording_without_times_says_that_they_are_assumed(
    tmp_path: Path, analyze: Callable[..., Answer]
) -> None:
    path = film(tmp_path / "raw.h264", [STANDS], 3.0, format="h264")
    data = whole(tmp_path / "out", analyze(path, "--assume-fps", "10"))
    assert data["time_is_assumed"] is True
    assert data["seconds"] == pytest.approx(3.0, abs=0.2)


def test_turned_pictures_are_upright_in_what_is_shown(tmp_path: Path, analyze: Callable[..., Answer]) -> None:
    path = video.turned(film(tmp_path / "turned.mp4", [STANDS], 1.0))
    data = whole(tmp_path / "out", analyze(path))
    assert data["picture_wh"] == [240, 320]
    assert next(pictures(tmp_path / "out" / "redacted.mp4")).shape == (320, 240, 3)
