"""Names on the command line that exist nowhere in the results, because they were mistyped."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from pathlib import Path

from passerby.contracts.alarms import FLOOD
from passerby.contracts.errors import UsageError
from passerby.contracts.event_kinds import EVENT_KINDS
from passerby.store import known
from passerby.store.connect import reading


def refuse_unknown(
    databases: Iterable[Path],
    *,
    camera: Collection[str] = (),
    kind: Collection[str] = (),
    place: Collection[str] = (),
) -> None:
    """Raise UsageError for a camera, kind or place that does not exist, with those that do.

    Results without any camera or place refuse none, because they cannot know.
    """
    cameras, places, kinds = set[str](), set[str](), {*EVENT_KINDS, FLOOD}
    for path in databases:
        with reading(path) as connection:
            cameras |= known.cameras(connection)
            places |= known.places(connection)
            kinds |= known.kinds(connection)
    for option, asked, existing in (("camera", camera, cameras), ("kind", kind, kinds), ("place", place, places)):
        for name in asked:
            if existing and name not in existing:
                raise UsageError(f"--{option} {name}: there is none here; there are {', '.join(sorted(existing))}")
