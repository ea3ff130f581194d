"""The feeds as files: whole, renewed, and only where they are wanted."""

from __future__ import annotations

from contextlib import closing
from pathlib import Path

import pytest

from passerby.contracts.transit import Transit, TransitStop
from passerby.store.results import ResultsStore
from passerby.unit import transit_files
from passerby.unit.transit_files import TransitFiles
from support.waiting import until

STOPS = (TransitStop(camera="platform-1", zone="platform", stop="Q:7"),)


def test_files_are_written_and_renewed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(transit_files, "EVERY_S", 0.01)
    wanted = [Transit(stops=STOPS)]
    siri, gtfs = (tmp_path / "transit" / name for name in ("siri-fm.xml", "gtfs-realtime.pb"))
    with ResultsStore(tmp_path) as store, closing(TransitFiles(tmp_path, lambda: wanted[0], store.queries)):
        wanted[0] = Transit(stops=STOPS, files=True)
        until(gtfs.exists)
        assert "Q:7" in siri.read_text()
        siri.unlink()
        until(siri.exists)
    assert {path.name for path in siri.parent.iterdir()} == {"siri-fm.xml", "gtfs-realtime.pb"}


def test_without_files_nothing_is_written(tmp_path: Path) -> None:
    with ResultsStore(tmp_path) as store:
        TransitFiles(tmp_path, lambda: Transit(stops=STOPS), store.queries).close()
    assert not (tmp_path / "transit").exists()


def test_a_disk_that_takes_no_file_ends_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(transit_files, "EVERY_S", 0.01)
    (tmp_path / "transit").write_text("in the way")
    transit = Transit(stops=STOPS, files=True)
    with ResultsStore(tmp_path) as store, closing(TransitFiles(tmp_path, lambda: transit, store.queries)) as files:
        assert files._thread.is_alive()
        (tmp_path / "transit").unlink()
        until((tmp_path / "transit" / "siri-fm.xml").exists)
