from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from passerby.config.scale import scaled_to
from passerby.contracts.config import Camera
from passerby.ground.calibration.calibrate import make_plane
from support.stage import camera

MOUNT = {"height_m": 3.5, "tilt_deg": 30, "focal_px": 400.0}
sizes = st.tuples(st.integers(16, 4000), st.integers(16, 4000))


def test_without_a_size_or_with_the_same_it_is_the_same_camera() -> None:
    same, unsized = camera(), camera(picture_px=None)
    assert scaled_to(same, (320, 240)) is same
    assert scaled_to(unsized, (1920, 1080)) is unsized


def test_every_pixel_is_scaled_and_no_metre() -> None:
    twice = scaled_to(camera(), (640, 480))
    assert twice.picture_px == (640, 480)
    assert twice.zones[0].polygon_px == ((10, 470), (630, 470), (580, 300), (60, 300))
    assert (twice.lines[0].from_px, twice.lines[0].to_px) == ((320, 470), (320, 300))
    assert twice.calibration is not None
    assert [p.px for p in twice.calibration.points] == [(40, 460), (600, 460), (500, 180), (140, 180)]
    assert [p.m for p in twice.calibration.points] == [(0, 0), (6, 0), (6, 9), (0, 9)]
    assert twice.calibration.click_sd_px == 4.0


def test_names_kinds_and_rules_stay() -> None:
    before, after = camera(), scaled_to(camera(), (160, 120))
    assert (after.name, after.rules) == (before.name, before.rules)
    assert [(z.name, z.kind) for z in after.zones] == [(z.name, z.kind) for z in before.zones]
    assert [line.name for line in after.lines] == [line.name for line in before.lines]


def test_a_mounted_camera_keeps_its_height_and_tilt() -> None:
    calibration = scaled_to(camera(calibration=MOUNT), (160, 120)).calibration
    assert calibration is not None
    assert (calibration.focal_px, calibration.height_m, calibration.tilt_deg) == (200.0, 3.5, 30)


def test_a_field_of_view_is_no_pixel() -> None:
    wide = {"height_m": 3.5, "tilt_deg": 30, "hfov_deg": 80.0}
    calibration = scaled_to(camera(calibration=wide), (160, 120)).calibration
    assert calibration is not None
    assert (calibration.hfov_deg, calibration.focal_px) == (80.0, None)


def test_a_camera_without_a_floor_stays_without() -> None:
    assert scaled_to(camera(calibration=None), (640, 480)).calibration is None


@given(sizes)
def test_there_and_back_is_where_it_was(wh: tuple[int, int]) -> None:
    back = scaled_to(scaled_to(camera(), wh), (320, 240))
    for zone, was in zip(back.zones, camera().zones, strict=True):
        assert [v for p in zone.polygon_px for v in p] == pytest.approx([v for p in was.polygon_px for v in p])


@pytest.mark.parametrize("calibration", [camera().calibration, MOUNT], ids=["points", "mount"])
@pytest.mark.parametrize("factor", [0.5, 2, 6])
def test_the_same_spot_has_the_same_metres(calibration: object, factor: float) -> None:
    drawn: Camera = camera(calibration=calibration)
    wh = (round(320 * factor), round(240 * factor))
    scaled = scaled_to(drawn, wh)
    assert drawn.calibration is not None
    assert scaled.calibration is not None
    here = make_plane(drawn.calibration, (320, 240)).exact().to_floor([[100, 200], [200, 220]])  # type: ignore[arg-type]
    there = (
        make_plane(scaled.calibration, wh)
        .exact()
        .to_floor([[100 * factor, 200 * factor], [200 * factor, 220 * factor]])
    )  # type: ignore[arg-type]
    assert there.pos_m.ravel().tolist() == pytest.approx(here.pos_m.ravel().tolist(), abs=0.02)


def test_known_lengths_are_drawn_on_the_picture_too() -> None:
    lengths = ({"px": [[10, 20], [30, 40]], "m": 2.0},)
    given = Camera.model_validate(
        {
            "name": "c",
            "source": "x.mp4",
            "picture_px": [100, 100],
            "calibration": {"lengths": lengths, "height_m": 4, "tilt_deg": 20},
        }
    )
    scaled = scaled_to(given, (200, 300)).calibration
    assert scaled is not None
    assert scaled.lengths[0].px == ((20, 60), (60, 120))
    assert scaled.lengths[0].m == 2.0
