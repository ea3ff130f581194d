from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import replace
from pathlib import Path

import pytest

from passerby.app.results import StillFiles, write_results
from passerby.contracts.errors import StoreError
from passerby.contracts.results import Summary
from passerby.report.cards import event_list
from passerby.report.incidents import incidents
from support.file_limit import file_size_limit
from support.pages import Page
from support.reported import Reported, incident, picture, ref, reported


def write(folder: Path, run: Reported, results: Path | None = None) -> None:
    write_results(folder, results or folder, run.summary, run.history, run.events, run.background_jpeg)


def test_the_summary_is_every_field_as_json(tmp_path: Path) -> None:
    run = reported(60.0)
    write(tmp_path, run)
    data = json.loads((tmp_path / "summary.json").read_text("utf-8"))
    assert set(data) == set(Summary.__slots__)
    assert data["picture_wh"] == list(run.summary.picture_wh)
    assert data["stages"][0] == {"stage": "decode", "mean_ms": 2.31, "p95_ms": 3.4}
    assert data["model"]["sha256"] == run.summary.model.sha256
    assert (tmp_path / "summary.json").read_text("utf-8").endswith("}\n")


def test_the_report_is_a_whole_page_with_the_stills_that_were_kept(tmp_path: Path) -> None:
    run, results = reported(60.0), tmp_path / "unit"
    folder = results / "platform-1"
    (results / "stills").mkdir(parents=True)
    folder.mkdir()
    for name in run.stills:
        (results / name).write_bytes(picture(1, 3, (480, 270)))
    write(folder, run, results)
    page = Page((folder / "report.html").read_text("utf-8"))
    kept = [e for e in page.tagged("img") if e.attrs["src"].startswith("data:image/jpeg;base64,")]
    assert len(kept) >= len(run.stills)
    assert "Riverside" in page.words


def test_of_thousands_of_stills_only_those_on_the_page_are_read(tmp_path: Path) -> None:
    (tmp_path / "stills").mkdir()
    events = [event for n in range(500) for event in incident(n, "fast_movement", float(n), None, evidence=ref(n))]
    for n in range(500):
        (tmp_path / ref(n).still).write_bytes(b"jpeg")
    stills, read = StillFiles(tmp_path, events), list[str]()

    class Noted(Mapping[str, bytes]):
        def __getitem__(self, path: str) -> bytes:
            read.append(path)
            return stills[path]

        def __iter__(self) -> Iterator[str]:
            return iter(stills)

        def __len__(self) -> int:
            return len(stills)

    found = event_list(incidents(events), Noted())
    assert len(stills) == 500
    assert len(read) == sum(bool(card.still) for card in (*found.look, *found.note)) <= 200


def test_a_still_is_read_from_its_event_and_only_while_it_is_there(tmp_path: Path) -> None:
    (tmp_path / "stills").mkdir()
    (tmp_path / ref(1).still).write_bytes(b"jpeg")
    (tmp_path / ref(2).still).write_bytes(b"of no event")
    events = [event for n in (1, 3) for event in incident(n, "fast_movement", 1.0, None, evidence=ref(n))]
    stills = StillFiles(tmp_path, events)
    assert {*stills} == {ref(1).still, ref(3).still}
    assert [stills.get(ref(n).still) for n in (1, 2, 3)] == [b"jpeg", None, None]


def test_a_run_that_saw_nothing_has_results_all_the_same(tmp_path: Path) -> None:
    nothing = replace(reported(0.0).summary, frames=0, frames_analysed=0, stages=(), events={})
    write_results(tmp_path, tmp_path, nothing, None, (), None)
    assert json.loads((tmp_path / "summary.json").read_text("utf-8"))["frames"] == 0
    Page((tmp_path / "report.html").read_text("utf-8"))


def test_a_full_disk_is_one_sentence_and_leaves_the_older_files_whole(tmp_path: Path) -> None:
    run = reported(60.0)
    write(tmp_path, run)
    before = (tmp_path / "report.html").read_bytes()
    with file_size_limit(3000), pytest.raises(StoreError, match=r"report\.html cannot be written"):
        write(tmp_path, run)
    assert (tmp_path / "report.html").read_bytes() == before
    assert {p.name for p in tmp_path.iterdir()} == {"summary.json", "report.html"}


def test_a_folder_that_is_gone_is_one_sentence(tmp_path: Path) -> None:
    with pytest.raises(StoreError, match=r"summary\.json cannot be written"):
        write(tmp_path / "absent", reported(10.0), tmp_path)
