from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from passerby.camera.overlay import PATH_S, Overlay
from passerby.contracts.events import Measure
from passerby.contracts.people import GroundTracks, Hit, Subject
from passerby.ground.motion.velocity import Motion
from support import stage
from support.figures import WH
from support.seen import at, person, tracked


def seen(t_s: float, *xs: float) -> GroundTracks:
    """People at these places, px; the first is track 1."""
    return Motion(None).step(tracked([person(x, 200, 60) for x in xs], t_s, wh=WH))


def hit(track: int | None = 1, place: str = "platform", began_s: float = 0.0) -> Hit:
    return Hit(0, "fast_movement", place, Subject(track), 1, (Measure("speed", 2.94, "m/s", 0.2),), began_s)


def walked(overlay: Overlay, until_s: float, open_hits: dict[str, Hit]) -> None:
    for n in range(round(4 * until_s) + 1):
        overlay.step(seen(n / 4, 10.0 * n, 300.0), open_hits)


def test_zone_way_and_figure_of_an_incident() -> None:
    overlay = Overlay(stage.camera(), WH)
    walked(overlay, 2.0, {"e1": hit()})
    drawing = overlay.draw("e1", at(2.0))
    zone = stage.CAMERA["zones"][0]["polygon_px"]
    assert drawing.outline == tuple((x / WH[0], y / WH[1]) for x, y in zone)
    assert drawing.closed
    assert [round(x * WH[0]) for x, _ in drawing.path] == [10 * n for n in range(9)]
    assert drawing.words == "fast movement  speed 2.9 m/s"


def test_a_picture_of_before_shows_the_way_up_to_then_and_no_figure() -> None:
    overlay = Overlay(stage.camera(), WH)
    walked(overlay, 2.0, {"e1": hit(began_s=1.5)})
    drawing = overlay.draw("e1", at(1.0))
    assert len(drawing.path) == 5
    assert drawing.words == ""


def test_a_line_is_drawn_open_and_a_place_unknown_not_at_all() -> None:
    overlay = Overlay(stage.camera(), WH)
    walked(overlay, 1.0, {"line": hit(place="stairs"), "other": hit(place="elsewhere"), "zone": hit(None)})
    assert (len(overlay.draw("line", at(1.0)).outline), overlay.draw("line", at(1.0)).closed) == (2, False)
    assert overlay.draw("other", at(1.0)).outline == ()
    assert overlay.draw("zone", at(1.0)).path == (), "nobody in particular"


@pytest.mark.parametrize("event", ["e2", ""])
def test_nothing_is_drawn_of_what_does_not_go_on(event: str) -> None:
    overlay = Overlay(stage.camera(), WH)
    walked(overlay, 1.0, {"e1": hit()})
    assert overlay.draw(event, at(1.0)).path == ()
    assert overlay.open_incidents == {"e1"}


def test_ways_are_forgotten() -> None:
    overlay = Overlay(stage.camera(), WH)
    walked(overlay, 3 * PATH_S, {"e1": hit()})
    assert len(overlay.draw("e1", at(3 * PATH_S)).path) == 4 * PATH_S + 1, "only the last seconds are kept"
    removed = seen(31.0)
    overlay.step(replace(removed, removed=np.array([1], np.int64)), {"e1": hit(), "e2": hit(2)})
    assert overlay.draw("e1", at(31.0)).path == (), "with their track"
    assert overlay.draw("e2", at(31.0)).path != ()
    overlay.reset()
    assert overlay.draw("e2", at(31.0)).path == (), "and when the picture stops"
    assert overlay.open_incidents == frozenset()
