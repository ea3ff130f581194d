"""Brings a lens to its sharpest position: moves, waits, measures, and goes back if nothing is gained.

Every position is approached from below, so that the play of the gears is the same at each measurement and at the
end (manuals of motorised lenses recommend it; a figure for the play is not published).
"""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager, suppress
from dataclasses import dataclass

from passerby.contracts.errors import InputError
from passerby.contracts.focus import FocusDrive, FocusReport, FocusStatus
from passerby.unit.focus.search import MOST, find_focus

# Approach from this fraction of the range below. Chosen: more than the play of a usual gear.
RUN_UP = 0.03
# A move that takes longer is stopped, seconds; the status is asked this often. Chosen by judgement.
MOVE_TIMEOUT_S, ASK_EVERY_S = 20.0, 0.2
# Time that a camera's own autofocus needs, seconds. Chosen by judgement.
AUTOFOCUS_S = 5.0
# The lens goes back if the result is not sharper than the start by this factor. Chosen: less is noise.
GAIN = 1.005
# A camera whose reported position is off by more than this fraction of the range did not move. Chosen by
# judgement.
WRONG = 0.1


@dataclass(frozen=True, slots=True)
class FocusServices:
    """measure: sharpness of the background now, after a change has settled. wait: sleeps for seconds. pause:
    pauses the rules of the camera while the lens moves. audit: enters a report."""

    measure: Callable[[], float]
    wait: Callable[[float], None]
    pause: Callable[[], AbstractContextManager[None]]
    audit: Callable[[FocusReport], None]


class FocusLoop:
    """The closed loop of one camera."""

    def __init__(self, drive: FocusDrive, services: FocusServices) -> None:
        self._drive, self._services = drive, services

    def refocus(self, reason: str, usual: float | None = None) -> FocusReport:
        """Find the sharpest position and stay there.

        usual: the sharpness that this view has had; a lens that still has it is not searched further. Raises
        InputError if the camera refuses, reports no position, does not reach one, or never ends a move; the lens
        is stopped, and back at its start if it still obeys.
        """
        start = self._position()
        with self._services.pause():
            try:
                own = self._by_itself(reason, start, usual) if self._drive.has_autofocus else None
                report = own or self._search(reason, start, usual)
            except InputError:
                self._back(start)
                raise
        self._services.audit(report)
        return report

    def _by_itself(self, reason: str, start: float, usual: float | None) -> FocusReport | None:
        """Let the camera focus; return None, with the lens back, if the background is not sharper."""
        before = self._services.measure()
        if usual is not None and before >= usual:
            return FocusReport(reason, start, start, before, before, False, 1, ((start, before),))
        self._drive.start_autofocus()
        try:
            self._services.wait(AUTOFOCUS_S)
            self._arrived()
        finally:
            self._drive.end_autofocus()
        after, at = self._services.measure(), self._position()
        if after <= GAIN * before:
            self._approach(start)
            return None
        curve = tuple(sorted(((start, before), (at, after))))
        return FocusReport(f"{reason}, own autofocus", start, at, before, after, True, 2, curve)

    def _search(self, reason: str, start: float, usual: float | None) -> FocusReport:
        measured: list[tuple[float, float]] = []

        def measure(position: float) -> float:
            if measured or position != start:
                self._approach(position)
            measured.append((position, self._services.measure()))
            return measured[-1][1]

        found = find_focus(measure, start, self._drive.limits, usual)
        before = measured[0][1]
        is_changed = found.position != start and found.sharpness > GAIN * before
        at = found.position if is_changed else start
        if at != measured[-1][0]:
            self._approach(at)
        after = self._services.measure()
        if is_changed and after < before:  # the lens did not come back to where it was sharp
            self._approach(start)
            at, after, is_changed = start, self._services.measure(), False
        curve = tuple(sorted(measured))
        return FocusReport(reason, start, at, before, after, is_changed, min(found.measurements, MOST), curve)

    def _approach(self, position: float) -> None:
        low, high = self._drive.limits
        below = max(low, position - RUN_UP * (high - low))
        if self._position() > below:
            self._move(below)
        self._move(position)

    def _move(self, position: float) -> None:
        low, high = self._drive.limits
        self._drive.move_to(position)
        status = self._arrived()
        if status.error:
            raise InputError(f"the camera reports a focus error ({status.error}); check the focus motor")
        if status.position is not None and abs(status.position - position) > WRONG * (high - low):
            raise InputError(
                f"the lens is at {status.position:g} instead of {position:g}; check the focus motor and its limits"
            )

    def _arrived(self) -> FocusStatus:
        """Wait until the lens stands."""
        waited_s = 0.0
        while (status := self._drive.status()).is_moving:
            if waited_s >= MOVE_TIMEOUT_S:
                self._drive.stop()
                raise InputError(f"the lens has not arrived after {MOVE_TIMEOUT_S:g} s; check the focus motor")
            self._services.wait(ASK_EVERY_S)
            waited_s += ASK_EVERY_S
        return status

    def _position(self) -> float:
        position = self._drive.status().position
        if position is None:
            raise InputError("the camera reports no focus position; use its own autofocus")
        return position

    def _back(self, start: float) -> None:
        with suppress(InputError):  # the first error is the one to report
            self._drive.stop()
            self._move(start)
