"""The newest picture of a camera in another process."""

from __future__ import annotations

from passerby.app.placement.following import PlacedTile
from passerby.contracts.live import LivePicture


def test_a_picture_from_another_process_grows_old_here() -> None:
    now = [100.0]
    tile = PlacedTile(lambda: now[0])
    assert tile.picture() is None
    assert tile.is_watched
    tile.receive(LivePicture(b"redacted", 7, 0.5))
    now[0] = 103.0
    assert tile.picture() == LivePicture(b"redacted", 7, 3.5), "its process may be lost"
