"""The thread of a unit that asks its control room for a desired configuration."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable

from passerby.centre.fleet.agent import ConfigReport, FleetAgent, UnitText
from passerby.centre.fleet.client import FleetClient
from passerby.centre.fleet.membership import Membership
from passerby.contracts.closing import Closing
from passerby.contracts.errors import PasserbyError

log = logging.getLogger(__name__)


class FleetFollower(Closing):
    """Asks every `every_s` and applies what it gets. failing: returns the cameras without a usable picture.
    enter: takes each report for the audit log.

    A refusal is logged once, and the loss and return of the centre once each; the unit runs on in every case.
    """

    def __init__(
        self,
        client: FleetClient,
        member: Membership,
        file: UnitText,
        failing: Callable[[], int],
        now_ms: Callable[[], int],
        every_s: float,
        enter: Callable[[ConfigReport], None] = lambda _: None,
    ) -> None:
        self._enter = enter
        self._client, self._member, self._failing, self._now_ms = client, member, failing, now_ms
        self._every_s, self._stop, self._fault = every_s, threading.Event(), ""
        state = member.state
        self._agent = FleetAgent(state.unit, member.centre_key, file, now_ms, state.last_version, self._keep)
        self._thread = threading.Thread(target=self._run, name="fleet", daemon=True)

    def start(self) -> None:
        """Ask from now on, in a thread."""
        self._thread.start()

    def close(self) -> None:
        """Stop asking."""
        self._stop.set()
        if self._thread.is_alive():
            self._thread.join()
        self._client.close()

    def step(self) -> None:
        """Ask once. A new report goes to the centre at once. Raises PasserbyError if the centre is not reached."""
        if self._ask():
            self._ask()

    def _keep(self, version: int) -> None:
        self._member.keep(last_version=version)

    def _ask(self) -> bool:
        envelope = self._client.poll(self._member, self._failing(), self._now_ms())
        if self._member.state.report is not None:
            self._member.keep(report=None)
        report = None if envelope is None else self._agent.take(envelope)
        if report is None:
            return False
        self._enter(report)
        log.info("desired configuration %s: %s %s", report.version, report.outcome, report.detail)
        self._member.keep(report=report.as_dict())
        return True

    def _run(self) -> None:
        while not self._stop.is_set():
            try:
                self.step()
            except PasserbyError as error:
                if str(error) != self._fault:
                    log.warning("no desired configuration from the control room: %s", error)
                self._fault = str(error)
            else:
                if self._fault:
                    log.info("the control room answers again")
                self._fault = ""
            self._stop.wait(self._every_s)
