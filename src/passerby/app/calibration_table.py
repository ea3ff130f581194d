"""The output of `passerby calibrate`: mounting with errors, residuals, expected speed errors, YAML to paste."""

from __future__ import annotations

from collections.abc import Sequence

from rich.console import Console
from rich.table import Table

from passerby.ground.calibration.quality import Band, Miss
from passerby.ground.calibration.selfcal import WalkerFit
from passerby.ground.geometry.mounting import WH


def print_found(
    fit: WalkerFit | None,
    picture_wh: WH,
    rms_cm: float | None,
    misses: Sequence[Miss],
    bands: Sequence[Band],
    usable: float,
    image: str | None,
) -> None:
    """Print a floor and its accuracy."""
    console = Console(highlight=False, soft_wrap=True)
    if fit is not None:
        _mounting(console, fit, picture_wh)
    if misses:
        _misses(console, misses, rms_cm)
    _bands(console, bands, usable)
    if fit is not None:
        console.print(
            "\nPaste this under the camera, or keep people: true to refine it while running:", style="dim"
        )
        console.print(yaml_block(fit, picture_wh), markup=False)
    if image:
        console.print(f"Metre grid on a redacted still: {image}", markup=False)


def yaml_block(fit: WalkerFit, picture_wh: WH) -> str:
    """Return the mounting as configuration."""
    m = fit.mounting
    return (
        f"    picture_px: [{picture_wh[0]}, {picture_wh[1]}]\n"
        f"    calibration:   # learned from {fit.walkers} walkers; a metre is known to {fit.length_sd:.0%}\n"
        f"      height_m: {m.height_m:.2f}\n      tilt_deg: {m.tilt_deg:.1f}\n"
        f"      roll_deg: {m.roll_deg:.1f}\n      focal_px: {m.focal_px:.0f}\n"
    )


def _mounting(console: Console, fit: WalkerFit, picture_wh: WH) -> None:
    m, sd = fit.mounting, fit.mounting.sd
    table = Table(title=f"Learned from {fit.walkers} walkers", title_justify="left", box=None, pad_edge=False)
    table.add_column("")
    table.add_column("value", justify="right")
    table.add_column("± 1 sd", justify="right")
    rows = (
        ("height of the camera", f"{m.height_m:.2f} m", f"{sd[0]:.2f}"),
        ("looks down", f"{m.tilt_deg:.1f}°", f"{sd[1]:.1f}"),
        ("turned clockwise", f"{m.roll_deg:.1f}°", f"{sd[2]:.1f}"),
        ("focal length", f"{m.focal_px:.0f} px", f"{sd[3]:.0f}"),
        ("field of view", f"{m.hfov_deg(picture_wh):.1f}° wide", ""),
        ("a metre on the floor, at worst", "", f"{fit.length_sd:.1%}"),
        ("residual: people, boxes of one", f"{fit.residual.people:.1%}, {fit.residual.boxes:.1%}", ""),
        ("walkers with little weight", f"{fit.doubted:.0%}", ""),
    )
    for row in rows:
        table.add_row(*row)
    console.print(table)


def _misses(console: Console, misses: Sequence[Miss], rms_cm: float | None) -> None:
    worst = max(misses, key=lambda miss: abs(miss.cm))
    for miss in misses:
        console.print(f"  {miss.what:<40} {miss.cm:6.1f} cm", markup=False)
    root = "" if rms_cm is None else f"residual {rms_cm:.1f} cm; "
    console.print(f"{root}worst is {worst.what}: {abs(worst.cm):.1f} cm", markup=False)


def _bands(console: Console, bands: Sequence[Band], usable: float) -> None:
    table = Table(
        title="Expected accuracy in the middle of the picture", title_justify="left", box=None, pad_edge=False
    )
    for head in ("row", "px per metre", "a speed ± 1 sd"):
        table.add_column(head, justify="right")
    for band in bands:
        scale = "no floor" if band.px_per_m is None else f"{band.px_per_m:.0f}"
        speed = "no number" if band.speed_sd_mps is None else f"{band.speed_sd_mps:.2f} m/s"
        table.add_row(f"{band.y_px} px", scale, speed)
    console.print(table)
    console.print(f"Speeds are known to 0.2 m/s or better in {usable:.0%} of the picture.")
