"""Figures for Prometheus, and the Grafana dashboard that shows them."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from functools import partial
from itertools import count
from pathlib import Path

from prometheus_client.parser import text_string_to_metric_families

from passerby.console.metrics import scraped
from passerby.store import outbox
from support.consoles import ConsoleStage
from support.stored import ALARM, EVENT, HEALTH

NUMBERS = count()
DASHBOARD = Path(__file__).parents[2] / "docs" / "grafana" / "passerby.json"
BASE_UNITS = (
    "_ratio",
    "_seconds",
    "_bytes",
    "_length",
    "_info",
    "_per_second",
    "_ready",
    "_up",
    "_state",
    "_incidents",
    "_alarms",
)


def figures(stage: ConsoleStage) -> dict[tuple[str, str], float]:
    text = stage.program("metrics", name=f"p{next(NUMBERS)}").get("/metrics").text
    found = {}
    for family in text_string_to_metric_families(text):
        for sample in family.samples:
            labels = ",".join(value for _, value in sorted(sample.labels.items()))
            found[sample.name, labels] = sample.value
    return found


def test_the_figures_of_a_unit(stage: ConsoleStage) -> None:
    stage.store.write_records([EVENT, ALARM, replace(HEALTH, utc_err_ms=12.0)])
    stage.status.restarts = {"hall": 2}
    stage.status.cameras = ("platform-1", "hall", "stairs")
    found = figures(stage)
    expected = {
        ("passerby_camera_up", "platform-1"): 1,
        ("passerby_camera_up", "hall"): 1,  # it analyses, and its first report comes after a minute
        ("passerby_camera_up", "stairs"): 0,
        ("passerby_camera_state", "platform-1,live"): 1,
        ("passerby_camera_state", "stairs,connecting"): 1,
        ("passerby_camera_frames_per_second", "platform-1"): 9.8,
        ("passerby_camera_clock_error_seconds", "platform-1"): 0.012,
        ("passerby_camera_restarts_total", "hall"): 2,
        ("passerby_frames_decoded_total", "hall"): 100,
        ("passerby_frames_dropped_total", "hall"): 3,
        ("passerby_stage_seconds_sum", "hall,detect"): 1.8,
        ("passerby_stage_seconds_count", "hall,detect"): 90,
        ("passerby_incidents_total", "hall,loitering"): 2,
        ("passerby_open_incidents", "platform-1,fast_movement"): 1,
        ("passerby_active_alarms", "warning"): 1,
        ("passerby_recorder_queue_length", ""): 4,
        ("passerby_analysis_rate_ratio", ""): 0.75,
        ("passerby_unit_ready", ""): 1,
    }
    assert {key: found[key] for key in expected} == expected
    assert found["process_resident_memory_bytes", ""] > 1e6
    assert found["passerby_disk_free_bytes", ""] <= found["passerby_disk_size_bytes", ""]


def test_a_camera_that_is_lost_is_down_at_once(stage: ConsoleStage) -> None:
    stage.store.write_records([HEALTH, replace(EVENT, kind="camera_lost", place="")])
    found = figures(stage)
    assert found["passerby_camera_up", "platform-1"] == 0
    states = ("connecting", "live", "stale", "down", "blind")
    assert [found["passerby_camera_state", f"platform-1,{one}"] for one in states] == [0, 0, 0, 1, 0]


def test_the_delivery_of_events(stage: ConsoleStage) -> None:
    stage.store.write(partial(outbox.begin, destination="vms"))
    stage.store.write_records([replace(EVENT, id=f"e{n}") for n in range(3)])
    stage.store.write(partial(outbox.set_aside, destination="vms", rows=[1], reason="no", at_ms=1))
    stage.store.write(partial(outbox.done, destination="vms", row=1))
    names = ("passerby_destination_up", "passerby_outbox_queue_length", "passerby_outbox_aside_length")
    found = figures(stage)
    assert [found[name, "vms"] for name in names] == [1, 2, 1]
    stage.store.write(partial(outbox.failing, destination="vms", error="down", at_ms=1))
    assert figures(stage)["passerby_destination_up", "vms"] == 0


def test_names_have_units_and_a_sentence(stage: ConsoleStage) -> None:
    families = text_string_to_metric_families(scraped(stage.app.state.services.ports).decode())
    for family in families:
        if family.name.startswith("passerby_"):
            assert family.documentation.endswith("."), family.name
            assert family.type in ("counter", "summary") or family.name.endswith(BASE_UNITS), family.name


def test_figures_need_a_token_or_a_role(stage: ConsoleStage) -> None:
    stage.account("keeper", "admin")
    assert stage.visitor().get("/metrics").status_code == 401
    assert stage.program("read").get("/metrics").status_code == 403
    assert stage.logged_in("engineer").get("/metrics").status_code == 200


def test_the_dashboard_uses_names_that_exist(stage: ConsoleStage) -> None:
    dashboard = json.loads(DASHBOARD.read_text("utf-8"))
    asked = " ".join(target["expr"] for panel in dashboard["panels"] for target in panel["targets"])
    asked += " " + " ".join(v["query"] for v in dashboard["templating"]["list"])
    names = set(re.findall(r"\b(?:passerby|process)_\w+", asked))
    published = set(re.findall(r"^# TYPE (\S+) ", scraped(stage.app.state.services.ports).decode(), re.MULTILINE))
    published |= {f"{name}_{end}" for name in published for end in ("sum", "count")}
    assert names - published == set()
    missing = {
        n for n in published if n.startswith("passerby_") and not n.endswith(("_sum", "_count", "_created"))
    }
    unused = missing - names - {"passerby_stage_seconds"}
    assert unused <= {
        "passerby_unit_ready",
        "passerby_frames_decoded_total",
        "passerby_camera_frames_per_second",
        "passerby_open_incidents",
        "passerby_camera_state",
    }
