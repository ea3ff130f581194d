"""One track's dwell in a zone, and the spot where the person stands.

When a person walks close past a standing person, the tracker may swap their tracks: the standing track walks on,
and the walking one stands. The dwell times are then swapped back, by place and time only.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

from passerby.behaviour.incident_key import same_spot
from passerby.contracts.people import Subject
from passerby.contracts.time import Timestamp

# Reach of an occluded person who stands: metres, m/s. Chosen after a dense scene: within 3 m and 10 s, passers-by
# took over dwell times. The values themselves were not varied in a measurement.
OCCLUDED_SPOT_M, OCCLUDED_MPS = 1.0, 0.1
# A walking person who is occluded for longer than this is elsewhere; a track that appears later is another person.
# Seconds. Chosen (decision 0016); measured with the swap of dwell times, not alone: with exact boxes and seeds 303
# and 404, 8 of 8 true loiterers are reported (7 before), and two false reports with the embedded detector go.
SWITCH_S = 1.0
# A standing person sways less than HOME_M, metres. The spot belongs to a person who stood there for HOME_S, and
# for LATELY_S after they left. A person who passes by is there for less than STANDS_S. Seconds. Chosen by
# judgement (decision 0016); checked in simulation together with SWITCH_S, not varied one by one.
HOME_M, HOME_S, LATELY_S, STANDS_S = 0.6, 10.0, 4.0, 2.0


@dataclass(slots=True)
class Home:
    """The spot where a track stands: its first position there, and the start and end of the time there."""

    spot: Subject
    since: Timestamp
    last: Timestamp

    @property
    def stood_s(self) -> float:
        """The time it stood there, seconds."""
        return self.last.since_s(self.since)

    def is_at(self, subject: Subject) -> bool:
        """Return whether `subject` is at the spot."""
        return same_spot(self.spot, subject, spot_m=HOME_M)


@dataclass(slots=True)
class Dwell:
    """One track's dwell: start inside, start of the time outside; it counts once it is settled.

    first, last: first and last position inside, with their times. is_new: it was not observed elsewhere before.
    is_staff: it came out of a staff zone. home: the spot where it stands.
    """

    since: Timestamp
    first: Subject
    first_at: Timestamp
    last: Subject
    last_at: Timestamp
    is_new: bool
    home: Home
    outside: Timestamp | None = None
    settled: bool = False
    is_staff: bool = False

    @staticmethod
    def begin(subject: Subject, now: Timestamp, *, is_new: bool) -> Dwell:
        """Return the dwell of a track that is inside for the first time."""
        return Dwell(now, subject, now, subject, now, is_new, Home(subject, now, now))

    def see(self, subject: Subject, now: Timestamp) -> None:
        """Add the next observation inside."""
        self.last, self.last_at, self.outside = subject, now, None
        if self.home.is_at(subject):
            self.home.last = now
        elif self.home.stood_s < HOME_S or now.since_s(self.home.last) > LATELY_S:
            self.home = Home(subject, now, now)

    @property
    def stands(self) -> bool:
        """Return whether the person stood at the last observation inside."""
        return self.home.last == self.last_at and self.home.stood_s >= STANDS_S

    def could_be(self, later: Subject, at: Timestamp) -> bool:
        """Return whether a track that appeared `at` could be the person of this dwell."""
        gap_s = at.since_s(self.last_at)
        if gap_s > SWITCH_S and not self.stands:
            return False
        return gap_s > 0 and same_spot(self.last, later, gap_s, spot_m=OCCLUDED_SPOT_M, reach_mps=OCCLUDED_MPS)

    def take_over(self, dwell: Dwell) -> None:
        """Continue the dwell of a track that ended."""
        self.since, self.is_new = min(dwell.since, self.since, key=lambda t: t.mono_ns), False
        self.is_staff |= dwell.is_staff
        if dwell.home.is_at(self.last):
            self.home = Home(dwell.home.spot, dwell.home.since, self.home.last)

    @property
    def has_left_home(self) -> bool:
        """Return whether it was observed elsewhere since."""
        return self.outside is not None or self.last_at.since_s(self.home.last) > 0

    def came_to(self, home: Home, now: Timestamp) -> bool:
        """Return whether it came to `home` while another track was still there, and stands there now."""
        is_there = self.stands and self.last_at == now and home.is_at(self.home.spot)
        return is_there and self.home.stood_s < HOME_S and self.home.since.since_s(home.last) < 0

    def exchange(self, other: Dwell, now: Timestamp) -> None:
        """Swap the dwell times: this track stood where the other one stands now."""
        self.since, other.since = other.since, self.since
        self.settled, other.settled = other.settled, self.settled
        self.is_staff, other.is_staff = other.is_staff, self.is_staff
        self.home, other.home = Home(self.last, now, now), Home(self.home.spot, self.home.since, now)


def heir_of(dwell: Dwell, dwells: Collection[Dwell]) -> Dwell | None:
    """Return the first of `dwells` that began where and after `dwell` ended."""
    heirs = [s for s in dwells if s.is_new and dwell.could_be(s.first, s.first_at)]
    return min(heirs, key=lambda s: s.first_at.mono_ns, default=None)


def set_right(dwells: Collection[Dwell], lost: Collection[Dwell], now: Timestamp) -> list[Dwell]:
    """Assign dwell times to the tracks that stand at their spots; return the `lost` dwells without a continuation.

    A track that walked away from its spot swaps dwell times with a track that walked there and stands.
    """
    for dwell in dwells:
        other = _successor_of(dwell, dwells, now) if dwell.has_left_home else None
        if other is not None:
            dwell.exchange(other, now)
    left: list[Dwell] = []
    for dwell in lost:
        other = _successor_of(dwell, dwells, now)
        if other is None:
            left.append(dwell)
        else:
            other.take_over(dwell)
    return left


def _successor_of(dwell: Dwell, dwells: Collection[Dwell], now: Timestamp) -> Dwell | None:
    """Return the dwell of a track that came to the spot of `dwell` and stands there."""
    if dwell.home.stood_s < HOME_S:
        return None
    return next((s for s in dwells if s is not dwell and s.came_to(dwell.home, now)), None)
