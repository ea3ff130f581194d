"""analyze, end to end, on drawn videos: its files, that they agree, and that nobody is left in a picture."""

from __future__ import annotations

import base64
import csv
import hashlib
import json
import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import unquote

import cv2
import numpy as np
import pytest

from passerby.contracts.results import Summary
from passerby.store.connect import reading
from passerby.store.encode import event_line
from passerby.store.events import query
from passerby.store.formats import LINES, ZONES
from passerby.store.results import DATABASE
from support import figures, stage
from support.figures import WH, Bgr, film, leaked, pictures
from support.living import assert_recorded
from support.pages import Page
from support.stage import CAST, KINDS, LOITERER, SECONDS, Answer, command, events_in

JPEG = re.compile(r"data:image/jpeg;base64,([A-Za-z0-9+/=]+)")
FILES = {
    "events.jsonl",
    "alarms.jsonl",
    "zones.csv",
    "lines.csv",
    "flows.csv",
    "occupancy.csv",
    "redacted.mp4",
    "summary.json",
    "report.html",
    DATABASE,
    "stills",
    "clips",
}
EVAL_FILES = {"tracks.txt", "ground.csv"}
SAME_EVERY_TIME = ("events.jsonl", "alarms.jsonl", "zones.csv", "lines.csv", "tracks.txt", "ground.csv")


@dataclass(frozen=True)
class Made:
    """A drawn video, a detector and a configuration."""

    video: Path
    model: Path
    unit: Path

    def analyze(self, out: Path, *more: object) -> Answer:
        return command("analyze", "--model", self.model, "--out", out, *more)


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Made:
    folder = tmp_path_factory.mktemp("made")
    video = film(folder / "platform.mp4", CAST, SECONDS)
    unit = stage.unit(folder / "unit.yaml", {"source": str(video)})
    return Made(video, figures.model(folder / "colours.onnx"), unit)


@pytest.fixture(scope="module")
def short(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Somebody stands there for two seconds."""
    return film(tmp_path_factory.mktemp("short") / "short.mp4", (LOITERER,), 2.5, fps=8)


@pytest.fixture(scope="module")
def done(made: Made, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The results of one whole run with a configuration and --eval."""
    out = tmp_path_factory.mktemp("done") / "out"
    answer = made.analyze(out, "--config", made.unit, "--eval")
    assert (answer.code, answer.err) == (0, "")
    return out


def summary(folder: Path) -> dict[str, Any]:
    data: dict[str, Any] = json.loads((folder / "summary.json").read_text("utf-8"))
    return data


def rows(path: Path) -> list[dict[str, str]]:
    return [*csv.DictReader(path.read_text("utf-8").splitlines())]


def in_report(folder: Path) -> Iterator[Bgr]:
    """Every picture inside report.html."""
    for data in JPEG.findall((folder / "report.html").read_text("utf-8")):
        picture = cv2.imdecode(np.frombuffer(base64.b64decode(data), np.uint8), cv2.IMREAD_COLOR)
        assert picture is not None
        yield np.asarray(picture, np.uint8)


def test_every_file_that_was_promised_and_no_other(done: Path) -> None:
    assert {p.name for p in done.iterdir()} == FILES | EVAL_FILES


def test_every_picture_has_its_record(done: Path) -> None:
    assert_recorded(done)


def test_events_agree_between_file_database_summary_and_report(done: Path) -> None:
    with reading(done / DATABASE) as connection:
        stored = list(query(connection))
    assert (done / "events.jsonl").read_bytes() == b"".join(map(event_line, stored))
    events = events_in(done)
    starts = Counter(e["kind"] for e in events if e["phase"] == "start")
    assert summary(done)["events"] == starts == Counter({**dict.fromkeys(KINDS, 1), "line_crossing": 2})
    lasting = {e["id"] for e in events if e["kind"] != "line_crossing"}
    assert {e["id"] for e in events if e["phase"] == "end"} == lasting
    assert len({(e["id"], e["seq"]) for e in events}) == len(events)
    assert {e["camera"] for e in events} == {"platform-1"}
    page = Page((done / "report.html").read_text("utf-8"))
    assert len(list(in_report(done))) >= len(starts), "a still each, and the background"
    assert "Riverside" in page.words


def test_every_still_is_there_with_its_checksum(done: Path) -> None:
    reported = {e["evidence"]["still"]: e["evidence"]["sha256"] for e in events_in(done) if e["evidence"]}
    assert {f"stills/{p.name}" for p in (done / "stills").iterdir()} == set(reported)
    for path, digest in reported.items():
        assert hashlib.sha256((done / path).read_bytes()).hexdigest() == digest


def test_zones_and_lines_have_their_columns_and_agree_with_the_events(done: Path) -> None:
    zones, lines = rows(done / "zones.csv"), rows(done / "lines.csv")
    assert ",".join(zones[0]) == ZONES.header.decode().strip()
    assert ",".join(lines[0]) == LINES.header.decode().strip()
    by_zone = {row["zone"]: row for row in zones}
    assert set(by_zone) == {"platform", "track"}
    platform = by_zone["platform"]
    assert (platform["count_max"], platform["entries"], platform["exits"]) == ("2", "3", "2"), "one is still there"
    assert float(platform["coverage"]) == 1.0
    assert 0 < float(platform["density_per_m2"]) < float(platform["count_mean"])
    directions = Counter(e["measures"][0]["value"] for e in events_in(done) if e["kind"] == "line_crossing")
    assert (lines[0]["in"], lines[0]["out"]) == (str(directions["in"]), str(directions["out"])) == ("1", "1")


def test_the_summary_has_every_field_and_counts_what_the_files_hold(made: Made, done: Path) -> None:
    data = summary(done)
    assert set(data) == set(Summary.__slots__)
    assert (data["frames"], data["frames_analysed"], data["frames_written"]) == (120, 120, 120)
    assert data["seconds"] == pytest.approx(SECONDS, abs=0.01)
    assert (data["people_max"], data["people_total"]) == (3, 4)
    assert data["model"]["sha256"] == hashlib.sha256(made.model.read_bytes()).hexdigest()
    assert {row["stage"] for row in data["stages"]} >= {"decode", "detect", "track", "rules", "redact", "encode"}
    assert (data["gaps"], data["hints"], data["picture_wh"]) == ([], [], list(WH))
    tracks = (done / "tracks.txt").read_text().splitlines()
    assert len({line.split(",")[1] for line in tracks}) == data["people_total"]
    at_once = Counter(line.split(",")[0] for line in tracks)
    assert max(at_once.values()) == data["people_max"]
    assert all(1 <= int(number) <= data["frames"] for number in at_once)
    assert 0 < len(rows(done / "ground.csv")) <= len(tracks)


def test_the_video_plays_at_the_recordings_pace_with_every_frame_written(done: Path) -> None:
    import av

    with av.open(str(done / "redacted.mp4")) as video:
        times = [float(frame.time or 0) for frame in video.decode(video=0)]
    assert len(times) == summary(done)["frames_written"]
    assert times == pytest.approx([k / 10 for k in range(120)], abs=0.002)


def test_nobody_is_left_in_any_picture(made: Made, done: Path) -> None:
    assert sum(map(leaked, pictures(made.video))) > 100_000, "they are in the recording, and would be found"
    for path in (done / "redacted.mp4", *(done / "stills").iterdir()):
        assert sum(map(leaked, pictures(path))) == 0, path
    assert sum(map(leaked, in_report(done))) == 0


def test_the_report_loads_nothing_from_elsewhere(done: Path) -> None:
    text = (done / "report.html").read_text("utf-8")
    assert "<script" not in text
    page = Page(text)
    assert all(e.attrs["src"].startswith("data:") for e in page.all if "src" in e.attrs)
    links = [e.attrs["href"] for e in page.tagged("a") if not e.attrs["href"].startswith("#")]
    assert len(links) > 5, "stills, clips and moments of the video"
    assert all((done / unquote(link.partition("#")[0])).is_file() for link in links)


def test_without_a_configuration_it_counts_and_says_what_one_would_add(made: Made, tmp_path: Path) -> None:
    answer = made.analyze(tmp_path / "out", made.video)
    assert answer.code == 0
    assert {p.name for p in (tmp_path / "out").iterdir()} == FILES - {"stills", "clips"}
    assert [row["zone"] for row in rows(tmp_path / "out" / "zones.csv")] == ["picture"]
    assert rows(tmp_path / "out" / "zones.csv")[0]["density_per_m2"] == ""
    assert [hint.split(":")[0] for hint in summary(tmp_path / "out")["hints"]] == [
        *("calibration", "zones", "lines", "rules")
    ]
    assert answer.out.count("  add ") == 4
    assert "at most 3 at once" in answer.out
    assert sum(map(leaked, pictures(tmp_path / "out" / "redacted.mp4"))) == 0


def test_two_runs_give_the_same_bytes(made: Made, done: Path, tmp_path: Path) -> None:
    assert made.analyze(tmp_path, "--config", made.unit, "--eval", "--quiet").code == 0
    for name in SAME_EVERY_TIME:
        assert (tmp_path / name).read_bytes() == (done / name).read_bytes(), name


def test_the_results_do_not_hang_on_where_the_recording_lies(made: Made, done: Path, tmp_path: Path) -> None:
    moved = tmp_path / "elsewhere.mp4"
    moved.write_bytes(made.video.read_bytes())
    assert made.analyze(tmp_path / "out", moved, "--config", made.unit).code == 0
    assert (tmp_path / "out" / "events.jsonl").read_bytes() == (done / "events.jsonl").read_bytes()


def test_another_recording_of_the_same_name_has_other_identifiers(made: Made, done: Path, tmp_path: Path) -> None:
    other = film(tmp_path / made.video.name, CAST, SECONDS - 0.5)
    assert made.analyze(tmp_path / "out", other, "--config", made.unit).code == 0
    mine, theirs = ({e["id"] for e in events_in(folder)} for folder in (tmp_path / "out", done))
    assert mine
    assert not mine & theirs, "they may meet in one place, where one would be taken for the other"


def test_a_rerun_replaces_what_was_there(made: Made, short: Path, tmp_path: Path) -> None:
    assert made.analyze(tmp_path, made.video, "--config", made.unit, "--eval").code == 0
    assert made.analyze(tmp_path, short, "--no-video").code == 0
    assert {p.name for p in tmp_path.rglob("*")} == FILES - {"redacted.mp4"}
    assert (tmp_path / "events.jsonl").read_bytes() == b""
    assert summary(tmp_path)["frames"] == 20


def contents(folder: Path) -> dict[Path, bytes]:
    """Every file but those that SQLite keeps beside a database that is read."""
    return {p: p.read_bytes() for p in folder.rglob("*") if p.is_file() and not p.name.startswith("passerby.db-")}


FOREIGN = ("mine.txt", "stills/photo.jpg", "clips/cam1-0700.mp4")


@pytest.mark.parametrize("foreign", FOREIGN)
def test_a_folder_with_files_of_others_is_refused_and_stays_as_it_is(
    made: Made, short: Path, tmp_path: Path, foreign: str
) -> None:
    assert made.analyze(tmp_path, made.video, "--config", made.unit).code == 0
    (tmp_path / foreign).parent.mkdir(exist_ok=True)
    (tmp_path / foreign).write_text("mine")
    before = contents(tmp_path)
    answer = made.analyze(tmp_path, short)
    assert answer.code == 2
    assert f"holds {foreign}, which passerby did not make" in answer.err
    assert contents(tmp_path) == before


def test_a_folder_that_holds_the_video_itself_is_refused(made: Made, tmp_path: Path) -> None:
    video = tmp_path / "clips" / "a.mp4"
    video.parent.mkdir()
    video.write_bytes(made.video.read_bytes())
    answer = made.analyze(tmp_path, video)
    assert answer.code == 2
    assert video.exists()


def test_a_rerun_that_fails_leaves_no_summary_of_the_run_before(made: Made, tmp_path: Path) -> None:
    assert made.analyze(tmp_path, made.video, "--config", made.unit).code == 0
    (tmp_path / "redacted.mp4").unlink()
    (tmp_path / "redacted.mp4").mkdir()
    answer = made.analyze(tmp_path, made.video, "--config", made.unit)
    assert answer.code == 3
    assert "redacted.mp4" in answer.err
    assert "Traceback" not in answer.err
    assert not {"summary.json", "report.html"} & {p.name for p in tmp_path.iterdir()}


def test_several_videos_have_a_folder_each_and_one_camera_applies_to_all(
    made: Made, short: Path, tmp_path: Path
) -> None:
    again = tmp_path / "again" / "platform.mp4"
    again.parent.mkdir()
    again.write_bytes(made.video.read_bytes())
    out = tmp_path / "out"
    answer = made.analyze(out, made.video, again, short, "--config", made.unit)
    assert answer.code == 0
    assert {p.name for p in out.iterdir()} == {"platform", "platform-2", "short"}
    assert all({p.name for p in folder.iterdir()} >= FILES - {"stills", "clips"} for folder in out.iterdir())
    assert {summary(folder)["camera"] for folder in out.iterdir()} == {"platform-1"}
    assert (out / "platform" / "events.jsonl").read_bytes() == (out / "platform-2" / "events.jsonl").read_bytes()
    listed = command("events", out, "--kind", "line_crossing", "--json")
    assert len(listed.out.splitlines()) == 4


def test_every_recorded_camera_of_a_configuration(made: Made, short: Path, tmp_path: Path) -> None:
    cameras = ({"name": "north", "source": str(made.video)}, {"name": "south", "source": str(short)})
    unit = stage.unit(tmp_path / "unit.yaml", *cameras, model=str(made.model))
    answer = command("analyze", "--config", unit, "--out", tmp_path / "out")
    assert answer.code == 0
    assert {p.name: summary(p)["camera"] for p in (tmp_path / "out").iterdir()} == {
        "platform": "north",
        "short": "south",
    }


def test_json_is_all_there_is_on_standard_output(made: Made, short: Path, tmp_path: Path) -> None:
    answer = made.analyze(tmp_path, short, made.video, "--json")
    reported = json.loads(answer.out)
    assert [one["frames"] for one in reported] == [20, 120]
    assert reported[0] == summary(tmp_path / "short")
    assert (answer.code, answer.err) == (0, "")


def test_a_bad_video_among_good_ones_is_reported_and_the_good_ones_are_done(
    made: Made, short: Path, tmp_path: Path
) -> None:
    broken = tmp_path / "broken.mp4"
    broken.write_bytes(b"\x00\x00\x00 ftypisom" + bytes(2000))
    out = tmp_path / "out"
    answer = made.analyze(out, short, broken, tmp_path / "absent.mp4", made.video, "--json")
    assert answer.code == 3
    assert [one["frames"] for one in json.loads(answer.out)] == [20, 120]
    assert {p.name for p in out.iterdir()} == {"short", "platform"}
    lines = answer.err.splitlines()
    assert [line.split(":")[0] for line in lines] == ["passerby"] * 2
    assert str(broken) in lines[0]
    assert "no such file" in lines[1]


@pytest.mark.parametrize(
    ("arguments", "code", "says"),
    [
        (["analyze"], 2, "--out"),
        (["analyze", "--out", "o"], 2, "give at least one video"),
        (["analyze", "v.mp4", "--out", "o", "--camera", "x"], 2, "give one with --config"),
        (["analyze", "v.mp4", "--out", "o", "--score", "7"], 2, "--score"),
        (["analyze", "v.mp4", "--out", "o", "--runtime", "gpu"], 2, "--runtime gpu"),
        (["analyze", "v.mp4", "--out", "o", "--model", "absent.onnx"], 2, "no such model file"),
        (["analyze", "v.mp4", "--out", "o", "--config", "absent.yaml"], 2, "absent.yaml"),
        (["analyze", "v.mp4", "--out", "o", "--analysis-fps", "0"], 2, "--analysis-fps"),
        (["analyze", "rtsp://h/1", "--out", "o"], 2, "analyze reads recordings"),
    ],
)
def test_bad_usage_is_two_and_one_sentence(
    arguments: list[str], code: int, says: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    answer = command(*arguments)
    assert answer.code == code
    assert says in re.sub(r"\x1b\[[0-9;]*m", "", answer.err)
    assert "Traceback" not in answer.err
    assert [*tmp_path.iterdir()] == [], "nothing is made before it is known to make sense"


def test_a_configuration_with_several_problems_reports_them_all(made: Made, tmp_path: Path) -> None:
    unit = stage.unit(tmp_path / "unit.yaml", {"source": str(made.video), "zoness": [], "lines": [{"name": "x"}]})
    answer = made.analyze(tmp_path / "out", "--config", unit)
    assert answer.code == 2
    assert len(answer.err.splitlines()) >= 3
    assert all(line.startswith(f"passerby: {unit}:1: ") for line in answer.err.splitlines())


@pytest.mark.parametrize("name", ["a[red]b.mp4", "[/bold].mp4", "x]y[.mp4"])
def test_a_file_name_is_shown_as_it_is(made: Made, short: Path, tmp_path: Path, name: str) -> None:
    video = tmp_path / name
    video.parent.mkdir(exist_ok=True, parents=True)
    video.write_bytes(short.read_bytes())
    answer = made.analyze(tmp_path / "out", video)
    assert answer.code == 0
    assert str(video) in answer.out


def test_a_slower_rate_thins_out_and_says_so(made: Made, tmp_path: Path) -> None:
    assert made.analyze(tmp_path, made.video, "--analysis-fps", "5").code == 0
    data = summary(tmp_path)
    assert data["frames"] == 120
    assert data["frames_analysed"] == data["frames_written"] == pytest.approx(60, abs=1)


def test_a_folder_that_cannot_be_made_is_three(made: Made, short: Path, tmp_path: Path) -> None:
    (tmp_path / "out").write_text("a file")
    answer = made.analyze(tmp_path / "out", short)
    assert answer.code == 3
    assert "give another folder" in answer.err
    assert (tmp_path / "out").read_text() == "a file"


def test_a_folder_in_use_by_another_process_is_three_and_harmless(made: Made, short: Path, tmp_path: Path) -> None:
    from passerby.store.results import ResultsStore
    from support.stored import EVENT

    with ResultsStore(tmp_path) as store:
        store.write_records([EVENT])
        answer = made.analyze(tmp_path, short)
        assert answer.code == 3
        assert "is in use by process" in answer.err
    assert len(events_in(tmp_path)) == 1


BEGINS = [
    (["--begins", "2026-03-02T23:10"], 1, "the rule is active at night"),
    (["--begins", "2026-03-02T12:10"], 0, "and not at noon"),
    (["--begins", "2026-03-02T21:10Z"], 0, "22:10 in Paris"),
    (["--begins", "2026-03-02T22:10Z"], 1, "23:10 in Paris"),
]


@pytest.fixture(scope="module")
def at_night(short: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A unit whose one rule, somebody on the platform, is active at night."""
    rule = {"kind": "intrusion", "zone": "platform", "schedule": {"begins": "23:00", "ends": "05:00"}}
    path = tmp_path_factory.mktemp("night") / "unit.yaml"
    return stage.unit(path, {"source": str(short), "rules": [rule]}, timezone="Europe/Paris")


@pytest.mark.parametrize(("words", "starts", "why"), BEGINS, ids=[b[2] for b in BEGINS])
def test_rules_with_hours_go_by_the_time_somebody_gave(
    made: Made, at_night: Path, tmp_path: Path, words: list[str], starts: int, why: str
) -> None:
    assert made.analyze(tmp_path, "--config", at_night, "--no-video", *words).code == 0
    events = events_in(tmp_path)
    assert sum(event["phase"] == "start" for event in events) == starts, why
    assert all(event["utc"] is None for event in events), "what somebody typed is no camera's clock"


@pytest.mark.parametrize(
    ("words", "says"),
    [
        ([], "a schedule or timetable needs the time of day: give the start of the recording"),
        (["--begins", "tonight"], "--begins tonight: write a date and time, for example 2026-03-01T08:00"),
    ],
)
def test_rules_with_hours_need_the_time_of_day(
    made: Made, at_night: Path, tmp_path: Path, words: list[str], says: str
) -> None:
    answer = made.analyze(tmp_path / "out", "--config", at_night, *words)
    assert answer.code == 2
    assert says in answer.err
    assert not (tmp_path / "out").exists()
