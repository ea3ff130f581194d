"""Bodies as hulls of balls: each part of a figure is the convex hull of up to four balls in space.

A limb is the hull of two balls (a tapered capsule), a torso of four. In the picture every ball is a disc, and the
outline of a part is that of the hull of its discs: no meshes, and all people of a frame in a few array operations.
"""

from __future__ import annotations

from dataclasses import dataclass, fields

import numpy as np

from passerby.contracts.arrays import F64, I64, Bools
from passerby.sim.looks import Outfit, flags, numbers
from passerby.sim.pose import Joint

J = Joint


@dataclass(frozen=True, slots=True)
class Ball:
    """A ball at a joint: radius and offset as shares of the height; `thick` balls grow with girth."""

    joint: Joint
    radius: float
    forward: float = 0.0
    up: float = 0.0
    left: float = 0.0
    thick: float = 0.0


@dataclass(frozen=True, slots=True)
class Part:
    """One convex piece. colour: a field of Look; worn: a field of Look that must be true, `!` negates."""

    name: str
    colour: str
    balls: tuple[Ball, ...]
    worn: str = ""
    bias_m: float = 0.0


def _pair(name: str, colour: str, left: Joint, *balls: tuple[int, float, float], worn: str = "") -> list[Part]:
    """The same limb on both sides; balls are (joint offset from `left`, radius, thick)."""
    return [
        Part(
            f"{name}_{'lr'[side]}",
            colour,
            tuple(Ball(Joint(left + j + side), r, thick=t) for j, r, t in balls),
            worn,
        )
        for side in (0, 1)
    ]


PARTS: tuple[Part, ...] = (
    *_pair("shoe", "shoes", J.ANKLE_L, (0, 0.024, 0), (2, 0.018, 0)),
    *_pair("shin", "bottom", J.KNEE_L, (0, 0.031, 0.5), (2, 0.023, 0.3), worn="!skirt"),
    *_pair("calf", "skin", J.KNEE_L, (0, 0.028, 0.5), (2, 0.019, 0.3), worn="skirt"),
    *_pair("thigh", "bottom", J.HIP_L, (0, 0.049, 0.8), (2, 0.032, 0.5)),
    Part("seat", "bottom", (
        Ball(J.HIP_L, 0.05, thick=0.8), Ball(J.HIP_R, 0.05, thick=0.8),
        Ball(J.WAIST_L, 0.045, thick=1), Ball(J.WAIST_R, 0.045, thick=1))),
    Part("skirt", "bottom", (
        Ball(J.WAIST_L, 0.045, thick=1), Ball(J.WAIST_R, 0.045, thick=1),
        Ball(J.KNEE_L, 0.052, up=0.02), Ball(J.KNEE_R, 0.052, up=0.02)), "skirt", 0.02),
    Part("torso", "top", (
        Ball(J.SHOULDER_L, 0.036, up=-0.012, left=-0.012, thick=0.4),
        Ball(J.SHOULDER_R, 0.036, up=-0.012, left=0.012, thick=0.4),
        Ball(J.WAIST_L, 0.044, up=-0.03, thick=1), Ball(J.WAIST_R, 0.044, up=-0.03, thick=1))),
    Part("chest", "top", (
        Ball(J.SHOULDER_L, 0.044, forward=0.016, up=-0.055, left=-0.032, thick=0.8),
        Ball(J.SHOULDER_R, 0.044, forward=0.016, up=-0.055, left=0.032, thick=0.8),
        Ball(J.WAIST_L, 0.043, forward=0.01, thick=1), Ball(J.WAIST_R, 0.043, forward=0.01, thick=1))),
    Part("collar", "top", (
        Ball(J.SHOULDER_L, 0.026, up=0.002, left=-0.03), Ball(J.SHOULDER_R, 0.026, up=0.002, left=0.03),
        Ball(J.NECK, 0.033, left=0.01), Ball(J.NECK, 0.033, left=-0.01)), "", 0.01),
    Part("coat", "top", (
        Ball(J.WAIST_L, 0.052, thick=1), Ball(J.WAIST_R, 0.052, thick=1),
        Ball(J.KNEE_L, 0.055, up=0.06), Ball(J.KNEE_R, 0.055, up=0.06)), "coat", 0.03),
    Part("shirt", "accent", (
        Ball(J.NECK, 0.022, forward=0.040, up=-0.02), Ball(J.WAIST_L, 0.018, forward=0.050, left=-0.032),
        Ball(J.WAIST_R, 0.018, forward=0.050, left=0.032)), "open_jacket", 0.05),
    *_pair("upper_arm", "top", J.SHOULDER_L, (0, 0.034, 0.4), (2, 0.026, 0.4)),
    *_pair("forearm", "top", J.ELBOW_L, (0, 0.027, 0.4), (2, 0.020, 0.2)),
    *[Part(f"hand_{'lr'[s]}", "skin", (Ball(Joint(J.WRIST_L + s), 0.021, up=-0.012),
                                       Ball(Joint(J.WRIST_L + s), 0.017, up=-0.038))) for s in (0, 1)],
    Part("neck", "skin", (Ball(J.NECK, 0.030), Ball(J.SKULL, 0.028, up=-0.03))),
    Part("head", "skin", (Ball(J.SKULL, 0.043, forward=0.006, up=0.004), Ball(J.CHIN, 0.029, up=0.004))),
    Part("hair", "hair", (Ball(J.SKULL, 0.047, forward=-0.010, up=0.013),
        Ball(J.SKULL, 0.040, forward=-0.014, up=-0.01))),
    Part("fringe", "hair", (Ball(J.SKULL, 0.026, forward=0.014, up=0.036, left=0.012),
                            Ball(J.SKULL, 0.026, forward=0.014, up=0.036, left=-0.012)), "", 0.03),
    Part("long_hair", "hair", (Ball(J.SKULL, 0.046, forward=-0.014, up=0.01),
                               Ball(J.NECK, 0.036, forward=-0.022, up=-0.02, left=0.015),
                               Ball(J.NECK, 0.036, forward=-0.022, up=-0.02, left=-0.015)), "long_hair"),
    Part("hat", "accent", (Ball(J.SKULL, 0.044, up=0.030),
        Ball(J.SKULL, 0.047, up=0.012, forward=-0.008)), "hat", 0.02),
    Part("brim", "accent", (Ball(J.SKULL, 0.028, up=0.026, forward=0.04),
        Ball(J.SKULL, 0.034, up=0.03)), "hat", 0.04),
    Part("scarf", "accent", (Ball(J.NECK, 0.044, left=0.015), Ball(J.NECK, 0.044, left=-0.015)), "scarf", 0.03),
    Part("backpack", "bag", (
        Ball(J.SHOULDER_L, 0.05, forward=-0.095, up=-0.03, left=-0.045),
        Ball(J.SHOULDER_R, 0.05, forward=-0.095, up=-0.03, left=0.045),
        Ball(J.WAIST_L, 0.056, forward=-0.095, up=0.05),
        Ball(J.WAIST_R, 0.056, forward=-0.095, up=0.05)), "backpack"),
    Part("side_bag", "bag", (
        Ball(J.HIP_R, 0.036, left=-0.05, up=0.01, forward=0.05),
        Ball(J.HIP_R, 0.036, left=-0.05, up=0.01, forward=-0.05),
        Ball(J.HIP_R, 0.040, left=-0.05, up=-0.08, forward=0.06),
        Ball(J.HIP_R, 0.040, left=-0.05, up=-0.08, forward=-0.06)),
        "side_bag"),
    Part("phone", "shoes", (Ball(J.WRIST_R, 0.014, up=0.01, forward=0.02),
                            Ball(J.WRIST_R, 0.014, up=0.04, forward=0.03)), "phone"),
    Part("suitcase", "bag", (
        Ball(J.ANKLE_R, 0.05, left=-0.15, up=0.02, forward=-0.10),
        Ball(J.ANKLE_R, 0.05, left=-0.15, up=0.02, forward=-0.18),
        Ball(J.ANKLE_R, 0.05, left=-0.15, up=0.27, forward=-0.12),
        Ball(J.ANKLE_R, 0.05, left=-0.15, up=0.27, forward=-0.20)),
        "suitcase"),
    Part("bag_alone", "bag", (
        Ball(J.ANKLE_L, 0.055, left=0.06, up=0.015), Ball(J.ANKLE_R, 0.055, left=-0.06, up=0.015),
        Ball(J.ANKLE_L, 0.045, left=0.05, up=0.14), Ball(J.ANKLE_R, 0.045, left=-0.05, up=0.14)), "just_bag"),
)  # fmt: skip
NAMES = tuple(part.name for part in PARTS)
BALLS = 4


def _table() -> F64:
    """PARTS as numbers: (P, 4, 6) joint, radius, forward, up, left, thick; short parts repeat their last ball."""
    rows = np.zeros((len(PARTS), BALLS, 6))
    for p, part in enumerate(PARTS):
        for b in range(BALLS):
            ball = part.balls[min(b, len(part.balls) - 1)]
            rows[p, b] = (ball.joint, ball.radius, ball.forward, ball.up, ball.left, ball.thick)
    return rows


TABLE = _table()
BIAS_M = np.array([part.bias_m for part in PARTS])


@dataclass(frozen=True, slots=True, eq=False)
class Wardrobe:
    """The looks of N people as arrays: worn (N, P) bool, colour (N, P, 3) BGR, girth and height (N,)."""

    worn: Bools
    colour: F64
    girth: F64
    height_m: F64
    shoulders: F64
    hips: F64
    phone: F64

    @classmethod
    def of(cls, looks: list[Outfit]) -> Wardrobe:
        """Tabulate looks once, to be used for every frame."""
        worn = np.ones((len(looks), len(PARTS)), dtype=bool)
        colour = np.zeros((len(looks), len(PARTS), 3))
        for p, part in enumerate(PARTS):
            if part.worn:
                field = flags(looks, part.worn.lstrip("!"))
                worn[:, p] = ~field if part.worn.startswith("!") else field
            colour[:, p] = [getattr(look, part.colour) for look in looks] if looks else 0
        worn &= (np.array(NAMES) == "bag_alone") == flags(looks, "just_bag")[:, None]
        girth, height, shoulders, hips = (numbers(looks, k) for k in ("girth", "height_m", "shoulders", "hips"))
        return cls(worn, colour, girth, height, shoulders, hips, flags(looks, "phone").astype(float))

    def take(self, rows: I64) -> Wardrobe:
        """The same for some of the people."""
        return Wardrobe(**{field.name: getattr(self, field.name)[rows] for field in fields(self)})


def place_balls(joints: F64, wardrobe: Wardrobe) -> tuple[F64, F64]:
    """Centres (N, P, 4, 3) in the figure's own axes and radii (N, P, 4), metres."""
    height = wardrobe.height_m[:, None, None]
    offset = TABLE[..., [2, 4, 3]] * height[..., None]
    centres = joints[:, TABLE[..., 0].astype(int)] + offset
    thick = 1 + TABLE[..., 5] * (wardrobe.girth[:, None, None] - 1)
    return centres, TABLE[..., 1] * height * thick
