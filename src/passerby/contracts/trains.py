"""What is known of trains. Nothing of people is in here, so that anybody may know it."""

from __future__ import annotations

from dataclasses import dataclass

from passerby.contracts.time import Timestamp


@dataclass(frozen=True, slots=True)
class TrainState:
    """What is known of the train at one track.

    track: name of the zone of kind track. is_there: from the moment a train comes into view until it is out of it.
    since: when that began. departures: trains that have left since the session began.
    """

    track: str
    is_there: bool
    since: Timestamp
    departures: int
