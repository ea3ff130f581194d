from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from passerby.contracts.arrays import F64
from passerby.vision import kalman
from passerby.vision.kalman import Noise, State

NOISE = Noise()
steps = st.lists(
    st.tuples(st.floats(0.01, 3.0), hnp.arrays(np.float64, (3, 4), elements=st.floats(-200, 2000))), max_size=12
)


def box(x: float = 320, foot_y: float = 400, w: float = 40, h: float = 120) -> F64:
    return np.array([[x, foot_y, w, h]], np.float64)


def fields(state: State) -> dict[str, F64]:
    return {name: getattr(state, name) for name in State.__slots__}


def walked(speed_px_s: float, dt_s: float, seconds: float, seed: int | None = None) -> State:
    """The filter of somebody walking along x, seen every dt_s, with the noise the filter expects if `seed`."""
    chance = np.random.default_rng(seed)
    spread = np.asarray(NOISE.measure) * 120 * (seed is not None)
    state = kalman.start(box() + chance.normal(0, 1, 4) * spread, NOISE)
    for i in range(1, round(seconds / dt_s) + 1):
        seen = box(320 + speed_px_s * i * dt_s) + chance.normal(0, 1, 4) * spread
        state = kalman.update(kalman.predict(state, dt_s, NOISE), seen, NOISE)
    return state


@pytest.mark.parametrize("dt_s", [0.04, 0.125, 0.2])
@pytest.mark.parametrize("speed_px_s", [-150, 0, 60])
def test_a_constant_speed_is_followed_and_carries_on_unseen(speed_px_s: float, dt_s: float) -> None:
    state = walked(speed_px_s, dt_s, 4.0)
    assert state.rate[0, 0] == pytest.approx(speed_px_s, abs=0.03 * abs(speed_px_s) + 0.1)
    assert state.rate[0, 1:] == pytest.approx([0, 0, 0], abs=0.1)
    later = kalman.predict(state, 1.0, NOISE)
    assert later.value[0] == pytest.approx([320 + 5 * speed_px_s, 400, 40, 120], abs=5)


def test_the_variance_is_the_error_that_is_made() -> None:
    """Over many walkers the squared error is what the filter says of itself."""
    off = np.array([walked(100, 0.125, 3.0, seed).value[0] - [320 + 300, 400, 40, 120] for seed in range(300)])
    said = walked(100, 0.125, 3.0, 0).var[0]
    share = (off**2).mean(axis=0) / said
    assert ((share > 0.5) & (share < 1.25))[:3].all(), share
    # The noise is a share of the height that was seen, so heights read too low weigh more: a lean of some 4 %.
    assert 0.5 < share[3] < 1.7
    assert -0.06 * 120 < off[:, 3].mean() < 0


@given(st.floats(0.01, 2.0), st.floats(0.05, 0.95), st.floats(-300, 300))
def test_two_short_predictions_equal_one_long_one(dt_s: float, share: float, speed: float) -> None:
    """Holds exactly while the height does not change, because the noise is a share of it."""
    state = kalman.start(box(), NOISE)
    state.rate[0, :3] = speed, speed / 2, 3
    at_once = kalman.predict(state, dt_s, NOISE)
    in_two = kalman.predict(kalman.predict(state, share * dt_s, NOISE), (1 - share) * dt_s, NOISE)
    for name, value in fields(at_once).items():
        np.testing.assert_allclose(fields(in_two)[name], value, rtol=1e-9, atol=1e-9, err_msg=name)


@given(st.floats(0.05, 1.0), st.floats(1.1, 10.0))
def test_twice_the_time_twice_the_way_and_more_doubt(dt_s: float, times: float) -> None:
    state = kalman.start(box(), NOISE)
    state.rate[:] = [[80, 10, 1, 2]]
    short, long = kalman.predict(state, dt_s, NOISE), kalman.predict(state, times * dt_s, NOISE)
    np.testing.assert_allclose(long.value - state.value, times * (short.value - state.value), rtol=1e-6)
    assert (long.var > short.var).all()
    assert (long.rate_var > short.rate_var).all()
    np.testing.assert_array_equal(kalman.predict(state, 0.0, NOISE).var, state.var)


@given(hnp.arrays(np.float64, (3, 4), elements=st.floats(-200, 2000)), steps)
def test_every_covariance_stays_positive(first: F64, later: list[tuple[float, F64]]) -> None:
    """Whatever boxes come, degenerate ones included: variances >= 0 and the 2x2 determinant >= 0."""
    state = kalman.start(first, NOISE)
    for dt_s, seen in later:
        state = kalman.update(kalman.predict(state, dt_s, NOISE), seen, NOISE)
        scale = state.var * state.rate_var
        assert all(np.isfinite(value).all() for value in fields(state).values())
        assert (state.var >= 0).all()
        assert (state.rate_var >= 0).all()
        assert (scale - state.cov**2 >= -1e-6 * scale - 1e-9).all()


@given(hnp.arrays(np.float64, (3, 4), elements=st.floats(1, 500)), st.floats(0.01, 2.0))
def test_seeing_pulls_between_prediction_and_box_and_lessens_doubt(seen: F64, dt_s: float) -> None:
    before = kalman.predict(kalman.start(np.repeat(box(), 3, axis=0), NOISE), dt_s, NOISE)
    after = kalman.update(before, seen, NOISE)
    assert (after.var <= before.var).all()
    assert (after.rate_var <= before.rate_var).all()
    low, high = np.minimum(before.value, seen), np.maximum(before.value, seen)
    assert ((after.value >= low - 1e-9) & (after.value <= high + 1e-9)).all()


@given(st.floats(0.2, 5.0))
def test_the_filter_does_not_care_how_large_the_picture_is(zoom: float) -> None:
    def run(scale: float) -> State:
        state = kalman.start(scale * box(), NOISE)
        for i in range(1, 6):
            state = kalman.update(kalman.predict(state, 0.1, NOISE), scale * box(320 + 8.0 * i, h=120 + i), NOISE)
        return state

    np.testing.assert_allclose(run(zoom).value, zoom * run(1).value, rtol=1e-9)
    np.testing.assert_allclose(run(zoom).var, zoom**2 * run(1).var, rtol=1e-9)


@given(hnp.arrays(np.float64, (4, 2), elements=st.floats(0, 500)), st.floats(1, 300), st.floats(1, 300))
def test_boxes_and_coordinates_are_the_same_thing(corner: F64, w: float, h: float) -> None:
    xyxy = np.hstack([corner, corner + np.array([w, h])])
    np.testing.assert_allclose(kalman.to_xyxy(kalman.to_coords(xyxy)), xyxy, atol=1e-9)
    assert kalman.to_coords(np.array([[10.0, 20, 30, 80]])).tolist() == [[20, 80, 20, 60]]


def test_a_box_that_shrank_away_is_still_a_box() -> None:
    assert kalman.to_xyxy(np.array([[50.0, 80, -5, -9]])).tolist() == [[49.5, 79, 50.5, 80]]


def test_rows_are_filters_of_their_own() -> None:
    both = kalman.start(np.vstack([box(100), box(500)]), NOISE)
    seen = np.vstack([box(110), box(480)])
    both = kalman.update(kalman.predict(both, 0.1, NOISE), seen, NOISE)
    for i, x in enumerate((100, 500)):
        alone = kalman.start(box(x), NOISE)
        alone = kalman.update(kalman.predict(alone, 0.1, NOISE), seen[i : i + 1], NOISE)
        for name, value in fields(both.take(np.array([i]))).items():
            np.testing.assert_array_equal(value, fields(alone)[name])
    joined = State.join(both.take(np.array([1])), both.take(np.array([0])))
    np.testing.assert_array_equal(joined.value, both.value[::-1])


def test_nobody() -> None:
    nobody = kalman.start(np.zeros((0, 4)), NOISE)
    after = kalman.update(kalman.predict(nobody, 0.1, NOISE), np.zeros((0, 4)), NOISE)
    assert after.value.shape == (0, 4)
