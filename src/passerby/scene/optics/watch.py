"""The health of one camera's picture: faults with a start and an end, learned per camera.

One small sample per second is compared with the camera's usual view in the same light. A fault that hides the view
(no signal, frozen, dark, bright) leaves the others as they were, because they cannot be seen. A train hides what
is above the lower edge of its track zone; people and trains have sharp edges or move, so they cover nothing.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np

from passerby.contracts.arrays import F32, Bools
from passerby.contracts.camera_faults import (
    BLURRED,
    BRIGHT,
    COVERED,
    DARK,
    DEFOCUSING,
    FAULT_TYPES,
    FROZEN,
    INFRARED,
    MOVED,
    NO_SIGNAL,
    CameraFault,
    OpticsView,
)
from passerby.contracts.config import Zone
from passerby.contracts.events import Measure
from passerby.contracts.time import Timestamp
from passerby.contracts.trains import TrainState
from passerby.pixels.frame import RawFrame
from passerby.scene.optics.blocks import block_counts, blocks_of
from passerby.scene.optics.edges import EdgeMeter
from passerby.scene.optics.focus_measure import FocusMeasure
from passerby.scene.optics.focus_trend import FocusTrend
from passerby.scene.optics.frozen import PictureChange
from passerby.scene.optics.light import Light, light_of
from passerby.scene.optics.sample import OpticSample, sample_of
from passerby.scene.optics.sustained import CONFIRM_S, Sustained
from passerby.scene.optics.train_shadow import TrainShadow
from passerby.scene.optics.usual_view import UsualView, ViewState

# One sample per this time, seconds. Chosen: three samples in a row decide within 6 s.
SAMPLE_S = 1.9
# A picture without structure that was never different is a camera that starts; after this time, seconds, it is a
# fault. Chosen by judgement.
STARTS_S = 60.0
# Fraction of the view that must be hidden by something without sharp edges, and by anything for BLOCKED_S (longer
# than a train stops, seconds). Chosen by judgement.
COVERED_SHARE, BLOCKED_SHARE, BLOCKED_S = 0.2, 0.4, 180.0
# With this fraction of the view in place, the camera was not moved. Chosen by judgement.
IN_PLACE = 0.6
# A camera that looks elsewhere shows this fraction of its view in place at most, for this long, seconds. Chosen by
# judgement.
ELSEWHERE, ELSEWHERE_S = 0.1, 30.0
# If nothing moves in this fraction of the view, this is no crowd, and the shorter time is enough, seconds. Chosen:
# reported within 10 s.
STATIC, STATIC_S = 0.8, CONFIRM_S
NOBODY: F32 = np.zeros((0, 4), np.float32)
# A slow loss of focus must last, seconds. Chosen by judgement.
DRIFT_S = 120.0

# The conditions that make a fault.
_KEYS: dict[str, tuple[str, ...]] = {kind: (kind,) for kind in FAULT_TYPES} | {
    COVERED.name: (COVERED.name, "blocked"),
    MOVED.name: (MOVED.name, "elsewhere"),
}
# A smaller picture has too few edges to judge, px. Chosen: twice the segments in which edges are looked for.
LEAST_PX = 48
# While one of these is present or possible, the usual view is not learned.
_UNHEALTHY = tuple(
    key for kind, keys in _KEYS.items() if kind not in {INFRARED.name, DEFOCUSING.name} for key in keys
)


class OpticsWatch:
    """The health of one camera. tracks: its zones of kind track, in a picture of `wh` pixels."""

    def __init__(self, tracks: Sequence[Zone], wh: tuple[int, int]) -> None:
        self._trains = TrainShadow(tracks, wh)
        self._edges, self._change, self._focus = EdgeMeter(), PictureChange(), FocusTrend()
        self._lasting = Sustained()
        self._views = {False: UsualView(), True: UsualView()}
        self._measures: dict[str, tuple[Measure, ...]] = {}
        self._had_colour = self._had_view = False
        self._last: Timestamp | None = None
        self._view = OpticsView()
        self._is_large_enough = min(wh) >= LEAST_PX

    def step(self, frame: RawFrame, trains: Sequence[TrainState], people_px: F32 = NOBODY) -> OpticsView:
        """Return the present health; most frames repeat that of the last sample.

        people_px: boxes (N, 4) of people, who are no part of the view.
        """
        is_due = self._last is None or frame.at.since_s(self._last) >= SAMPLE_S
        if not is_due or not self._is_large_enough:
            return self._view
        dt_s = frame.at.since_s(self._last) if self._last else 0.0
        self._last = frame.at
        sample = sample_of(frame.bgr, frame.at)
        self._edges.step(sample.strips)
        people = blocks_of(people_px, frame.wh, block_counts(sample))
        self._view = self._health(sample, light_of(sample), trains, people, dt_s)
        return self._view

    def reset(self) -> None:
        """Handle an interrupted picture; what is learned stays."""
        self._change.reset()
        self._lasting.interrupt()
        self._edges = EdgeMeter()
        for view in self._views.values():
            view.interrupt()

    def focus_measure(self) -> FocusMeasure:
        """Return a measurement of the sharpness of the background, in the present light."""
        return FocusMeasure(self._views[self._lasting.is_on(INFRARED.name)].edges)

    def _health(
        self, sample: OpticSample, light: Light, trains: Sequence[TrainState], people: Bools, dt_s: float
    ) -> OpticsView:
        is_seen = self._picture(sample, light)
        steepness = self._edges.steepness() if is_seen else None
        is_night, is_switching = self._infrared(light, is_seen and steepness is not None, sample.at)
        view, state = self._views[is_night], None
        if is_seen and not is_switching:
            hidden = self._trains.hidden(trains, block_counts(sample))
            is_blurred = self._lasting.is_on(BLURRED.name)
            state = view.compare(sample, self._edges, hidden, people, is_blurred=is_blurred)
        self._had_view |= state is not None
        self._pose(state, sample.at)
        # The edges of a cover are soft, and say nothing about the focus.
        is_covered = self._lasting.is_on(COVERED.name) or (state is not None and _is_covered(state))
        if is_switching or is_covered:
            steepness = None
        ratio = None if state is None or is_covered else state.sharpness
        focus = self._focus.step(ratio, steepness, is_night, dt_s)
        self._set(BLURRED.name, focus.is_blurred, sample.at, CONFIRM_S, "sharpness", ratio)
        self._set(DEFOCUSING.name, focus.is_drifting, sample.at, DRIFT_S, "sharpness", ratio)
        if state is not None and not any(map(self._lasting.is_pending, _UNHEALTHY)):
            view.learn(sample, self._edges, dt_s)
            if not is_night:
                self._focus.learn(steepness)
        return OpticsView(self._faults(), focus.sharpness, light.mean)

    def _picture(self, sample: OpticSample, light: Light) -> bool:
        """Check whether there is a picture; return whether the view can be seen in it."""
        at, first_s = sample.at, CONFIRM_S if self._had_view else STARTS_S
        is_same = self._change.is_same(sample.strips, at) and self._had_view and not light.is_flat
        is_dark, is_bright = light.is_dark and not light.is_flat, light.is_bright and not light.is_flat
        lasting = (
            self._set(NO_SIGNAL.name, light.is_flat, at, first_s),
            self._set(FROZEN.name, is_same, at, self._change.wait_s),
            self._set(DARK.name, is_dark, at, first_s, "brightness", light.mean),
            self._set(BRIGHT.name, is_bright, at, first_s, "brightness", light.mean),
        )
        return not (any(lasting) or light.is_flat or is_dark or is_bright)

    def _infrared(self, light: Light, has_edges: bool, at: Timestamp) -> tuple[bool, bool]:
        """Return whether the camera is in infrared mode, and whether that is about to change.

        A picture without edges is covered, whatever its colour.
        """
        if not has_edges:
            return self._lasting.is_on(INFRARED.name), False
        self._had_colour |= not light.is_grey
        is_grey = self._had_colour and light.is_grey
        is_night = self._set(INFRARED.name, is_grey, at, CONFIRM_S)
        return is_night, is_night != is_grey

    def _pose(self, state: ViewState | None, at: Timestamp) -> None:
        """Check whether the camera shows its usual view."""
        moved = covered = elsewhere = blocked = None
        if state is not None:
            is_shifted = bool(state.shift)
            in_place = state.in_place >= IN_PLACE
            moved = True if is_shifted else False if state.shift is not None and in_place else None
            seen = state.in_place + state.refracted
            elsewhere = seen <= ELSEWHERE and not _is_covered(state) and not is_shifted
            covered = None if is_shifted else _is_covered(state)
            blocked = None if is_shifted else state.hidden >= BLOCKED_SHARE and not elsewhere
        shift, hidden = (state.shift, max(state.hidden, min(1.0, state.covered))) if state else (None, None)
        self._set(MOVED.name, moved, at, CONFIRM_S, "shift", shift)
        is_static = state is not None and state.hidden >= STATIC
        self._set("elsewhere", elsewhere, at, STATIC_S if is_static else ELSEWHERE_S)
        self._set(COVERED.name, covered, at, CONFIRM_S, "hidden", hidden)
        self._set("blocked", blocked, at, BLOCKED_S, "hidden", hidden)

    def _set(
        self,
        key: str,
        now: bool | None,
        at: Timestamp,
        confirm_s: float,
        name: str = "",
        value: float | None = None,
    ) -> bool:
        was_on, is_on = self._lasting.is_on(key), self._lasting.step(key, now, at, confirm_s)
        if is_on and not was_on:
            self._measures[key] = () if value is None else (_MEASURES[name](value),)
        return is_on

    def _faults(self) -> tuple[CameraFault, ...]:
        present = ((kind, key) for kind, keys in _KEYS.items() for key in keys if self._lasting.is_on(key))
        first = dict(reversed(list(present)))
        return tuple(self._fault(kind, first[kind]) for kind in FAULT_TYPES if kind in first)

    def _fault(self, kind: str, key: str) -> CameraFault:
        since = self._lasting.since(key)
        assert since is not None
        return CameraFault(FAULT_TYPES[kind], since, self._measures[key])


def _is_covered(state: ViewState) -> bool:
    return state.covered >= COVERED_SHARE and not state.shift


# Literal names, so that docs/egress.md can be compared with the code.
_MEASURES: dict[str, Callable[[float], Measure]] = {
    "brightness": lambda value: Measure("brightness", round(value, 1)),
    "sharpness": lambda value: Measure("sharpness", round(value, 2)),
    "shift": lambda value: Measure("shift", round(value, 4)),
    "hidden": lambda value: Measure("hidden", round(value, 2)),
}
