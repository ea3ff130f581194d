"""The disk of the results, and the clock."""

from __future__ import annotations

import errno
from pathlib import Path

import pytest

from passerby.app.doctor import disk as disk_module
from passerby.app.doctor.clock import clock, largest_error_us
from passerby.app.doctor.disk import disk
from passerby.app.doctor.finding import Judgement
from passerby.store.utc import utc_ms

OK, NOTE, PROBLEM = Judgement.OK, Judgement.NOTE, Judgement.PROBLEM
NOW = utc_ms("2026-11-29T23:00:00Z")
HOUR = 3_600_000


def test_a_folder_is_measured_and_left_as_it_was(tmp_path: Path) -> None:
    found = list(disk(tmp_path / "not" / "yet", least_free_mb=1))
    assert [one.topic for one in found] == ["disk", "disk"]
    assert found[0].judgement is OK
    assert "MB/s" in found[1].what
    assert list(tmp_path.iterdir()) == []


def test_too_little_space_is_a_problem(tmp_path: Path) -> None:
    first, _ = disk(tmp_path, least_free_mb=10**9)
    assert first.judgement is PROBLEM
    assert "retention.free_mb" in first.cure


def test_a_folder_that_cannot_be_written_is_a_problem(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(**_: object) -> None:
        raise OSError(errno.EROFS, "Read-only file system")

    monkeypatch.setattr(disk_module, "TemporaryFile", refuse)
    assert [one.judgement for one in disk(tmp_path, 1)] == [OK, PROBLEM]


@pytest.mark.parametrize(("mb_s", "ms", "judgement"), [(200.0, 2.0, OK), (4.0, 2.0, NOTE), (200.0, 250.0, NOTE)])
def test_a_slow_disk_is_a_limit(mb_s: float, ms: float, judgement: Judgement) -> None:
    assert disk_module._judged(mb_s, ms).judgement is judgement


@pytest.mark.parametrize(
    ("now", "newest", "error_us", "judgements", "says"),
    [
        pytest.param(NOW, NOW - HOUR, 20_000, [OK], "synchronised", id="right"),
        pytest.param(NOW, None, 16_000_000, [NOTE], "not synchronised", id="nobody sets it"),
        pytest.param(NOW, None, None, [NOTE], "is unknown", id="a system that does not say"),
        pytest.param(NOW, NOW + 30_000, 20_000, [OK], "synchronised", id="a record of this minute"),
        pytest.param(NOW, NOW + 960 * HOUR, 20_000, [PROBLEM, OK], "960 h 00 min behind", id="after a power cut"),
        pytest.param(0, None, 16_000_000, [PROBLEM, NOTE], "1970-01-01", id="no battery"),
    ],
)
def test_each_clock(
    now: int, newest: int | None, error_us: int | None, judgements: list[Judgement], says: str
) -> None:
    found = list(clock(now, newest, error_us))
    assert [one.judgement for one in found] == judgements
    assert says in found[0].what


def test_the_kernel_gives_a_figure_or_none() -> None:
    error_us = largest_error_us()
    assert error_us is None or error_us >= 0
