"""The live view of a unit: the newest redacted picture of each camera."""

from __future__ import annotations

from collections.abc import Collection

from passerby.camera.live_tile import LiveTile
from passerby.contracts.live import LivePicture


class LiveView:
    """One tile for each camera; a tile outlives a restart of its camera, and its picture becomes old."""

    def __init__(self) -> None:
        self._tiles: dict[str, LiveTile] = {}

    def tile(self, camera: str) -> LiveTile:
        """Return the tile that a camera shows its pictures on."""
        return self._tiles.setdefault(camera, LiveTile())

    def put(self, camera: str, tile: LiveTile) -> None:
        """Use `tile` for a camera whose pictures come from another machine."""
        self._tiles[camera] = tile

    def keep_only(self, cameras: Collection[str]) -> None:
        """Drop the tiles of cameras that are not configured any more."""
        for name in set(self._tiles) - set(cameras):
            self._tiles.pop(name, None)

    def picture(self, camera: str) -> LivePicture | None:
        """See LivePictures."""
        tile = self._tiles.get(camera)
        return None if tile is None else tile.picture()
