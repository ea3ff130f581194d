from __future__ import annotations

import pytest

from passerby.camera import live_tile
from passerby.camera.live_tile import MOST_FPS, WATCHED_FOR_S, LiveTile
from passerby.evidence.still import jpeg
from support.redacted import an_image


class _Clock:
    def __init__(self) -> None:
        self.s = 100.0

    def __call__(self) -> float:
        return self.s


def test_nothing_is_wanted_until_somebody_watches_and_again_when_nobody_does() -> None:
    clock = _Clock()
    tile = LiveTile(clock)
    assert not tile.wants()
    assert tile.picture() is None
    assert tile.wants()
    clock.s += WATCHED_FOR_S
    assert not tile.wants()


def test_pictures_come_at_a_bounded_rate_and_get_old() -> None:
    clock = _Clock()
    tile = LiveTile(clock)
    tile.picture()
    tile.show(an_image(number=7))
    assert not tile.wants()
    clock.s += 1 / MOST_FPS
    assert tile.wants()
    shown = tile.picture()
    assert shown is not None
    assert (shown.number, shown.elapsed_s) == (7, pytest.approx(1 / MOST_FPS))
    clock.s += 9
    later = tile.picture()
    assert later is not None
    assert later.elapsed_s == pytest.approx(1 / MOST_FPS + 9)


def test_a_picture_is_encoded_once_for_all_who_watch(monkeypatch: pytest.MonkeyPatch) -> None:
    times = 0

    def counting(image: object) -> bytes:
        nonlocal times
        times += 1
        return jpeg(image)  # type: ignore[arg-type]

    monkeypatch.setattr(live_tile, "jpeg", counting)
    tile = LiveTile()
    tile.show(an_image())
    assert len({tile.picture().jpeg for _ in range(200)}) == 1  # type: ignore[union-attr]
    assert times == 1


def test_only_redacted_pictures_are_shown() -> None:
    with pytest.raises(TypeError, match="only redacted pictures"):
        LiveTile().show(b"raw")  # type: ignore[arg-type]
