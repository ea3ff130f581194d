"""The skeleton: joint positions of many people at once, from gait phase, speed and posture.

Segment lengths are shares of the height after Drillis and Contini (1966). Legs swing as sine waves, the knee bends
while its leg swings forward, the arms swing against the legs; the lower foot always touches the floor.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import IntEnum

import numpy as np

from passerby.contracts.arrays import F64, I64

THIGH, SHIN, ANKLE, HIP_SHOULDER, NECK, HEAD = 0.245, 0.246, 0.039, 0.288, 0.052, 0.115
UPPER_ARM, FOREARM = 0.186, 0.146
SOLE = 0.018


class Posture(IntEnum):
    """The posture of a person."""

    UPRIGHT = 0
    SITTING = 1
    LYING = 2


class Joint(IntEnum):
    """Rows of a skeleton."""

    HIP_L, HIP_R, KNEE_L, KNEE_R, ANKLE_L, ANKLE_R, TOE_L, TOE_R = range(8)
    SHOULDER_L, SHOULDER_R, ELBOW_L, ELBOW_R, WRIST_L, WRIST_R = range(8, 14)
    NECK, SKULL, CHIN, WAIST_L, WAIST_R = range(14, 19)


@dataclass(frozen=True, slots=True)
class Stance:
    """The input of the skeletons of N people: arrays (N,), phase in radians, heading in radians."""

    height_m: F64
    shoulders: F64
    hips: F64
    phase: F64
    speed_mps: F64
    posture: I64
    phone: F64


def stride_m(height_m: F64, speed_mps: F64) -> F64:
    """Length of one gait cycle (two steps), m; grows with the square root of the speed."""
    return np.asarray(height_m * 0.78 * np.sqrt(np.clip(speed_mps, 0.2, 5.0) / 1.34) + 0.1)


def _polar(angle: F64, length: F64) -> F64:
    """A limb hanging down, swung forward by `angle`: (N,) to (N, 3) in forward, left, up."""
    return np.stack([np.sin(angle) * length, np.zeros_like(angle), -np.cos(angle) * length], axis=-1)


def _leg(stance: Stance, phase: F64, swing: F64) -> tuple[F64, F64, F64]:
    """Knee, ankle and toe relative to the hip."""
    sit = stance.posture == Posture.SITTING
    thigh = np.where(sit, 1.45, swing * np.sin(phase) + 0.25 * swing)
    bend = np.where(sit, 1.45, 0.06 + 1.9 * swing * np.maximum(0, np.cos(phase)) ** 1.5)
    knee = _polar(thigh, THIGH * stance.height_m)
    ankle = knee + _polar(thigh - bend, SHIN * stance.height_m)
    pitch = np.where(sit, 0.0, np.minimum(0, thigh - bend) * 0.5)
    toe = ankle + 0.11 * stance.height_m[:, None] * np.stack([np.cos(pitch), 0 * pitch, np.sin(pitch) - 0.12], -1)
    return knee, ankle, toe


def _arm(stance: Stance, angle: F64, bend: F64, outward: float) -> tuple[F64, F64]:
    """Elbow and wrist relative to the shoulder."""
    spread = np.array([0.0, outward, 0.0]) * stance.height_m[:, None]
    elbow = _polar(angle, UPPER_ARM * stance.height_m) + spread * 0.02
    wrist = elbow + _polar(angle + bend, FOREARM * stance.height_m) - spread * 0.005
    return elbow, wrist


def _lay_down(joints: F64, height_m: F64) -> F64:
    """Turn upright skeletons onto their backs, head forward, centred on their place."""
    x, y, z = joints[..., 0], joints[..., 1], joints[..., 2]
    return np.stack([z - height_m[:, None] / 2, y, np.maximum(x + 0.12, 0.06)], axis=-1)


def skeleton(stance: Stance) -> F64:
    """Joint positions, float64 (N, 19, 3): forward, left, up in metres from the place on the floor."""
    height, n = stance.height_m, len(stance.height_m)
    moving = np.clip(stance.speed_mps / 0.4, 0, 1)
    step = stride_m(height, stance.speed_mps) / 2
    swing = np.arcsin(np.clip(step / (2 * (THIGH + SHIN) * height), 0, 0.75)) * moving
    run = np.clip((stance.speed_mps - 2.0) / 1.2, 0, 1)
    lean = 0.03 + 0.16 * run
    out = np.zeros((n, len(Joint), 3))
    left, up = np.array([0, 1.0, 0]), np.array([0, 0, 1.0])
    for side, sign in ((0, 1.0), (1, -1.0)):
        phase = stance.phase + (np.pi if side else 0)
        out[:, Joint.HIP_L + side] = sign * (stance.hips * height)[:, None] * left
        for joint, offset in zip(
            (Joint.KNEE_L, Joint.ANKLE_L, Joint.TOE_L), _leg(stance, phase, swing), strict=True
        ):
            out[:, joint + side] = out[:, Joint.HIP_L + side] + offset
    axis = np.stack([np.sin(lean), 0 * lean, np.cos(lean)], -1) * height[:, None]
    for side, sign in ((0, 1.0), (1, -1.0)):
        shoulder = axis * HIP_SHOULDER + sign * (stance.shoulders * height)[:, None] * left
        angle = 0.75 * swing * np.sin(stance.phase + (0 if side else np.pi)) * (1 + 0.3 * run)
        bend = 0.15 + 0.5 * swing + 1.2 * run
        if side:
            angle, bend = np.where(stance.phone > 0, 0.45, angle), np.where(stance.phone > 0, 1.75, bend)
        elbow, wrist = _arm(stance, angle, bend, sign)
        out[:, Joint.SHOULDER_L + side], out[:, Joint.ELBOW_L + side] = shoulder, shoulder + elbow
        out[:, Joint.WRIST_L + side] = shoulder + wrist
        out[:, Joint.WAIST_L + side] = axis * 0.085 + sign * (stance.hips * height)[:, None] * left * 0.92
    nod = np.where(stance.phone > 0, 0.03, 0.012)[:, None] * height[:, None] * np.array([1.0, 0, 0])
    out[:, Joint.NECK] = axis * (HIP_SHOULDER + 0.03)
    out[:, Joint.SKULL] = axis * (HIP_SHOULDER + NECK + 0.052) + nod + 0.012 * height[:, None] * up
    out[:, Joint.CHIN] = out[:, Joint.SKULL] + nod * 1.6 - 0.04 * height[:, None] * up
    ankles = out[:, Joint.ANKLE_L : Joint.ANKLE_R + 1, 2] - ANKLE * height[:, None]
    toes = out[:, Joint.TOE_L : Joint.TOE_R + 1, 2] - SOLE * height[:, None]
    out[..., 2] -= np.minimum(ankles, toes).min(axis=1)[:, None]
    lying = stance.posture == Posture.LYING
    out[lying] = _lay_down(out[lying], height[lying])
    return out
