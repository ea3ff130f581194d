from __future__ import annotations

import pytest

from passerby.contracts.errors import StoreError, UsageError
from support.consoles import ConsoleStage


@pytest.mark.parametrize(
    ("error", "status", "says"),
    [
        (UsageError("there is no alarm 7"), 400, "there is no alarm 7"),
        (StoreError("passerby.db is locked"), 503, "the store is not available at the moment"),
        (RuntimeError("secret of the source code"), 500, "the log of the unit has the details"),
    ],
)
def test_an_error_is_a_problem_for_programs_and_a_page_for_people(
    stage: ConsoleStage, monkeypatch: pytest.MonkeyPatch, error: Exception, status: int, says: str
) -> None:
    browser = stage.logged_in("operator")

    def fail(*_: object) -> None:
        raise error

    monkeypatch.setattr(type(stage.app.state.services.pages), "show", fail)
    answer = browser.get("/")
    assert answer.status_code == status
    assert answer.headers["content-type"] == "application/problem+json"
    assert says in answer.json()["detail"]
    assert "secret" not in answer.text
    monkeypatch.undo()
    page = browser.get("/nothing", headers={"accept": "text/html"})
    assert page.status_code == 404
    assert "<h1" in page.text


def test_text_of_others_is_shown_as_text(stage: ConsoleStage) -> None:
    stage.account("anna", "operator")
    said = stage.visitor(accept="text/html").get("/login", params={"after": '/"><script>alert(1)</script>'}).text
    assert "<script>alert" not in said
