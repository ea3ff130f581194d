from __future__ import annotations

import hashlib
import io
import json
import zipfile

from passerby.store import audit, evidence
from support.alarmed import raise_alarm
from support.consoles import ConsoleStage


def test_a_case_is_whole_and_its_checksums_lead_to_the_audit_log(stage: ConsoleStage) -> None:
    raise_alarm(stage.store, stage.folder, "a")
    browser = stage.logged_in("operator", "anna")
    browser.post("/alarms/a/acts", data={"act": "resolved", "note": "she got on the train"})
    answer = browser.get("/alarms/a/case")
    assert answer.headers["content-disposition"] == 'attachment; filename="case-a.zip"'
    with zipfile.ZipFile(io.BytesIO(answer.content)) as archive:
        assert archive.testzip() is None
        files = {name: archive.read(name) for name in archive.namelist()}
    assert sorted(files) == ["SHA256SUMS", "a.jpg", "facts.json"]
    for line in files["SHA256SUMS"].decode().splitlines():
        digest, name = line.split("  ")
        assert hashlib.sha256(files[name]).hexdigest() == digest
    facts = json.loads(files["facts.json"])
    assert facts["recorded_sha256"] == {"stills/a.jpg": hashlib.sha256(files["a.jpg"]).hexdigest()}
    assert [act["note"] for act in facts["acts"]] == ["she got on the train"]
    with stage.store.reading() as connection:
        (last,) = audit.rows(connection, 1)
    digest = hashlib.sha256(files["SHA256SUMS"]).hexdigest()
    assert (last.entry.act, last.entry.actor) == ("exported", "anna (console)")
    assert last.entry.detail == f"case, sha256 {digest}"


def test_a_case_without_pictures_has_its_facts(stage: ConsoleStage) -> None:
    raise_alarm(stage.store, stage.folder, "a")
    stage.store.write(lambda c: evidence.mark_gone(c, ["stills/a.jpg"], "older than 72 h", 1))
    answer = stage.logged_in("operator").get("/alarms/a/case")
    with zipfile.ZipFile(io.BytesIO(answer.content)) as archive:
        assert sorted(archive.namelist()) == ["SHA256SUMS", "facts.json"]
    assert stage.logged_in("operator").get("/alarms/nothing/case").status_code == 404
