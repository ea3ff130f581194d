"""The model of a detector's boxes as tables."""

from __future__ import annotations

from passerby.evals.box_noise import BoxNoise
from passerby.evals.result import Cell, Report, Table

EDGES = ("centre", "lower edge", "width", "upper edge")


def boxes_report(noise: BoxNoise) -> Report:
    """Return the tables of a model."""
    heads = tuple(f"visible from {share:g}" for share in noise.visible)
    found: tuple[tuple[Cell, ...], ...] = tuple(
        (f"{height:g} px", *row) for height, row in zip(noise.height_px, noise.found, strict=True)
    )
    errors: tuple[tuple[Cell, ...], ...] = tuple(
        (f"{height:g} px", *(f"{b:+.3f} ± {s:.3f}, {k:.2f}" for b, s, k in zip(bias, sd, slow, strict=True)))
        for height, (*_, bias), (*_, sd), (*_, (_, *slow)) in zip(
            noise.height_px, noise.bias, noise.sd, noise.slow, strict=True
        )
    )
    return Report(
        suite="boxes",
        title="Model of the boxes of a detector",
        settings=(
            ("detector", f"{noise.detector} {noise.input_wh[0]}x{noise.input_wh[1]}, sha256 {noise.sha256[:12]}"),
            ("false boxes", f"{noise.false_per_frame:g} per frame, each for {noise.false_s:g} s"),
            *(
                (what, f"slow part correlated for {slow:g} s, fast part for {fast:g} s")
                for what, slow, fast in zip(("quality", *EDGES), noise.slow_s, noise.fast_s, strict=True)
            ),
        ),
        tables=(
            Table("Found, by height in the input", ("height from", *heads), found),
            Table(
                "Errors of boxes of people who are not occluded, in heights of the person",
                ("height from", *EDGES),
                errors,
                "Median ± robust deviation, and the share of the slow part in the variance.",
            ),
        ),
    )
