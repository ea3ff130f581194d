"""Modelled boxes: from the true people of a frame, the boxes that a detector would give, without a picture.

Each person has a hidden quality. Whether the person is found, and with which score, follows from its rank and from
two measured tables: by height in the detector's input and by visible fraction. The quality and the errors of a box
are each the sum of two Gaussian processes of first order: a slow one (clothes, pose, what is behind the person)
and a fast one (pixels). With one process, an error that lasts would change too fast, and speeds would be noisy.
False boxes appear and stay for a while. Two people who merge into one box are a miss of the more occluded one; the
tables contain this, because people merged in the measured pictures too.
"""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass, field
from importlib.resources import files

import numpy as np
from scipy.special import ndtr

from passerby.contracts.arrays import F32, F64, I64
from passerby.contracts.boxes import area
from passerby.contracts.people import Detections
from passerby.contracts.results import ModelInfo
from passerby.contracts.time import Timestamp
from passerby.evals.watched import Seen
from passerby.ground.geometry.foot import reduction
from passerby.vision.boxes import clip

FITTED = "box_noise.json"
# A quality is kept while a person is out of the picture for this time, seconds.
KEPT_S = 10.0
SIDES = 4


Errors = tuple[tuple[tuple[float, ...], ...], ...]
"""Numbers by height and visible fraction."""


@dataclass(frozen=True, slots=True)
class BoxNoise:
    """What was measured on one detector, for H classes of height and V classes of visible fraction.

    score: lowest score that starts a track; boxes too weak to keep a track are not in the model.
    height_px (H,), visible (V,): lower ends of the classes; heights are px in the detector's input. found (H, V):
    fraction of people with a box of any score. scores (H, V, 5): quantiles of their scores, see QUANTILES.
    bias, sd (H, V, 4): error of centre x, lower edge, width and upper edge of a box, in heights of the person.
    slow (H, V, 5): the share of the slow process in the variance of quality and errors; slow_s (5,), fast_s (5,):
    times in which the correlation of a process falls to 1/e.
    false_per_frame: boxes on nobody; false_s: how long one stays; false_height_px: median height in the input;
    false_scores (5,): quantiles.
    """

    detector: str
    sha256: str
    input_wh: tuple[int, int]
    score: float
    height_px: tuple[float, ...]
    visible: tuple[float, ...]
    found: tuple[tuple[float, ...], ...]
    scores: Errors
    bias: Errors
    sd: Errors
    slow: Errors
    slow_s: tuple[float, ...]
    fast_s: tuple[float, ...]
    false_per_frame: float
    false_s: float
    false_height_px: float
    false_scores: tuple[float, ...]

    @classmethod
    def load(cls) -> BoxNoise:
        """Return the noise of the embedded detector, as `passerby eval boxes` measured it."""
        data = json.loads((files("passerby.evals") / FITTED).read_text("utf-8"))
        return cls(**data | {"input_wh": tuple(data["input_wh"])})

    @property
    def info(self) -> ModelInfo:
        """Return the detector that is modelled."""
        return ModelInfo(f"model of {self.detector}", self.sha256, "none", self.input_wh, self.score)

    def text(self) -> str:
        """Return the text of the file."""
        return json.dumps(asdict(self), indent=1) + "\n"


QUANTILES = (0.1, 0.3, 0.5, 0.7, 0.9)
Box = tuple[F32, float]


@dataclass(slots=True)
class _Hidden:
    """The hidden state of a person, in standard deviations: slow and fast process (2, 5) of quality and errors."""

    t_s: float
    processes: F64

    def values(self, slow: F64) -> F64:
        """Return quality and errors (5,) with these shares (5,) of the slow process."""
        return np.asarray(np.sqrt(slow) * self.processes[0] + np.sqrt(1 - slow) * self.processes[1])


@dataclass(slots=True)
class NoisyBoxes:
    """Makes the boxes of one camera, frame by frame; the seed determines all of it."""

    noise: BoxNoise
    wh: tuple[int, int]
    rng: np.random.Generator
    _people: dict[int, _Hidden] = field(default_factory=dict)
    _false: list[tuple[float, Box]] = field(default_factory=list)
    _t_s: float = 0.0

    @classmethod
    def seeded(cls, noise: BoxNoise, wh: tuple[int, int], seed: int) -> NoisyBoxes:
        """Return the boxes of a camera whose world has this seed."""
        return cls(noise, wh, np.random.default_rng([seed, 71]))

    def of(self, camera: str, at: Timestamp, seen: Seen) -> Detections:
        """Return the detections of a frame."""
        self._people = {k: p for k, p in self._people.items() if seen.t_s - p.t_s < KEPT_S}
        height = (seen.xyxy_px[:, 3] - seen.xyxy_px[:, 1]) / reduction(self.wh, self.noise.input_wh)
        h = class_of(self.noise.height_px, height.astype(np.float64)).tolist()
        v = class_of(self.noise.visible, seen.visibility).tolist()
        each = zip(seen.id.tolist(), seen.xyxy_px, h, v, strict=True)
        rows = [self._row(self._drifted(person, seen.t_s), *one) for person, *one in each]
        boxes = [*(row for row in rows if row), *self._false_boxes(seen.t_s)]
        self._t_s = seen.t_s
        xyxy = np.array([box for box, _ in boxes], np.float32).reshape(-1, 4)
        score = np.array([score for _, score in boxes], np.float32)
        order = np.argsort(-score, kind="stable")
        order = order[area(xyxy[order]) >= 1]
        return Detections(camera, at, self.wh, clip(xyxy[order], self.wh), score[order])

    def _drifted(self, person: int, t_s: float) -> _Hidden:
        new = self.rng.normal(size=(2, 1 + SIDES))
        old = self._people.get(person)
        if old is not None:
            keep = np.exp(-(t_s - old.t_s) / np.array([self.noise.slow_s, self.noise.fast_s]))
            new = keep * old.processes + np.sqrt(1 - keep**2) * new
        made = self._people[person] = _Hidden(t_s, new)
        return made

    def _row(self, hidden: _Hidden, box: F32, h: int, v: int) -> Box | None:
        left, top, right, bottom = (float(value) for value in box)
        quality, *drift = hidden.values(np.array(self.noise.slow[h][v]))
        found, rank = self.noise.found[h][v], float(ndtr(quality))
        if rank < 1 - found:
            return None
        score = _quantile(self.noise.scores[h][v], (rank - 1 + found) / max(found, 1e-9))
        errors = np.array(self.noise.bias[h][v]) + np.array(self.noise.sd[h][v]) * drift
        x, foot, wide, head = errors * (bottom - top)
        middle, width, low = (left + right) / 2 + x, max(right - left + wide, 2.0), bottom + foot
        return np.array([middle - width / 2, min(top + head, low - 4), middle + width / 2, low], np.float32), score

    def _false_boxes(self, t_s: float) -> list[Box]:
        """Return the false boxes of a frame: at any time, `false_per_frame` on average."""
        self._false = [(until, box) for until, box in self._false if until > t_s]
        passed_s = max(t_s - self._t_s, 0.0)
        for _ in range(self.rng.poisson(self.noise.false_per_frame * passed_s / self.noise.false_s)):
            self._false.append((t_s + float(self.rng.exponential(self.noise.false_s)), self._false_box()))
        return [box for _, box in self._false]

    def _false_box(self) -> Box:
        height = self.noise.false_height_px * reduction(self.wh, self.noise.input_wh)
        height *= float(np.exp(self.rng.normal(0, 0.4)))
        x, y = self.rng.uniform(0, self.wh[0]), self.rng.uniform(self.wh[1] * 0.2, self.wh[1])
        box = np.array([x - height * 0.2, y - height, x + height * 0.2, y], np.float32)
        return box, _quantile(self.noise.false_scores, float(self.rng.uniform()))


def _quantile(values: tuple[float, ...], rank: float) -> float:
    """Return the value at a rank, linear between the quantiles and beyond the outer ones up to half a step."""
    return float(np.clip(np.interp(rank, QUANTILES, values), 0.0, 1.0))


def class_of(ends: tuple[float, ...], values: F64) -> I64:
    """Return the class of each value (N,): the last whose lower end is not above it."""
    return np.maximum(np.searchsorted(ends, values, side="right") - 1, 0)
