"""One track's stay in a zone, and where it stands: a dwell belongs to whoever stands there.

When somebody walks close past one who stands, a tracker that knows boxes alone may go on with each in the place of
the other: the track that stood walks on, and the one that walked stands. People do not do that, so their dwells
are
exchanged: by place and time, nothing else.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

from passerby.behaviour.incident_key import same_spot
from passerby.contracts.people import Subject
from passerby.contracts.time import Timestamp

# Who stays hardly moves while occluded: metres, m/s. A walker's reach would let passers-by take a dwell over.
OCCLUDED_SPOT_M, OCCLUDED_MPS = 1.0, 0.1
# Who walks is elsewhere when occluded for longer than this; whoever appears then is somebody else.
SWITCH_S = 1.0
# Who stands sways less than this about where they stand, metres. It is theirs once they stood there for HOME_S,
# and for LATELY_S after they left. Who only passes by is there for less than STANDS_S.
HOME_M, HOME_S, LATELY_S, STANDS_S = 0.6, 10.0, 4.0, 2.0


@dataclass(slots=True)
class Home:
    """Where a track stands: as it was first seen there, since when, and until when."""

    spot: Subject
    since: Timestamp
    last: Timestamp

    @property
    def stood_s(self) -> float:
        """How long it stood there."""
        return self.last.since_s(self.since)

    def is_at(self, subject: Subject) -> bool:
        """Return whether somebody is there."""
        return same_spot(self.spot, subject, spot_m=HOME_M)


@dataclass(slots=True)
class Dwell:
    """One track's dwell: since when it is inside, since when outside again; counted once it is settled.

    first, last: where and when the track was first and last seen inside. is_new: it had not been seen elsewhere.
    is_staff: it came out of a staff zone. home: where it stands.
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
        """Return the dwell of a track that is seen inside for the first time."""
        return Dwell(now, subject, now, subject, now, is_new, Home(subject, now, now))

    def see(self, subject: Subject, now: Timestamp) -> None:
        """Take the next observation inside."""
        self.last, self.last_at, self.outside = subject, now, None
        if self.home.is_at(subject):
            self.home.last = now
        elif self.home.stood_s < HOME_S or now.since_s(self.home.last) > LATELY_S:
            self.home = Home(subject, now, now)

    @property
    def stands(self) -> bool:
        """Return whether it stood when it was last seen inside."""
        return self.home.last == self.last_at and self.home.stood_s >= STANDS_S

    def could_be(self, later: Subject, at: Timestamp) -> bool:
        """Return whether somebody who appeared `at` could be the one of this dwell."""
        gap_s = at.since_s(self.last_at)
        if gap_s > SWITCH_S and not self.stands:
            return False
        return gap_s > 0 and same_spot(self.last, later, gap_s, spot_m=OCCLUDED_SPOT_M, reach_mps=OCCLUDED_MPS)

    def take_over(self, dwell: Dwell) -> None:
        """Go on where the dwell of a track that ended was."""
        self.since, self.is_new = min(dwell.since, self.since, key=lambda t: t.mono_ns), False
        self.is_staff |= dwell.is_staff
        if dwell.home.is_at(self.last):
            self.home = Home(dwell.home.spot, dwell.home.since, self.home.last)

    @property
    def has_left_home(self) -> bool:
        """Return whether it was seen elsewhere since."""
        return self.outside is not None or self.last_at.since_s(self.home.last) > 0

    def came_to(self, home: Home, now: Timestamp) -> bool:
        """Return whether it came to `home` while another track was still there, and stands there."""
        is_there = self.stands and self.last_at == now and home.is_at(self.home.spot)
        return is_there and self.home.stood_s < HOME_S and self.home.since.since_s(home.last) < 0

    def exchange(self, other: Dwell, now: Timestamp) -> None:
        """This one stood where the other now stands: each goes on as the other."""
        self.since, other.since = other.since, self.since
        self.settled, other.settled = other.settled, self.settled
        self.is_staff, other.is_staff = other.is_staff, self.is_staff
        self.home, other.home = Home(self.last, now, now), Home(self.home.spot, self.home.since, now)


def heir_of(dwell: Dwell, dwells: Collection[Dwell]) -> Dwell | None:
    """Return the first of `dwells` that began where and after `dwell` ended."""
    heirs = [s for s in dwells if s.is_new and dwell.could_be(s.first, s.first_at)]
    return min(heirs, key=lambda s: s.first_at.mono_ns, default=None)


def set_right(dwells: Collection[Dwell], lost: Collection[Dwell], now: Timestamp) -> list[Dwell]:
    """Give dwells to who stands where they were spent; return those of the `lost` ones that nobody goes on with.

    Who walked away from where they stood exchanges stays with who walked there and stands.
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
    """Return who came to where `dwell` had stood for long, and stands there."""
    if dwell.home.stood_s < HOME_S:
        return None
    return next((s for s in dwells if s is not dwell and s.came_to(dwell.home, now)), None)
