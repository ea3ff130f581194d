"""Reports events, counts and the state of the unit to a control room."""

from __future__ import annotations

import json
import logging
from collections.abc import Callable, Sequence
from dataclasses import asdict
from typing import Any, Protocol

from pydantic import ValidationError

from passerby.adapters.signed_post import SignedPost, trust
from passerby.contracts.destinations import Centre, DeliveryRefusedError
from passerby.contracts.events import CameraHealth, Event, FlowSample
from passerby.contracts.ports import Sample
from passerby.contracts.reports import HTTP_PATH, ReadStationActs, ReportAnswer, StationAct, TakeActs
from passerby.contracts.time import Clock
from passerby.contracts.version import __version__

log = logging.getLogger(__name__)
# Of one report: NATS takes at most a megabyte.
MOST_SAMPLES = 1_000


class Carrier(Protocol):
    """Brings one report to the control room."""

    def send(self, kind: str, body: bytes, key: str) -> bytes:
        """Return the answer when it is committed there. Raises DeliveryError and DeliveryRefusedError."""

    def close(self) -> None:
        """End the connection."""


class CentreDestination:
    """Reports to the address of a destination, and takes what comes back.

    disk_free: returns the fraction of the disk with the results. take_acts: keeps acts of the control room; it may
    raise StoreError, and then they come again. read_acts: gives those of the station.

    Raises UsageError if the file of the authority cannot be read, or the library for NATS is missing.
    """

    def __init__(
        self,
        settings: Centre,
        clock: Clock,
        disk_free: Callable[[], float],
        take_acts: TakeActs | None = None,
        read_acts: ReadStationActs | None = None,
    ) -> None:
        self._clock, self._disk_free, self._take_acts, self._read_acts = clock, disk_free, take_acts, read_acts
        self._acts_taken = None if take_acts is None else 0
        self._acts_sent, self._are_acts_wanted = 0, False
        self._carrier = _carrier(settings, clock)

    def send(self, events: Sequence[Event]) -> None:
        """See EventDestination."""
        self._report(events=[asdict(event) for event in events])

    def show(self, samples: Sequence[Sample]) -> None:
        """See StateDestination. The minutes of zones and lines stay in the unit."""
        chosen = [one for one in samples if isinstance(one, FlowSample | CameraHealth)]
        for begin in range(0, max(len(chosen), 1), MOST_SAMPLES):
            part = chosen[begin : begin + MOST_SAMPLES]
            flows = [asdict(one) for one in part if isinstance(one, FlowSample)]
            health = [asdict(one) for one in part if isinstance(one, CameraHealth)]
            try:
                self._report(flows=flows, health=health)
            except DeliveryRefusedError as error:  # it would be refused again
                log.error("%s", error)
        self._send_acts()

    def close(self) -> None:
        """See EventDestination."""
        self._carrier.close()

    def _send_acts(self) -> None:
        """Report the new acts of the station, in messages of their own: no event is refused because of them.

        After a start those of the last week go again, so nobody keeps a list of what was delivered.
        """
        while self._read_acts is not None and self._are_acts_wanted:
            found = self._read_acts(self._acts_sent)
            if found.to == self._acts_sent:
                return
            self._report_acts(found.acts)
            self._acts_sent = found.to

    def _report_acts(self, acts: Sequence[StationAct]) -> None:
        """Report acts; of a refused message each alone."""
        if not acts:
            return
        try:
            self._report(station_acts=[asdict(one) for one in acts])
        except DeliveryRefusedError as error:
            if len(acts) == 1:
                log.error("%s", error)
                return
            for one in acts:
                self._report_acts([one])

    def _report(self, **rows: list[dict[str, Any]]) -> None:
        sent_ms = self._clock.utc_ns() // 1_000_000
        state = {"version": __version__, "sent_ms": sent_ms, "disk_free": self._disk_free()}
        state["acts_taken"] = self._acts_taken
        body = json.dumps(state | rows, ensure_ascii=False, allow_nan=False).encode()
        self._take(self._carrier.send("application/json", body, f"{sent_ms}"))

    def _take(self, content: bytes) -> None:
        """Keep the acts of an answer; their number is confirmed with the next report. Raises StoreError."""
        try:
            answer = ReportAnswer.model_validate_json(content)
        except ValidationError:
            log.warning("the answer of the control room cannot be read; update the unit")
            return
        self._are_acts_wanted = answer.keeps_station_acts
        if self._take_acts is None:
            return
        if answer.acts:
            self._take_acts(answer.acts)
        self._acts_taken = answer.acts_to


def _carrier(settings: Centre, clock: Clock) -> Carrier:
    bearer = {"Authorization": f"Bearer {settings.token}"}
    if settings.url.startswith(("http://", "https://")):
        url = settings.url.rstrip("/") + HTTP_PATH
        return SignedPost(url, None, settings.ca_file, settings.timeout_s, clock, headers=bearer)
    from passerby.adapters.nats_request import NatsRequest

    tls = trust(settings.ca_file) if settings.url.startswith("tls://") else None
    return NatsRequest(settings.url, bearer, tls, settings.timeout_s)
