from __future__ import annotations

from passerby.unit.live_view import LiveView
from support.redacted import an_image


def test_a_tile_outlives_its_camera_until_that_is_not_configured_any_more() -> None:
    view = LiveView()
    tile = view.tile("hall")
    tile.show(an_image(number=3))
    assert view.tile("hall") is tile
    assert view.picture("hall") is not None
    assert view.picture("unknown") is None
    view.keep_only(["platform"])
    assert view.picture("hall") is None
