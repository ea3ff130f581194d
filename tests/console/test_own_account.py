from __future__ import annotations

from passerby.console.sessions import COOKIE
from support.consoles import PASSWORD, ConsoleStage

NEW = "another good password"


def test_a_person_changes_their_own_password(stage: ConsoleStage) -> None:
    browser, other = stage.logged_in("operator", "anna"), stage.logged_in("operator", "anna")
    before = browser.cookies[COOKIE]
    form = {"password": PASSWORD, "new": NEW, "again": NEW}
    for change, status, says in [
        ({"password": "not my password"}, 401, "The present password is wrong."),
        ({"again": "something else"}, 400, "The two new passwords differ."),
        ({"new": "short", "again": "short"}, 400, "use 10 to 200"),
    ]:
        answer = browser.post("/account", data=form | change)
        assert (answer.status_code, says in answer.text) == (status, True)
    assert browser.post("/account", data=form).status_code == 303
    assert browser.cookies[COOKIE] != before
    assert browser.get("/").status_code == 200
    stage.app.state.services.sessions._believed.clear()
    assert other.get("/").status_code == 401
    assert stage.visitor().post("/login", data={"name": "anna", "password": PASSWORD}).status_code == 401
    assert stage.visitor().post("/login", data={"name": "anna", "password": NEW}).status_code == 303
