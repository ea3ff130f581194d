"""Train states. They contain no data of people, so every package may import them."""

from __future__ import annotations

from dataclasses import dataclass

from passerby.contracts.time import Timestamp


@dataclass(frozen=True, slots=True)
class TrainState:
    """The state of the train at one track.

    track: name of the zone of kind track. is_there: a train is in view.
    since: start of this state. departures: trains that have left since the session began.
    """

    track: str
    is_there: bool
    since: Timestamp
    departures: int
