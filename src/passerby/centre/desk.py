"""Takes reports of units: whoever brings one, it is confirmed only after the commit."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable
from dataclasses import dataclass
from http import HTTPStatus

from sqlalchemy import Engine

from passerby.centre.reports import read_report
from passerby.centre.store.engine import store_errors
from passerby.centre.store.keep import keep
from passerby.centre.store.months import make_months
from passerby.centre.store.units import unit_of
from passerby.contracts.errors import InputError, StoreError

log = logging.getLogger(__name__)
BEARER = "Bearer "
MS_PER_DAY = 86_400_000


@dataclass(frozen=True, slots=True)
class DeskAnswer:
    """What became of a report. status: as of HTTP; only 200 says that it is committed."""

    status: HTTPStatus
    detail: str


class ReportDesk:
    """Keeps reports in the database of the control room; many threads may use it.

    now_ms: the clock of the control room, UTC.
    """

    def __init__(self, engine: Engine, now_ms: Callable[[], int]) -> None:
        self._engine, self._now_ms = engine, now_ms
        self._day, self._lock = -1, threading.Lock()

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
        now_ms = self._now_ms()
        with store_errors():
            self._make_months(now_ms)
            with self._engine.connect() as connection:
                unit = unit_of(connection, token)
        if unit is None:  # before the body is read
            return _answer(HTTPStatus.UNAUTHORIZED, "this token is of no unit, or was revoked; enrol the unit")
        report = read_report(body)
        with store_errors(), self._engine.begin() as connection:
            keep(connection, unit, report, now_ms)
        return _answer(HTTPStatus.OK, f"{len(report.events)} events are committed")

    def _make_months(self, now_ms: int) -> None:
        """Make the partitions of the events once a day."""
        day = now_ms // MS_PER_DAY
        with self._lock:
            if day != self._day:
                with self._engine.begin() as connection:
                    make_months(connection, now_ms)
                self._day = day


def _answer(status: HTTPStatus, detail: str) -> DeskAnswer:
    return DeskAnswer(status, detail)
