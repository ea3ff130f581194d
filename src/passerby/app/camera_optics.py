"""The use of one camera's picture and substream by distance, as a table and as a picture on a redacted still."""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path

from passerby.app.optics_picture import areas_of, write_picture
from passerby.camera.least_stream import WH, stream_fault
from passerby.camera.limits import DetectorLimits
from passerby.camera.reach import RECOGNISABLE_PX_PER_M, Reach, profile_of, reaches
from passerby.camera.shown import nearest_px_per_m, shown_wh
from passerby.config.scale import scaled_to
from passerby.contracts.config import Camera
from passerby.contracts.errors import UsageError
from passerby.contracts.results import ModelInfo
from passerby.ground.calibration.calibrate import make_plane
from passerby.pixels.redact import RedactedImage


@dataclass(frozen=True, slots=True)
class SubstreamOptics:
    """The answer for a camera's substream. fault: why it is not analysed; None if it is."""

    picture_wh: tuple[int, int]
    fault: str | None
    lines: tuple[Reach, ...]


@dataclass(frozen=True, slots=True)
class CameraOptics:
    """The answer for one camera. nearest_px_per_m: of the camera's picture at the nearest floor; shown_px_per_m:
    of every picture that passerby shows or stores. is_recognisable: a face near the camera could be recognised in
    the shown picture, if people were not covered. substream: None without one, or if its size is unknown. image:
    the file of the picture, None if it was not drawn."""

    camera: str
    picture_wh: tuple[int, int]
    nearest_px_per_m: float
    shown_px_per_m: float
    is_recognisable: bool
    lines: tuple[Reach, ...]
    substream: SubstreamOptics | None = None
    image: str | None = None


def refuse_without_floor(camera: Camera) -> None:
    """Raise UsageError for a camera whose distances are unknown."""
    if camera.calibration is None or camera.calibration.people:
        raise UsageError(
            f"camera {camera.name} has no surveyed floor: add points or lengths to its calibration (passerby "
            "calibrate)"
        )


class OpticsOf:
    """One camera in one picture size."""

    def __init__(
        self,
        camera: Camera,
        wh: WH,
        info: ModelInfo,
        levels: dict[str, float],
        substream_wh: WH | None,
    ) -> None:
        refuse_without_floor(camera)
        drawn = camera if camera.picture_px else camera.model_copy(update={"picture_px": wh})
        calibration = scaled_to(drawn, wh).calibration
        assert calibration is not None
        self._camera, self._info, self._wh, self._levels = drawn, info, wh, levels
        self._plane, self._limits = make_plane(calibration, wh), DetectorLimits.of(info, wh)
        self._substream_wh = substream_wh

    def answer(self) -> CameraOptics:
        """Return the table."""
        nearest = nearest_px_per_m(self._wh, self._plane) or 0.0
        shown = nearest * shown_wh(self._wh, self._plane, self._camera.redaction.max_px_per_m)[0] / self._wh[0]
        return CameraOptics(
            self._camera.name,
            self._wh,
            round(nearest, 1),
            round(shown, 1),
            shown >= RECOGNISABLE_PX_PER_M,
            self._lines(self._limits, self._levels),
            self._substream(),
        )

    def drawn(self, image: RedactedImage, out: Path) -> CameraOptics:
        """Return the table, with the picture in the folder `out`."""
        answer = self.answer()
        less = self._substream_limits()
        substream = (less, answer.substream.lines) if less and answer.substream else None
        areas = areas_of(self._plane, self._wh, self._limits, answer.lines, substream)
        path = write_picture(out, self._camera.name, image, areas, _notes(answer), self._wh)
        return replace(answer, image=str(path))

    def _lines(self, limits: DetectorLimits, levels: dict[str, float]) -> tuple[Reach, ...]:
        return reaches(profile_of(self._plane, self._wh, limits.resolution_px), limits, levels)

    def _substream_limits(self) -> DetectorLimits | None:
        """Return the limits in the substream, in pixels of the camera's picture."""
        if self._substream_wh is None:
            return None
        limits, times = DetectorLimits.of(self._info, self._substream_wh), self._wh[0] / self._substream_wh[0]
        return DetectorLimits(limits.score, times * limits.resolution_px, times * limits.least_height_px)

    def _substream(self) -> SubstreamOptics | None:
        limits = self._substream_limits()
        if limits is None or self._substream_wh is None:
            return None
        fault = stream_fault(self._camera, self._info)(self._substream_wh)
        return SubstreamOptics(self._substream_wh, fault, self._lines(limits, {}))


def _notes(answer: CameraOptics) -> tuple[str, ...]:
    """Return what the picture's legend says besides its areas."""
    can = "a face could be recognised" if answer.is_recognisable else "no face can be recognised"
    return (f"shown and stored pictures: at most {answer.shown_px_per_m:g} px/m, {can}", *substream_notes(answer))


def substream_notes(answer: CameraOptics) -> tuple[str, ...]:
    """Return a sentence about the substream, if there is one."""
    if (less := answer.substream) is None:
        return ()
    w, h = less.picture_wh
    return (f"substream {w} x {h} px: " + ("analysed" if less.fault is None else f"not analysed, {less.fault}"),)
