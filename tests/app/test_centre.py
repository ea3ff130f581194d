"""`passerby centre`: bad usage is refused with a sentence before anything is opened."""

from __future__ import annotations

from pathlib import Path

import pytest
from typer.testing import CliRunner

from passerby.app.centre import app
from passerby.contracts.errors import ConfigError, PasserbyError, StoreError, UsageError

NOWHERE = "postgresql://x@127.0.0.1:1/x"


@pytest.mark.parametrize(
    ("words", "error", "sentence"),
    [
        (["migrate", "--database", "mysql://x/y"], UsageError, "postgresql://"),
        (["migrate", "--database", NOWHERE], StoreError, "database of the control room"),
        (["enrol-unit", "d", " ", "--station", "a", "--database", NOWHERE], UsageError, "no name"),
        (["enrol-unit", "d", "a\nb", "--station", "a", "--database", NOWHERE], UsageError, "no name"),
        (["run", "centre.yaml", "d", "--nats", "http://x", "--database", NOWHERE], UsageError, "tls://HOST"),
        (["run", "missing.yaml", "d", "--database", NOWHERE], (ConfigError, UsageError), "missing.yaml"),
        (["run", "centre.yaml", "d", "--database", NOWHERE], StoreError, "database of the control room"),
    ],
)
def test_refused(
    words: list[str], error: type[PasserbyError], sentence: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "centre.yaml").write_text("name: Metro\n")
    with pytest.raises(error, match=sentence):
        CliRunner().invoke(app, words, catch_exceptions=False)
