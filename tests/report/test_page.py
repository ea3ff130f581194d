from __future__ import annotations

import dataclasses
import re
from collections.abc import Mapping

import numpy as np
import pytest

from passerby.contracts.events import FlowSample
from passerby.contracts.results import History, ZoneSeries
from passerby.report.links import EventLinks
from passerby.report.page import render_report
from support.pages import Page
from support.reported import Reported, history, incident, reported, summary

NOTHING = History(1.0, (), (), (), np.zeros((36, 64)), (), ())


def render(run: Reported, links: Mapping[str, EventLinks] | None = None) -> str:
    return render_report(run.summary, run.history, run.events, run.stills, run.background_jpeg, links or {})


def zones(number: int) -> tuple[ZoneSeries, ...]:
    usual = history().zones[0]
    return tuple(dataclasses.replace(usual, name=f"area {i}") for i in range(number))


def crossings(number: int) -> Reported:
    lines = [e for i in range(number) for e in incident(i, "line_crossing", float(i), None)]
    return reported().but(summary=summary(events={"line_crossing": number}), events=tuple(lines), stills={})


BARE = Reported(
    summary(0.0, frames=1, stages=(), gaps=(), lost={}, calibration_rms_cm=None), NOTHING, (), {}, None
)
CASES = {
    "a usual run": (reported(), ("Need attention", "For information", "Speeds")),
    "one frame of 0 seconds": (BARE, ("No events in this recording", "Too short to draw", "No gaps")),
    "stopped midway": (
        reported().but(summary=summary(4.4, stopped_at_s=4.4, recording_s=30.0)),
        ("Stopped at 4.4 s of 30.0 s; the rest was not analysed", "the recording lasts 30"),
    ),
    "stopped in a recording of unknown length": (
        reported().but(summary=summary(4.4, stopped_at_s=4.4)),
        ("Stopped at 4.4 s; the rest",),
    ),
    "an unusual input": (reported().but(summary=summary(notes=("v.mp4 was cut off",))), ("v.mp4 was cut off",)),
    "no events": (reported().but(events=()), ("No events in this recording", "People over time")),
    "no zones": (
        reported().but(history=dataclasses.replace(history(), zones=(), lines=())),
        ("No zones are configured",),
    ),
    "no calibration": (
        reported(calibration_rms_cm=None).but(
            history=dataclasses.replace(history(), speed_edges_mps=(), speed_s=())
        ),
        ("no metres, speeds or densities",),
    ),
    "no background": (reported().but(background_jpeg=None), ("There was no redacted picture",)),
    "a grid without cells": (
        reported().but(history=dataclasses.replace(history(), heat=np.zeros((0, 0)))),
        ("No people were seen",),
    ),
    "a picture lost from start to end": (
        reported().but(history=dataclasses.replace(history(), people=(float("nan"),) * 9)),
        ("no picture",),
    ),
    "8 hours": (reported(28_800.0), ("people per 10 min", "8:00:00")),
    "500 events": (crossings(500), ("and 264 more in events.jsonl",)),
    "30 zones": (
        reported().but(history=dataclasses.replace(history(), zones=zones(30))),
        ("30 · area 29", "numbered as above"),
    ),
    "a few odd kinds": (
        reported().but(events=incident(1, "unheard_of", 3.0, 1.0) + incident(2, "camera_lost", 4.0, 2.0)),
        ("Unheard of", "Camera lost"),
    ),
}


@pytest.fixture(scope="module", params=CASES, ids=str)
def case(request: pytest.FixtureRequest) -> tuple[Page, str, tuple[str, ...]]:
    run, says = CASES[request.param]
    source = render(run)
    return Page(source), source, says


def test_each_case_says_what_there_is(case: tuple[Page, str, tuple[str, ...]]) -> None:
    page, _, says = case
    for text in says:
        assert text in page.words.replace("\N{NARROW NO-BREAK SPACE}", " ")


def test_each_page_stands_alone(case: tuple[Page, str, tuple[str, ...]]) -> None:
    page, source, _ = case
    assert not re.search(r"https?:|//|@import|url\(", re.sub(r'"data:[^"]*"', "", source))
    assert not page.tagged("script")
    assert not page.tagged("link")
    for element in page.all:
        for name in ("src", "href"):
            assert element.attrs.get(name, "#").startswith(("#", "data:image/jpeg;base64,"))
        assert not [name for name in element.attrs if name.startswith("on")]


def test_each_page_is_accessible_and_its_links_lead_somewhere(case: tuple[Page, str, tuple[str, ...]]) -> None:
    page, source, _ = case
    ids = [e.attrs["id"] for e in page.all if "id" in e.attrs]
    assert len(ids) == len(set(ids))
    assert {a.attrs["href"][1:] for a in page.tagged("a")} <= set(ids)
    assert all(e.attrs["alt"] for e in page.tagged("img"))
    assert all(e.attrs["aria-label"] for e in page.all if e.attrs.get("role") in {"img", "group"})
    assert not re.search(r"\bnan\b", re.sub(r'"data:[^"]*"', "", source))
    assert len(page.tagged("h1")) == 1


def test_every_event_is_on_the_page_with_its_still() -> None:
    run = reported()
    page = Page(render(run))
    for event in run.events:
        assert event.id in page.words
    kept = {e.id for e in run.events if e.evidence and e.evidence.still in run.stills}
    assert len(page.tagged("img")) == len(kept)
    assert "Still in stills/0005.jpg" in page.words
    assert "No still was stored" in page.words


def test_it_reports_how_it_was_made() -> None:
    run = reported(hints=("A line would add counts by direction.",))
    words = Page(render(run)).words
    model = run.summary.model
    for fact in (model.name, model.sha256, model.runtime, "640 × 384 px", "4.2 cm", run.summary.redaction):
        assert fact in words
    for fact in (*run.summary.gaps, *run.summary.hints, "frames dropped", "decode errors", "8.92", "11.07"):
        assert fact in words
    assert "nothing links them across cameras or visits" in words
    assert "leaves and returns counts twice" in words


def test_names_cannot_become_markup() -> None:
    evil = '"><script>alert(1)</script>&amp;{{ 7 * 7 }}'
    run = reported(station=evil, camera=evil, source=evil, hints=(evil,), gaps=(evil,), lost={evil: 1})
    lines = dataclasses.replace(run.history.lines[0], name=evil)
    zone = dataclasses.replace(run.history.zones[0], name=evil)
    events = tuple(dataclasses.replace(e, id=evil, place=evil, kind=evil, utc=evil) for e in run.events[:1])
    page = Page(
        render(run.but(history=dataclasses.replace(run.history, zones=(zone,), lines=(lines,)), events=events))
    )
    assert not page.tagged("script")
    assert evil in page.tagged("h1")[0].text
    assert "49" not in page.tagged("h1")[0].text


def test_a_file_name_that_is_no_text_can_still_be_written() -> None:
    render(reported(source="caf\udce9.mp4")).encode("utf-8")


def test_the_page_stays_small() -> None:
    usual = reported()
    assert len(render(usual.but(stills={}, background_jpeg=None))) < 120_000
    worst = crossings(500).but(history=dataclasses.replace(history(28_800.0, 1.0), zones=zones(30)))
    assert len(render(worst)) < 2_000_000


def test_a_password_never_reaches_the_page() -> None:
    assert "hunter2" not in render(reported(source="rtsp://viewer:hunter2@camera1/stream1"))


@pytest.mark.parametrize(("seconds", "shown"), [(60.0, False), (880.0, False), (900.0, True)])
def test_quarters_need_a_quarter_of_an_hour(seconds: float, shown: bool) -> None:
    sample = FlowSample("platform-1", "hall", "in", 0.0, None, min(seconds, 900.0), 9, None, None, None, 1.0)
    run = reported(seconds).but(history=dataclasses.replace(history(seconds), flows=(sample,)))
    assert ("Per quarter of an hour" in Page(render(run)).words) == shown


def test_each_event_links_to_its_files_and_to_no_other_place() -> None:
    run = crossings(236)  # cards and rows
    all_ = {
        e.id: EventLinks(f"stills/{e.id}.jpg", f"clips/{e.id}.mp4", "redacted.mp4#t=9", 9.0) for e in run.events
    }
    del all_[run.events[0].id]
    page = Page(render(run, all_))
    hrefs = [a.attrs["href"] for a in page.tagged("a") if not a.attrs["href"].startswith("#")]
    assert hrefs.count("redacted.mp4#t=9") == len(all_)
    assert set(hrefs) == {a for link in all_.values() for _, a in link.named()}
    assert "video at 00:09" in page.words
    assert "while this page is in its results folder" in page.words
    assert not [a for a in Page(render(run)).tagged("a") if not a.attrs["href"].startswith("#")]
