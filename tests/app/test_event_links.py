"""The files of an event, as links of a page."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from passerby.app.event_links import event_links
from passerby.contracts.events import Event, EvidenceRef
from passerby.report.links import EventLinks
from support.reported import incident

UTC = "2026-03-01T07:45:40.000Z"


def started(at_s: float = 40.0, **more: object) -> Event:
    ref = EvidenceRef("stills/a b.jpg", "0" * 64, "silhouette-2", "clips/a b.mp4")
    return replace(incident(1, "loitering", at_s, None)[0], **{"began_s": 10.0, "evidence": ref, **more})  # type: ignore[arg-type]


def put(folder: Path, *names: str) -> None:
    for name in names:
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_bytes(b"x")


def test_a_recording_links_to_the_beginning_of_the_incident_in_its_video(tmp_path: Path) -> None:
    put(tmp_path, "stills/a b.jpg", "clips/a b.mp4", "redacted.mp4")
    event = started()
    later = replace(event, seq=1, at_s=90.0, evidence=None)
    links = event_links(tmp_path, tmp_path, [later, event])
    assert links == {event.id: EventLinks("stills/a%20b.jpg", "clips/a%20b.mp4", "redacted.mp4#t=10", 10.0)}


def test_a_live_camera_links_up_to_the_unit_and_into_the_file_of_that_time(tmp_path: Path) -> None:
    folder = tmp_path / "cameras" / "hall"
    put(tmp_path, "stills/a b.jpg", "cameras/hall/redacted-2026-03-01T074500000Z.mp4")
    event = started(utc=UTC)
    (link,) = event_links(folder, tmp_path, [event]).values()
    assert link == EventLinks("../../stills/a%20b.jpg", "", "redacted-2026-03-01T074500000Z.mp4#t=10", 10.0)


def test_files_that_do_not_exist_have_no_link(tmp_path: Path) -> None:
    event = started()
    bare = started(evidence=None)
    assert event_links(tmp_path, tmp_path, [event]) == {event.id: EventLinks()}
    assert event_links(tmp_path / "absent", tmp_path, [bare]) == {bare.id: EventLinks()}
