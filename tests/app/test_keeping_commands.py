"""audit, evidence, ledger and purge on the results of a real analysis."""

from __future__ import annotations

import json
import os
import shutil
import sqlite3
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from passerby.store.merkle import includes, leaf_hash
from support import figures, stage
from support.figures import film, leaked, pictures
from support.stage import CAST, SECONDS, Answer, command, events_in


@pytest.fixture(scope="module")
def done(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The results of an analysis of the drawn platform."""
    folder = tmp_path_factory.mktemp("kept")
    model = figures.model(folder / "colours.onnx")
    unit = stage.unit(
        folder / "unit.yaml", {"source": str(film(folder / "v.mp4", CAST, SECONDS))}, model=str(model)
    )
    assert command("analyze", "--config", unit, "--out", folder / "out", "-q").code == 0
    return folder / "out"


def reported(*arguments: object) -> Any:
    answer = command(*arguments, "--json")
    assert answer.code == 0, answer.err
    return json.loads(answer.out)


def ok(answer: Answer) -> str:
    assert (answer.code, answer.err) == (0, "")
    return answer.out


def far(days: float) -> str:
    return (datetime.now(UTC) + timedelta(days=days)).isoformat()


def test_clips_show_what_the_rule_saw_and_nobody(done: Path) -> None:
    events = [e for e in events_in(done) if e["phase"] == "start"]
    with_clip = [e for e in events if e["evidence"]["clip"]]
    assert {e["severity"] for e in with_clip} == {"warning", "alarm"}
    assert {e["severity"] for e in events if not e["evidence"]["clip"]} == {"info"}
    for event in with_clip:
        shown = [*pictures(done / event["evidence"]["clip"])]
        assert len(shown) > 20
        assert sum(map(leaked, shown)) == 0
        assert any((picture[:, :, 2] > 200).any() and (picture[:, :, 0] < 80).any() for picture in shown)


def test_an_exported_event_has_its_clips_checksum(done: Path) -> None:
    lines = [json.loads(line) for line in command("events", done, "--json").out.splitlines()]
    known = {file["path"]: file["sha256"] for file in reported("evidence", "list", done)}
    for evidence in (line["evidence"] for line in lines if line["evidence"]):
        assert evidence["clip_sha256"] == known.get(evidence["clip"])
        assert evidence["sha256"] == known[evidence["still"]]
        assert evidence["gone"] is None


def test_the_ledger_adds_up(done: Path) -> None:
    (day,) = reported("ledger", done)["days"]
    assert (day["day"], day["camera"]) == ("recording", "platform-1")
    assert (day["frames_in"], day["frames_out"], day["video_frames"]) == (120, 120, 120)
    files = [p for p in done.rglob("*") if p.suffix in (".jpg", ".mp4")]
    assert day["bytes_written"] == sum(p.stat().st_size for p in files)
    assert (day["stills"], day["clips"]) == (6, len([*done.glob("clips/*")]))
    assert 0 < day["covered_share"] < 1
    assert day["lost"] == 0
    assert "120" in ok(command("ledger", done))
    assert reported("ledger", done)["oldest"]["path"].startswith(("stills/", "clips/", "redacted"))


def test_evidence_is_locked_survives_and_is_let_go(done: Path) -> None:
    event = next(e["id"] for e in events_in(done) if e["evidence"] and e["evidence"]["clip"])
    assert "is locked until" in ok(
        command("evidence", "lock", done, event, "--reason", "claim 17", "--until", far(5))
    )
    states = {file["path"]: file for file in reported("evidence", "list", done, "--event", event)}
    assert {file["reason"] for file in states.values()} == {"claim 17"}
    assert "locked until" in ok(command("evidence", "list", done))
    assert reported("purge", done, "--dry-run")["locked"] == len(states) == 2
    assert "no longer" in ok(command("evidence", "unlock", done, event))
    acts = [(e["act"], e["what"]) for e in reported("audit", "list", done)]
    assert ("locked", event) in acts
    assert ("unlocked", event) in acts


@pytest.mark.parametrize(
    ("options", "says"),
    [
        (("--reason", "x", "--until", "soon"), "--until 'soon' is not a time"),
        (("--reason", " ", "--until", far(1)), "a lock needs a reason"),
        (("--reason", "x", "--until", far(-1)), "is in the past"),
        (("--reason", "x", "--until", far(91)), "at most 90 days"),
    ],
)
def test_locks_that_cannot_be(done: Path, options: tuple[str, ...], says: str) -> None:
    event = events_in(done)[0]["id"]
    answer = command("evidence", "lock", done, event, *options)
    assert answer.code == 2
    assert says in answer.err
    assert answer.err.count("\n") == 1


def test_old_evidence_is_purged_and_said_to_be_gone(done: Path, tmp_path: Path) -> None:
    out = tmp_path / "copy"
    out.mkdir()
    for path in done.rglob("*"):
        if path.is_file():
            (out / path.relative_to(done)).parent.mkdir(exist_ok=True)
            (out / path.relative_to(done)).write_bytes(path.read_bytes())
    with closing(sqlite3.connect(out / "passerby.db", isolation_level=None)) as connection:
        connection.execute("UPDATE evidence_file SET made_ms = made_ms - 80 * 3600000")
    for name in ("redacted.mp4", "report.html"):
        os.utime(out / name, (1e9, 1e9))
    (out / "clips" / "mine.mp4").write_bytes(b"not a clip of passerby")
    would = reported("purge", out, "--dry-run")
    assert would["unrecorded"] == ["clips/mine.mp4"]
    assert "1 file has no record, so purge keeps: clips/mine.mp4" in command("purge", out, "--dry-run").out
    assert (out / "redacted.mp4").exists()
    gone = reported("purge", out)
    assert [f["path"] for f in gone["removed"]] == [f["path"] for f in would["removed"]]
    assert [*out.rglob("*.jpg"), *out.rglob("*.mp4"), *out.rglob("*.html")] == [out / "clips" / "mine.mp4"]
    assert len(events_in(out)) > 5, "events stay"
    lines = [json.loads(line) for line in command("events", out, "--json").out.splitlines()]
    assert all("older than 72 h" in line["evidence"]["gone"] for line in lines if line["evidence"])
    assert ok(command("audit", "verify", out)).startswith("The log is unchanged")


def test_a_doubtful_clock_removes_nothing(done: Path, tmp_path: Path) -> None:
    out = tmp_path / "copy"
    shutil.copytree(done, out)
    with closing(sqlite3.connect(out / "passerby.db", isolation_level=None)) as connection:
        connection.execute("UPDATE evidence_file SET made_ms = made_ms - 80 * 3600000")
        connection.execute("UPDATE audit SET entry = json_set(entry, '$.utc', '2020-01-01T00:00:00.000Z')")
    answer = command("purge", out)
    assert (answer.code, answer.err.count("\n")) == (2, 1)
    assert "check the clock with `date`, then repeat with --clock-is-right" in answer.err
    assert [*out.rglob("*.jpg")]
    assert reported("purge", out, "--dry-run")["removed"]
    assert reported("purge", out, "--clock-is-right")["removed"]
    assert [*out.rglob("*.jpg")] == []


def test_one_entry_can_be_proven_with_nothing_but_sha_256(done: Path) -> None:
    answer = json.loads(ok(command("audit", "prove", done, 1)))
    proof = [bytes.fromhex(step) for step in answer["proof"]]
    leaf = leaf_hash(answer["entry"].encode())
    assert includes(bytes.fromhex(answer["root"]), answer["size"], answer["number"], leaf, proof)
    assert command("audit", "prove", done, 10_000).code == 2


def test_a_root_kept_elsewhere_shows_a_log_made_anew(done: Path, tmp_path: Path) -> None:
    line = ok(command("audit", "root", done)).split(maxsplit=1)[1]
    assert command("audit", "verify", done, "--root", line).code == 0
    copy = tmp_path / "passerby.db"
    with closing(sqlite3.connect(done / "passerby.db")) as source, closing(sqlite3.connect(copy)) as target:
        source.backup(target)
        target.execute("DELETE FROM audit")
        target.execute("DELETE FROM audit_head")
        target.commit()
    assert command("audit", "verify", copy).code == 0, "by itself it cannot know"
    answer = command("audit", "verify", copy, "--root", line)
    assert (answer.code, "its end was removed" in answer.out) == (1, True)
    found = command("audit", "verify", copy, "--root", line, "--json")
    assert json.loads(found.out)["whole"] is False
    assert command("audit", "verify", done, "--root", "x").code == 2


def test_publishing_is_an_act_itself(done: Path) -> None:
    ok(command("audit", "root", done, "--publish"))
    assert (done / "roots.txt").read_text().count("\n") == 1
    assert reported("audit", "list", done, "--last", 1)[0]["act"] == "published"
    assert reported("audit", "verify", done)["roots"] == 1


@pytest.mark.parametrize("words", [("audit", "list"), ("evidence", "list"), ("ledger",), ("purge",)])
def test_a_folder_without_results_is_one_sentence(tmp_path: Path, words: tuple[str, ...]) -> None:
    answer = command(*words, tmp_path)
    assert answer.code == 3
    assert "contains no passerby.db" in answer.err
    assert answer.err.count("\n") == 1


def test_a_backup_becomes_a_results_folder_with_the_same_events_and_a_whole_log(
    done: Path, tmp_path: Path
) -> None:
    archive, back = tmp_path / "backup.tar.gz", tmp_path / "back"
    unit = done.parent / "unit.yaml"
    made = reported("backup", done, "--out", archive, "--config", unit, "--pictures")
    assert {"passerby.db", "unit.yaml"} < set(made["files"])
    assert "move it to where" in ok(command("restore", archive, "--out", back))
    assert events_in(back) == events_in(done)
    assert reported("audit", "verify", back, "--root", made["root"].split(" ", 1)[1])["whole"]
    assert reported("audit", "list", done, "--last", 1)[0]["what"] == "backup backup.tar.gz"
    for again in (("backup", done, "--out", archive), ("restore", archive, "--out", back)):
        assert command(*again).code == 2, again
    missing = command("backup", done, "--out", tmp_path / "b", "--config", tmp_path / "none.yaml")
    assert (missing.code, "is not a file" in missing.err) == (2, True)
