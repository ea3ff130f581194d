"""The model of a detector's boxes as tables."""

from __future__ import annotations

from passerby.evals.box_noise import BoxNoise
from passerby.evals.result import Cell, Report, Table


def boxes_report(noise: BoxNoise) -> Report:
    """Return the tables of a model."""
    heads = tuple(f"visible from {share:g}" for share in noise.visible)
    found: tuple[tuple[Cell, ...], ...] = tuple(
        (f"{height:g} px", *row) for height, row in zip(noise.height_px, noise.found, strict=True)
    )
    errors: tuple[tuple[Cell, ...], ...] = tuple(
        (f"{height:g} px", *(f"{b:+.3f} ± {s:.3f}, {t:g} s" for b, s, t in zip(bias, sd, time_s, strict=True)))
        for height, (*_, bias), (*_, sd), (*_, time_s) in zip(
            noise.height_px, noise.bias, noise.sd, noise.jitter_s, strict=True
        )
    )
    return Report(
        suite="boxes",
        title="Model of the boxes of a detector",
        settings=(
            ("detector", f"{noise.detector} {noise.input_wh[0]}x{noise.input_wh[1]}, sha256 {noise.sha256[:12]}"),
            ("false boxes", f"{noise.false_per_frame:g} per frame, each for {noise.false_s:g} s"),
            ("quality", f"correlated for {noise.quality_s:g} s"),
        ),
        tables=(
            Table("Found, by height in the input", ("height from", *heads), found),
            Table(
                "Errors of boxes of people who are not occluded, in heights of the person",
                ("height from", "centre", "lower edge", "width", "height"),
                errors,
                "Median ± robust deviation, and the time for which an error is correlated.",
            ),
        ),
    )
