"""What happens to a running unit's configuration is in the audit log."""

from __future__ import annotations

import hashlib
from pathlib import Path

import pytest

from passerby.app.unit_file import LONGEST_REASON, UnitFile
from passerby.contracts.errors import ConfigError, Problem
from passerby.store import audit, roots
from passerby.store.results import ResultsStore
from passerby.unit.config_change import ConfigChange


def acts(store: ResultsStore) -> list[tuple[str, str, str]]:
    with store.reading() as connection:
        return [(row.entry.actor, row.entry.act, row.entry.detail) for row in audit.rows(connection)]


def sha256(text: str) -> str:
    return f"sha256 {hashlib.sha256(text.encode()).hexdigest()}"


def test_another_configuration_is_an_act(tmp_path: Path) -> None:
    config, received = tmp_path / "unit.yaml", []
    with ResultsStore(tmp_path / "out") as store:
        for text in ("station: a", "station: a", "station: b"):
            config.write_text(text)
            with UnitFile(config, store).audited_run():
                pass
        with store.reading() as connection:
            received = [(row.entry.act, row.entry.what, row.entry.detail) for row in audit.rows(connection)]
    first, last = (f"sha256 {hashlib.sha256(text).hexdigest()}" for text in (b"station: a", b"station: b"))
    stop = ("stopped", "unit.yaml", "")
    once = [("started", "unit.yaml", first), stop]
    assert received == [*once, *once, ("configured", "unit.yaml", last), ("started", "unit.yaml", last), stop]


def test_a_damaged_audit_log_keeps_no_unit_from_starting(tmp_path: Path) -> None:
    (tmp_path / "unit.yaml").write_text("station: a")
    with ResultsStore(tmp_path / "out") as store:
        with UnitFile(tmp_path / "unit.yaml", store).audited_run():
            store.write(lambda c: c.execute("UPDATE audit SET entry = 'no JSON'"))
            store.write(lambda c: c.execute("DELETE FROM audit_head"))
        with UnitFile(tmp_path / "unit.yaml", store).audited_run(), store.reading() as connection:
            assert "entry 0 was changed" in next(roots.faults(connection))


def test_a_reload_is_entered_with_what_it_changed_and_not_again_at_the_next_start(tmp_path: Path) -> None:
    config = tmp_path / "unit.yaml"
    config.write_text("a")
    with ResultsStore(tmp_path / "out") as store:
        file = UnitFile(config, store)
        with file.audited_run():
            config.write_text("b")
            file.applied(ConfigChange(removed=("north",), at_next_start=("retention",)))
        with file.audited_run():
            pass
        entries = acts(store)
    assert [act for _, act, _ in entries] == ["started", "configured", "stopped", "started", "stopped"]
    assert entries[1] == ("unit", "configured", f"{sha256('b')}; removed: north; at the next start: retention")


def test_a_refused_reload_is_entered_with_its_reason(tmp_path: Path) -> None:
    config = tmp_path / "unit.yaml"
    config.write_text("b")
    with ResultsStore(tmp_path / "out") as store:
        file = UnitFile(config, store)
        file.refused(ConfigError([Problem("unit.yaml", n, "fps", "this is not a key") for n in (3, 4)]))
        config.unlink()
        file.refused(ConfigError([Problem("unit.yaml", None, "", "x" * 9999)]))
        first, second = acts(store)
    what = "unit.yaml:3: fps: this is not a key; unit.yaml:4: fps: this is not a key"
    assert first == ("unit", "refused", f"{sha256('b')}; {what}")
    assert second[2].startswith("unreadable; unit.yaml: xxx")
    assert len(second[2]) == LONGEST_REASON


def test_a_log_that_cannot_be_written_stops_no_unit(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    config = tmp_path / "unit.yaml"
    config.write_text("b")
    store = ResultsStore(tmp_path / "out")
    store.close()
    UnitFile(config, store).applied(ConfigChange())
    assert "not in the audit log: configured unit.yaml" in caplog.text
