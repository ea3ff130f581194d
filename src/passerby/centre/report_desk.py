"""Takes reports of units: whoever brings one, it is confirmed only after the commit."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from http import HTTPStatus

from sqlalchemy import Engine

from passerby.centre.acts_for_units import ActsForUnits
from passerby.centre.acts_of_units import ActsOfUnits
from passerby.centre.group_commit import GroupCommit
from passerby.centre.reports import read_report
from passerby.centre.store.engine import store_errors
from passerby.centre.store.keep import Arrival
from passerby.centre.store.months import make_months
from passerby.centre.store.units import digest, units_of
from passerby.contracts.errors import InputError, StoreError
from passerby.contracts.reports import ReportAnswer, StationAct

log = logging.getLogger(__name__)
BEARER = "Bearer "
MS_PER_DAY = 86_400_000


@dataclass(frozen=True, slots=True)
class DeskAnswer:
    """What became of a report. status: as of HTTP; only 200 says that it is committed."""

    status: HTTPStatus
    content: ReportAnswer


class ReportDesk:
    """Keeps reports in the database of the control room; many threads may use it.

    now_ms: the clock of the control room, UTC. acts: what goes back with the answers; None for nothing.
    acts_of_units: keeps those of the stations; None if they are not wanted.
    """

    def __init__(
        self,
        engine: Engine,
        now_ms: Callable[[], int],
        acts: ActsForUnits | None = None,
        acts_of_units: ActsOfUnits | None = None,
    ) -> None:
        self._engine, self._now_ms = engine, now_ms
        self._acts, self._acts_of_units = acts, acts_of_units
        self._commits = GroupCommit(engine)
        self._day, self._lock = -1, threading.Lock()
        self._seen = set[str]()

    def take(self, authorization: str, body: bytes) -> DeskAnswer:
        """Keep the report of the unit whose token the header `authorization` has. It never raises."""
        if not authorization.startswith(BEARER):
            return _answer(HTTPStatus.UNAUTHORIZED, "send the unit's token: Authorization: Bearer …")
        try:
            return self._take(authorization.removeprefix(BEARER), body)
        except InputError as error:
            return _answer(HTTPStatus.UNPROCESSABLE_ENTITY, str(error))
        except StoreError as error:
            log.warning("a report was not kept: %s", error)
            return _answer(HTTPStatus.SERVICE_UNAVAILABLE, "the database of the control room is not available")

    def _take(self, token: str, body: bytes) -> DeskAnswer:
        now_ms, token_sha256 = self._now_ms(), digest(token)
        self._make_months(now_ms)
        if not self._may_be_read(token_sha256):
            return _UNKNOWN
        report = read_report(body)
        if not self._commits.keep(Arrival(token_sha256, report, now_ms)):
            self._seen.discard(token_sha256)
            return _UNKNOWN
        self._keep_acts(token_sha256, report.station_acts)
        answer = self._with_acts(token_sha256, report.acts_taken)
        more = {
            "detail": f"{len(report.events)} events are committed",
            "keeps_station_acts": self._acts_of_units is not None,
        }
        return DeskAnswer(HTTPStatus.OK, answer.model_copy(update=more))

    def _keep_acts(self, token_sha256: str, acts: Sequence[StationAct]) -> None:
        if self._acts_of_units is not None and acts:
            self._acts_of_units.keep(token_sha256, acts)

    def _with_acts(self, token_sha256: str, taken: int | None) -> ReportAnswer:
        if self._acts is None or taken is None:
            return ReportAnswer()
        try:
            return self._acts.after(token_sha256, taken)
        except StoreError as error:  # the report is committed all the same
            log.warning("no acts for a unit: %s", error)
            return ReportAnswer(acts_to=taken)

    def _may_be_read(self, token_sha256: str) -> bool:
        """Return whether a token is, or was, of a unit: no other body is worth the work. The commit asks again."""
        if token_sha256 not in self._seen:
            with store_errors(), self._engine.connect() as connection:
                self._seen.update(units_of(connection, [token_sha256]))
        return token_sha256 in self._seen

    def _make_months(self, now_ms: int) -> None:
        """Make the partitions of the events once a day."""
        day = now_ms // MS_PER_DAY
        with self._lock:
            if day != self._day:
                with store_errors(), self._engine.begin() as connection:
                    make_months(connection, now_ms)
                self._day = day


def _answer(status: HTTPStatus, detail: str) -> DeskAnswer:
    return DeskAnswer(status, ReportAnswer(detail=detail))


_UNKNOWN = _answer(HTTPStatus.UNAUTHORIZED, "this token is of no unit, or was revoked; enrol the unit")
