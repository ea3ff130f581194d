from __future__ import annotations

from support.consoles import ConsoleStage


def test_alive_and_ready(stage: ConsoleStage) -> None:
    visitor = stage.visitor()
    assert visitor.get("/healthz").text == "ok"
    assert visitor.get("/readyz").text == "ok"
    stage.status.ready = False
    answer = visitor.get("/readyz")
    assert (answer.status_code, answer.json()["detail"]) == (503, "the cameras are not started yet")
    assert visitor.get("/healthz").status_code == 200
