from __future__ import annotations

import json
from dataclasses import replace
from datetime import UTC, datetime
from io import BytesIO
from pathlib import Path

import numpy as np
import pytest
from pyarrow import parquet

from passerby.console import flow
from passerby.console import parquet as parquet_module
from passerby.console.ports import CameraHistory
from passerby.contracts.events import Measure
from passerby.contracts.results import History
from support.consoles import ConsoleStage
from support.stored import FLOW, LINE, ZONE, an_event

DAY = {"camera": "platform-1", "day": "2026-03-01"}
PAGE = {"accept": "text/html"}
QUARTER = replace(FLOW, utc="2026-03-01T07:45:00.000Z")


@pytest.fixture
def counted(stage: ConsoleStage) -> ConsoleStage:
    stay = an_event("s1", kind="loitering", measures=(Measure("dwell", 400.0, "s"), Measure("trains_missed", 2)))
    stage.store.write_records([ZONE, LINE, QUARTER, replace(QUARTER, direction="out"), stay])
    return stage


def test_a_day_with_figures_in_words(counted: ConsoleStage) -> None:
    page = counted.logged_in("viewer").get("/flow", params=DAY, headers=PAGE).text
    assert "mean 3.2 people, at most 7" in page
    assert "41 in (upwards), 41 out (downwards)" in page
    assert "95 % interval from the error on a clip of 120 people" in page
    assert "1 incident, half of them at least 06:40" in page
    assert page.count('class="chart"') >= 4
    assert "style=" not in page


def test_the_first_minutes_of_a_unit_are_shown(stage: ConsoleStage, tmp_path: Path) -> None:
    errors = tmp_path / "errors.json"
    errors.write_text(json.dumps({"stairs": {"in": {"ratio": 1.0, "sd": 0.0, "n": 120}}}))
    stage.status.settings["counts_error"] = str(errors)
    minutes = [replace(LINE, from_s=60.0 * k, utc=f"2026-03-01T07:{46 + k}:00.000Z", in_=k) for k in range(4)]
    stage.store.write_records([ZONE, *minutes])
    page = stage.logged_in("viewer").get("/flow", params=DAY, headers=PAGE).text
    assert "Counted from 2026-03-01 07:46:00 to 2026-03-01 07:50:00." in page
    assert "6 in (upwards), 12 out (downwards)" in page
    assert "interval from the error on a clip of 120 people; the last quarter hour is not over" in page
    assert "true number 5 to 7 (95 %)" in page
    assert [f">07:{minute}<" in page for minute in ("00", "30")] == [True, True], "the axis is that hour"


def test_minutes_after_the_last_quarter_hour_are_added(counted: ConsoleStage) -> None:
    minutes = [replace(LINE, utc=f"2026-03-01T{at}.000Z") for at in ("07:45:00", "07:59:00", "08:00:00")]
    counted.store.write_records(minutes)
    page = counted.logged_in("viewer").get("/flow", params=DAY, headers=PAGE).text
    assert "53 in (upwards), 44 out (downwards)" in page, "41 and 41 of the stored quarter hour, 12 and 3 after it"


def test_two_days_beside_each_other(counted: ConsoleStage) -> None:
    page = counted.logged_in("viewer").get("/flow", params=DAY | {"beside": "2026-02-28"}, headers=PAGE).text
    assert '<h2 class="day">2026-03-01</h2>' in page
    assert "Nothing was counted in this time." in page


def test_a_day_without_figures_so_far(stage: ConsoleStage) -> None:
    browser, today = stage.logged_in("viewer"), f"{datetime.now(UTC).date()}"
    page = browser.get("/flow", params=DAY | {"day": today}, headers=PAGE).text
    assert "The first figures come after a minute of pictures." in page


def test_two_weeks_beside_each_other(counted: ConsoleStage) -> None:
    asked = DAY | {"span": "week", "beside": "2026-02-20"}
    page = counted.logged_in("viewer").get("/flow", params=asked, headers=PAGE).text
    assert page.index('<h2 class="day">2026-02-23</h2>') < page.index('<h2 class="day">2026-02-16</h2>')
    assert "day 7" in page
    assert "41 in (upwards)" in page, "1 March is the Sunday of that week"
    table = counted.logged_in("viewer").get("/flow/flows.csv", params=asked)
    assert 'filename="flows-platform-1-week-2026-02-23.csv"' in table.headers["content-disposition"]
    assert table.content.count(b"\n") == 3


def test_the_heat_map_has_a_picture_only_for_people_who_may_see_it(counted: ConsoleStage) -> None:
    heat = np.zeros((18, 32))
    heat[3:6, 4:9] = 50.0
    history = History(1.0, (), (), (), heat, (0.0, 1.0, 2.0), (10.0, 30.0))
    counted.status.histories["platform-1"] = CameraHistory(history, (320, 240))
    for role, is_shown in (("viewer", False), ("operator", True)):
        page = counted.logged_in(role).get("/flow", params=DAY, headers=PAGE).text
        assert "750 person-seconds since the camera started" in page
        assert "slower than 1.33 m/s" in page
        assert ('href="/live/platform-1"' in page) == is_shown


def test_a_heat_map_of_little_time_is_not_shown(counted: ConsoleStage) -> None:
    heat = np.zeros((18, 32))
    heat[3, 4:12] = 2.0  # one person who walked by
    counted.status.histories["platform-1"] = CameraHistory(History(1.0, (), (), (), heat, (), ()), (320, 240))
    page = counted.logged_in("operator").get("/flow", params=DAY, headers=PAGE).text
    assert "so that no single path can be seen" in page
    assert "chart heat" not in page


@pytest.mark.parametrize(
    ("table", "header", "rows"),
    [
        ("zones", b"camera,zone,from_s,utc", 1),
        ("lines", b"camera,line,from_s", 0),
        ("flows", b"camera,line,direction", 2),
        ("places", b"camera,place", 0),
    ],
)
def test_a_day_as_csv(counted: ConsoleStage, table: str, header: bytes, rows: int) -> None:
    answer = counted.logged_in("viewer").get(f"/flow/{table}.csv", params=DAY)
    assert answer.headers["content-disposition"] == f'attachment; filename="{table}-platform-1-2026-03-01.csv"'
    assert answer.content.startswith(header)
    assert answer.content.count(b"\n") == 1 + rows


def test_the_same_counts_as_parquet(counted: ConsoleStage) -> None:
    browser = counted.logged_in("viewer")
    made = parquet.read_table(BytesIO(browser.get("/flow/flows.parquet", params=DAY).content)).to_pylist()
    lines = browser.get("/flow/flows.csv", params=DAY).text.splitlines()
    assert [",".join(made[0]), len(made)] == [lines[0], len(lines) - 1]
    assert [row["people"] for row in made] == [41, 41]
    empty = parquet.read_table(BytesIO(browser.get("/flow/places.parquet", params=DAY).content))
    assert (empty.num_rows, "people" in empty.column_names) == (0, True)


def test_without_the_extra_there_is_csv_alone(counted: ConsoleStage, monkeypatch: pytest.MonkeyPatch) -> None:
    for module in (flow, parquet_module):
        monkeypatch.setattr(module, "is_installed", lambda: False)
    browser = counted.logged_in("viewer")
    assert ".parquet" not in browser.get("/flow", params=DAY, headers=PAGE).text
    refused = browser.get("/flow/flows.parquet", params=DAY)
    assert (refused.status_code, "passerby[parquet]" in refused.json()["detail"]) == (400, True)


@pytest.mark.parametrize(
    ("params", "status"),
    [
        ({"camera": "none"}, 404),
        ({"day": "yesterday"}, 422),
        ({"day": "0001-01-01"}, 200),
        ({"day": "9999-12-31"}, 422),
    ],
)
def test_what_is_refused(stage: ConsoleStage, params: dict[str, str], status: int) -> None:
    assert stage.logged_in("viewer").get("/flow", params=params).status_code == status


def test_a_table_that_does_not_exist_is_refused(stage: ConsoleStage) -> None:
    assert stage.logged_in("viewer").get("/flow/people.csv").status_code == 404
