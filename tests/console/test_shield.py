from __future__ import annotations

import re

import pytest

from passerby.console.rendering import FOLDER
from passerby.console.shield import MOST_BODY_BYTES
from support.consoles import ConsoleStage


@pytest.mark.parametrize("path", ["/login", "/healthz", "/static/console.css", "/nothing"])
def test_every_answer_has_the_headers(stage: ConsoleStage, path: str) -> None:
    stage.account("anna", "operator")
    answer = stage.visitor().get(path)
    assert answer.headers["content-security-policy"].startswith("default-src 'self';")
    assert "unsafe" not in answer.headers["content-security-policy"]
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert answer.headers["cache-control"] == ("no-cache" if "static" in path else "no-store")


def test_a_large_body_is_refused_however_it_is_sent(stage: ConsoleStage) -> None:
    def pieces() -> object:
        for _ in range(MOST_BODY_BYTES // 1000 + 10):
            yield b"x" * 1000

    kind = {"content-type": "application/x-www-form-urlencoded"}
    for content in (b"name=" + b"x" * MOST_BODY_BYTES, pieces()):
        assert stage.visitor().post("/login", content=content, headers=kind).status_code == 413  # type: ignore[arg-type]


def test_templates_have_no_inline_script_style_or_foreign_address() -> None:
    for path in (FOLDER / "templates").iterdir():
        text = path.read_text("utf-8")
        assert not re.search(r"<script(?![^>]*\ssrc=)|\sstyle=|\son[a-z]+=|<style|https?://|\|\s*safe", text), (
            path.name
        )


@pytest.mark.parametrize("name", ["../app.py", "..%2fapp.py", "%2e%2e/app.py", "nothing.css", "app.py"])
def test_only_known_files_are_served(stage: ConsoleStage, name: str) -> None:
    assert stage.visitor().get(f"/static/{name}").status_code in (403, 404)


def test_a_file_that_the_browser_has_is_not_sent_again(stage: ConsoleStage) -> None:
    first = stage.visitor().get("/static/console.css")
    assert first.headers["content-type"].startswith("text/css")
    again = stage.visitor().get("/static/console.css", headers={"if-none-match": first.headers["etag"]})
    assert (again.status_code, again.content) == (304, b"")
