"""The train states of the picture, with departures counted elsewhere."""

from __future__ import annotations

from collections.abc import Mapping

from passerby.contracts.time import Timestamp
from passerby.contracts.trains import TrainState


def with_departures(
    seen: tuple[TrainState, ...], counted: Mapping[str, int], at: Timestamp
) -> tuple[TrainState, ...]:
    """Return one row for every track in `counted`, and the other rows of `seen` unchanged.

    The presence of a train always comes from the picture: a lost message must not disable the observation of the
    track.
    """
    known = {state.track: (state.is_there, state.since) for state in seen}
    reported = tuple(
        TrainState(track, *known.get(track, (False, at)), departures) for track, departures in counted.items()
    )
    return reported + tuple(state for state in seen if state.track not in counted)
