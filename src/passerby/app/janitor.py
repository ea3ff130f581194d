"""Periodic tasks of a running unit, in a separate thread: retention, the day's audit root, and freed memory."""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

from passerby.contracts.closing import Closing
from passerby.contracts.errors import PasserbyError, StoreError
from passerby.contracts.events import EvidenceFile
from passerby.contracts.settings import Retention
from passerby.evidence.clip import finished_file
from passerby.evidence.video import plays
from passerby.ingest.heap import return_freed_memory
from passerby.store import audit, evidence, roots
from passerby.store.audit import Act
from passerby.store.clock_check import ClockCheck, LastClock, record_distrust
from passerby.store.purge import Purged, purge
from passerby.store.results import ResultsStore
from passerby.store.utc import day_of, now_ms

log = logging.getLogger(__name__)
EVERY_S = 60.0
UNTRUSTED = (
    "the clock was set, or the unit was off for long: no file is removed by age until every file has been kept "
    "for as long as it may be"
)


class Janitor(Closing):
    """Runs the tasks at once and every minute, until closed; a repeated failure is logged once.

    recording_mb: returns the present limit of redacted video for each camera, MB; 0 for none. last: what the
    database said about the clock before this run wrote anything.
    """

    def __init__(
        self,
        store: ResultsStore,
        folder: Path,
        retention: Retention,
        recording_mb: Callable[[], int],
        last: LastClock | None = None,
        every_s: float = EVERY_S,
    ) -> None:
        self._store, self._folder, self._retention, self._every_s = store, folder, retention, every_s
        self._recording_mb = recording_mb
        self._stop = threading.Event()
        self._said: dict[str, str] = {}
        limit_h = max(retention.evidence_h, retention.recording_h)
        self._by_age = True
        self._clock = ClockCheck(now_ms(), mono_ms(), last or LastClock(), limit_h)
        self._thread = threading.Thread(target=self._work, name="janitor")
        self._thread.start()

    def close(self) -> None:
        """Stop; may be called twice."""
        self._stop.set()
        self._thread.join()

    def _work(self) -> None:
        while True:
            self._chore("purge", self._purge)
            self._chore("root", self._publish)
            return_freed_memory()
            if self._stop.wait(self._every_s):
                return

    def _chore(self, name: str, work: Callable[[], None]) -> None:
        try:
            work()
        except PasserbyError as error:
            if self._said.get(name) != str(error):
                log.error("%s", error)
            self._said[name] = str(error)
        except Exception:  # a fault of ours here must not keep pictures for ever
            log.exception("an error in passerby; please report it")
        else:
            self._said.pop(name, None)

    def _purge(self) -> None:
        by_age = self._clock.is_trusted(now_ms(), mono_ms())
        if by_age != self._by_age:
            log.warning("%s", "files are removed by age again" if by_age else UNTRUSTED)
            if not by_age:
                self._store.write(lambda c: record_distrust(c, self._clock.until_ms, now_ms()))
        self._by_age = by_age
        limit_mb = self._recording_mb()
        done: Purged = self._store.write(
            lambda c: purge(c, self._folder, self._retention, now_ms(), by_age=by_age, recording_mb=limit_mb)
        )
        if done.removed:
            log.info("removed %d pictures, %.1f MB: %s", len(done.removed), done.bytes / 1e6, done.removed[0].why)
        if done.refused:
            raise StoreError(done.refused[0])

    def _publish(self) -> None:
        path, now = self._folder / roots.ROOTS, now_ms()
        if roots.published_on(path, day_of(now)):
            return
        with self._store.reading() as connection:
            root = roots.current(connection, now)
        roots.publish(path, root)
        self._store.write(lambda c: audit.record(c, audit.UNIT, Act.PUBLISHED, roots.ROOTS, root.line))


def mono_ms() -> int:
    """Return milliseconds on a clock that is never set."""
    return time.monotonic_ns() // 1_000_000


def finish_files(store: ResultsStore, folder: Path) -> None:
    """Finish the records of files that a crash or power cut left: videos and clips play until their last fragment.

    A file without a picture, and the part of a file that was not renamed, are removed.
    """
    with store.queries() as queries:
        begun = [file for file in queries.evidence() if file.gone_ms is None and not file.is_finished]
    for kept in begun:
        file = finish_file(folder, EvidenceFile(kept.path, kept.event, kept.camera, kept.kind))
        if file is None:
            store.write(lambda c, path=kept.path: evidence.mark_gone(c, [path], "not finished", now_ms()))  # type: ignore[misc]
            continue
        store.record_file(file)
        log.info("%s was being written when the last run was interrupted; its finished part is kept", kept.path)


def finish_file(folder: Path, begun: EvidenceFile) -> EvidenceFile | None:
    """Return the record of a file that nobody writes any more; None if there is no picture in it: it is removed.

    Raises StoreError if it cannot be read.
    """
    path = folder / begun.path
    with suppress(OSError):
        path.with_name(f"{path.name}.part").unlink(missing_ok=True)
        if begun.kind in ("video", "clip") and path.is_file() and not plays(path):
            path.unlink()
    return finished_file(folder, begun) if path.is_file() else None
