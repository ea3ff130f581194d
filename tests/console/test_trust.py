from __future__ import annotations

import pytest

from passerby.contracts.destinations import Webhook
from passerby.contracts.events import Account
from passerby.store import audit
from passerby.store.audit import Act
from support.consoles import ConsoleStage
from support.stored import EVENT

PAGE = {"accept": "text/html"}
ACCOUNT = Account("hall", "2026-03-01T08:00:00.000Z", 480, 480, 1000, 100, 480, 2, 1, 1_200_000, 0)


def test_what_was_seen_kept_and_done_is_shown(stage: ConsoleStage) -> None:
    stage.store.write_records([EVENT, ACCOUNT])
    stage.program("metrics", name="grafana")
    page = stage.logged_in("privacy_officer").get("/trust", headers=PAGE).text
    assert '<td class="number">480</td><td class="number">480</td><td class="number">10 %</td>' in page
    assert "privacy_officer (console)" in page
    assert "grafana <small>token</small>" in page
    assert "count_mean, count_max, density_per_m2" in page
    assert "Every field of every record" in page


def test_the_log_page_by_page(stage: ConsoleStage) -> None:
    for n in range(60):
        stage.store.write(lambda c, n=n: audit.record(c, "anna", Act.LOOKED, f"still {n}"))
    browser = stage.logged_in("admin")
    first = browser.get("/trust", headers=PAGE).text
    assert "still 59" in first
    assert "still 2<" not in first
    older = first.split("/trust?before=")[1].split("#")[0]
    assert "still 2<" in browser.get("/trust", params={"before": older}, headers=PAGE).text
    assert browser.get("/trust", params={"before": "x"}).status_code == 422


@pytest.mark.parametrize("is_changed", [False, True])
def test_the_log_is_verified_on_request(stage: ConsoleStage, is_changed: bool) -> None:
    browser = stage.logged_in("admin")
    if is_changed:
        stage.store.write(lambda c: c.execute("UPDATE audit SET entry = replace(entry, 'test', 'other')"))
    page = browser.get("/trust", params={"verify": "true"}, headers=PAGE).text
    assert ("The log was changed" in page) == is_changed
    assert ("The log is unchanged" in page) != is_changed


def test_text_of_people_is_shown_as_text(stage: ConsoleStage) -> None:
    stage.store.write(lambda c: audit.record(c, "<script>alert(1)</script>", Act.LOOKED, "<b>"))
    page = stage.logged_in("admin").get("/trust", headers=PAGE).text
    assert "<script>alert" not in page


def test_destinations_of_events_are_named(stage: ConsoleStage) -> None:
    hook = Webhook(kind="webhook", name="vms", url="https://vms.example/", secret="0123456789abcdef")
    stage.status.destinations = (hook,)
    page = stage.logged_in("admin").get("/trust", headers=PAGE).text
    assert "vms (webhook)" in page
    assert "0123456789abcdef" not in page
