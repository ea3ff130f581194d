"""Suite `measures`: measures of focus on the simulated station behind a lens out of focus, in bad light."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

import cv2
import numpy as np

from passerby.contracts.arrays import F32, F64
from passerby.contracts.time import NS_PER_S, Timestamp
from passerby.evals.result import Report, Table
from passerby.pixels.frame import U8, RawFrame
from passerby.scene.optics.blocks import block_counts
from passerby.scene.optics.edges import BestEdges, EdgeMeter
from passerby.scene.optics.focus_measure import PICTURES, SETTLE_S, FocusMeasure
from passerby.scene.optics.sample import sample_of
from passerby.sim.station import Station

Measure = Callable[[U8], float]
SCENARIOS = ("platform", "hall-rush", "empty-night")
WH = (320, 180)
# Positions of the lens from the best one; the blur grows by SIGMA_PX per position, as in a thin lens.
POSITIONS = np.arange(-6, 7)
SIGMA_PX = 0.5
REPEATS = 2


@dataclass(frozen=True, slots=True)
class PictureLight:
    """A condition of the picture.

    gain: of the brightness. sensor: deviation of the noise, grey levels. jpeg: quality of the compression; None
    without. is_grey: infrared.
    """

    name: str
    gain: float = 1.0
    sensor: float = 2.0
    jpeg: int | None = None
    is_grey: bool = False

    def taken(self, bgr: U8, rng: np.random.Generator) -> U8:
        """Return the picture as the camera sends it."""
        lit = bgr.astype(np.float32) * np.float32(self.gain)
        if self.is_grey:
            lit = np.repeat(lit.mean(axis=2, keepdims=True), 3, axis=2)
        noise = rng.normal(0, self.sensor, lit.shape).astype(np.float32)
        picture = np.asarray(np.clip(lit + noise, 0, 255), np.uint8)
        if self.jpeg is None:
            return picture
        _, data = cv2.imencode(".jpg", picture, [cv2.IMWRITE_JPEG_QUALITY, self.jpeg])
        return np.asarray(cv2.imdecode(data, cv2.IMREAD_COLOR), np.uint8)


LIGHTS = (
    PictureLight("day"),
    PictureLight("noise", sensor=10.0),
    PictureLight("low light", gain=0.2, sensor=6.0),
    PictureLight("infrared", gain=0.6, sensor=6.0, is_grey=True),
    PictureLight("compression", jpeg=15),
)


def tenengrad(bgr: U8) -> float:
    """Return the mean squared gradient (Tenenbaum 1970; Krotkov 1988)."""
    grey = _grey(bgr)
    return float(np.mean(cv2.Sobel(grey, cv2.CV_32F, 1, 0) ** 2 + cv2.Sobel(grey, cv2.CV_32F, 0, 1) ** 2))


def modified_laplacian(bgr: U8) -> float:
    """Return the mean of the absolute second differences (Nayar & Nakagawa 1994)."""
    grey, kernel = _grey(bgr), np.array([[-1.0, 2.0, -1.0]], np.float32)
    across, down = cv2.filter2D(grey, cv2.CV_32F, kernel), cv2.filter2D(grey, cv2.CV_32F, kernel.T)
    return float(np.mean(np.abs(across) + np.abs(down)))


def laplacian_variance(bgr: U8) -> float:
    """Return the variance of the Laplacian (Pech-Pacheco et al. 2000)."""
    return float(cv2.Laplacian(_grey(bgr), cv2.CV_32F).var())


def wavelet(bgr: U8) -> float:
    """Return the energy of the details of a Haar wavelet, first level (Yang & Nelson 2003)."""
    grey = _grey(bgr)
    a, b, c, d = grey[::2, ::2], grey[::2, 1::2], grey[1::2, ::2], grey[1::2, 1::2]
    return float(np.mean((a - b + c - d) ** 2 + (a + b - c - d) ** 2 + (a - b - c + d) ** 2) / 4)


def dct_share(bgr: U8) -> float:
    """Return the energy of the middle frequencies of 8 x 8 blocks as a share of all (Lee et al. 2008)."""
    grey = _grey(bgr)
    h, w = (n // 8 * 8 for n in grey.shape)
    blocks = grey[:h, :w].reshape(h // 8, 8, w // 8, 8).swapaxes(1, 2).reshape(-1, 8, 8)
    energy = np.mean([cv2.dct(block) ** 2 for block in blocks[::4]], axis=0)
    order = np.add.outer(np.arange(8), np.arange(8))
    return float(energy[(order >= 1) & (order <= 5)].sum() / energy[order >= 1].sum())


def edge_steepness(bgr: U8) -> float:
    """Return the steepness of the strongest edges in strips of one picture."""
    edges = EdgeMeter()
    edges.step(sample_of(bgr, Timestamp(0)).strips)
    return edges.steepness() or 0.0


MEASURES: dict[str, Measure] = {
    "Tenengrad": tenengrad,
    "modified Laplacian": modified_laplacian,
    "variance of Laplacian": laplacian_variance,
    "Haar wavelet": wavelet,
    "DCT, middle frequencies": dct_share,
    "steepness of edges, one picture": edge_steepness,
}
KNOWN = f"passerby, {PICTURES} pictures"


def measures_suite() -> Report:
    """Measure each picture at each position of the lens, in each light."""
    pictures = [next(iter(Station.load(name).frames(size_px=WH, fps=1.0)))[1] for name in SCENARIOS]
    names = (*MEASURES, KNOWN)
    rows = tuple((name, *(_cell(MEASURES.get(name), pictures, light) for light in LIGHTS)) for name in names)
    note = (
        "Mean distance of the sharpest position from the true one, in positions / fraction of the steps away from "
        "it that decrease the measure. The blur has a deviation of 0.5 px per position, 6 positions to each side."
    )
    return Report(
        suite="measures",
        title="Measures of focus on the simulated lens",
        settings=(
            ("pictures", f"{len(SCENARIOS)} scenarios, {WH[0]} x {WH[1]} px, {REPEATS} drawings of the noise"),
            *((light.name, _said(light)) for light in LIGHTS),
        ),
        tables=(Table("Measures", ("measure", *(light.name for light in LIGHTS)), rows, note),),
        aims=(),
    )


def _cell(measure: Measure | None, pictures: list[U8], light: PictureLight) -> str:
    curves = list(_curves(measure, pictures, light))
    off = np.mean([abs(int(POSITIONS[np.argmax(curve)])) for curve in curves])
    falls = np.mean([np.mean([*(np.diff(curve[:7]) > 0), *(np.diff(curve[6:]) < 0)]) for curve in curves])
    return f"{off:.1f} / {falls:.0%}"


def _curves(measure: Measure | None, pictures: list[U8], light: PictureLight) -> Iterator[F64]:
    for k, picture in enumerate(pictures):
        blurred = [_blurred(picture, abs(int(p)) * SIGMA_PX) for p in POSITIONS]
        for repeat in range(REPEATS):
            rng = np.random.default_rng([k, repeat, 83])
            if measure is None:
                yield _of_loop(blurred, light, rng)
            else:
                yield np.array([measure(light.taken(one, rng)) for one in blurred])


def _of_loop(blurred: list[U8], light: PictureLight, rng: np.random.Generator) -> F64:
    """Return the measure of the focus loop at each position, with the edges of the sharp view."""
    taken = [[light.taken(one, rng) for _ in range(PICTURES)] for one in blurred]
    usual = EdgeMeter()
    for picture in taken[len(taken) // 2]:
        usual.step(sample_of(picture, Timestamp(0)).strips)
    grid = block_counts(sample_of(blurred[0], Timestamp(0)))
    return np.array([_measured(FocusMeasure(BestEdges(usual.slope, grid)), pictures) for pictures in taken])


def _measured(measure: FocusMeasure, pictures: list[U8]) -> float:
    measure.add(RawFrame("lens", 1, Timestamp(0), pictures[0]))
    at = (Timestamp(round((SETTLE_S + k) * NS_PER_S)) for k in range(len(pictures)))
    values = [measure.add(RawFrame("lens", 2, t, one)) for t, one in zip(at, pictures, strict=True)]
    return values[-1] or 0.0


def _blurred(bgr: U8, sigma_px: float) -> U8:
    return bgr if sigma_px < 0.1 else np.asarray(cv2.GaussianBlur(bgr, (0, 0), sigma_px), np.uint8)


def _grey(bgr: U8) -> F32:
    return np.asarray(bgr[:, :, 1], np.float32)


def _said(light: PictureLight) -> str:
    parts = [f"brightness {light.gain:g}", f"noise {light.sensor:g} of 255"]
    parts += ["grey"] if light.is_grey else []
    parts += [f"JPEG quality {light.jpeg}"] if light.jpeg else []
    return ", ".join(parts)
