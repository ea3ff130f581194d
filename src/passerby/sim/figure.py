"""Figures in the picture: outlines of all body parts of all people of a frame, in pixels, in a few array
operations."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from passerby.contracts.arrays import F64, I64, Bools
from passerby.sim.camera import NEAR_M, SimCamera
from passerby.sim.parts import BIAS_M, NAMES, Wardrobe, place_balls
from passerby.sim.pose import Joint, Posture, Stance, skeleton

SIDES = 20
_ANGLE = np.arange(SIDES) * (2 * np.pi / SIDES)
_DIRECTION = np.stack([np.cos(_ANGLE), np.sin(_ANGLE)])
# Four nested hulls per part: radius, shift towards the light as a share of the radius, brightness.
LAYERS = np.array([(1.0, 0.0, 0.74), (0.86, 0.10, 0.85), (0.64, 0.24, 0.95), (0.34, 0.44, 1.03)])
LIGHT = np.array([-0.45, -0.75])
HEAD = NAMES.index("head")


@dataclass(frozen=True, slots=True, eq=False)
class People:
    """N people at one time, for the renderer.

    id: int64 (N,). xyz_m (N, 3): position of the feet. heading_rad, speed_mps, phase_rad (N,). posture: int64
    (N,).
    """

    id: I64
    xyz_m: F64
    heading_rad: F64
    speed_mps: F64
    phase_rad: F64
    posture: I64
    wardrobe: Wardrobe

    def __len__(self) -> int:
        return len(self.id)

    def take(self, rows: I64) -> People:
        """Some of the people."""
        return People(
            id=self.id[rows],
            xyz_m=self.xyz_m[rows],
            heading_rad=self.heading_rad[rows],
            speed_mps=self.speed_mps[rows],
            phase_rad=self.phase_rad[rows],
            posture=self.posture[rows],
            wardrobe=self.wardrobe.take(rows),
        )


@dataclass(frozen=True, slots=True, eq=False)
class Outlines:
    """Outlines of N people for the rasteriser, far parts first.

    outline_px: float32 (N, P, L, S, 2). order: (N, P) part numbers from far to near. colour: uint8 (N, P, L, 3).
    box_px: (N, 4) around all discs. depth_m: (N,). face_px: (N, 4), NaN if the face is turned away.
    visible: (N,) bool, in front of the camera.
    """

    outline_px: F64
    order: I64
    worn: Bools
    colour: F64
    box_px: F64
    depth_m: F64
    face_px: F64
    visible: Bools


def world_balls(people: People, mirror: bool = False) -> tuple[F64, F64, F64]:
    """Centres (N, P, 4, 3) and radii (N, P, 4) in the world, and skeletons (N, 19, 3).

    `mirror` flips them under the floor.
    """
    w = people.wardrobe
    stance = Stance(w.height_m, w.shoulders, w.hips, people.phase_rad, people.speed_mps, people.posture, w.phone)
    joints = skeleton(stance)
    centres, radii = place_balls(joints, w)
    cos, sin = np.cos(people.heading_rad), np.sin(people.heading_rad)
    zero, one = np.zeros_like(cos), np.ones_like(cos)
    turn = np.stack([cos, -sin, zero, sin, cos, zero, zero, zero, one], -1).reshape(-1, 3, 3)
    centres = np.einsum("nij,npbj->npbi", turn, centres) + people.xyz_m[:, None, None]
    joints = np.einsum("nij,npj->npi", turn, joints) + people.xyz_m[:, None]
    if mirror:
        centres = centres * np.array([1, 1, -1.0]) + 2 * people.xyz_m[:, None, None] * np.array([0, 0, 1.0])
    return centres, radii, joints


def _hulls(centre_px: F64, radius_px: F64) -> F64:
    """Outline of the hull of discs by its support in `SIDES` directions: (..., B, 2), (..., B) to (..., S, 2)."""
    reach = np.einsum("...bk,ks->...sb", centre_px, _DIRECTION) + radius_px[..., None, :]
    best = reach.argmax(axis=-1)
    centre = np.take_along_axis(centre_px, best[..., None], axis=-2)
    radius = np.take_along_axis(radius_px, best, axis=-1)
    return np.asarray(centre + radius[..., None] * _DIRECTION.T)


def _faces(people: People, joints: F64, camera: SimCamera) -> F64:
    """Face boxes (N, 4) px where the face looks within 75 degrees of the camera, else NaN."""
    skull, chin = joints[:, Joint.SKULL], joints[:, Joint.CHIN]
    height = people.wardrobe.height_m[:, None]
    ahead = np.stack([np.cos(people.heading_rad), np.sin(people.heading_rad), 0 * people.heading_rad], -1)
    centre = (skull + chin) / 2 + ahead * 0.03 * height
    to_camera = np.array(camera.position_m) - centre
    cosine = (ahead * to_camera).sum(-1) / np.linalg.norm(to_camera, axis=-1)
    px, depth = camera.project(centre)
    half = camera.focal_px * height[:, 0] / np.maximum(depth, NEAR_M)
    box = np.stack(
        [px[:, 0] - 0.040 * half, px[:, 1] - 0.050 * half, px[:, 0] + 0.040 * half, px[:, 1] + 0.050 * half], -1
    )
    return np.where(((cosine > np.cos(np.radians(75))) & (depth > NEAR_M))[:, None], box, np.nan)


def draw_people(people: People, camera: SimCamera, mirror: bool = False) -> Outlines:
    """Project all parts of all people. A ball is drawn as a disc, its ellipse in perspective is neglected."""
    centres, radii, joints = world_balls(people, mirror)
    px, depth = camera.project(centres)
    radius = radii * camera.focal_px / np.maximum(depth, NEAR_M)
    lit = px[..., None, :, :] + LAYERS[:, 1][:, None, None] * radius[..., None, :, None] * LIGHT
    outline = _hulls(lit, radius[..., None, :] * LAYERS[:, 0][:, None])
    worn = people.wardrobe.worn
    rim = np.where(worn[:, :, None, None], outline[:, :, 0], np.nan)
    box = (
        np.concatenate([np.nanmin(rim, axis=(1, 2)), np.nanmax(rim, axis=(1, 2))], -1)
        if len(people)
        else np.zeros((0, 4))
    )
    hips, forward = joints[:, Joint.HIP_L : Joint.HIP_R + 1].mean(1), camera.rotation[2]
    part_depth = depth.mean(-1) - BIAS_M
    colour = np.clip(people.wardrobe.colour[:, :, None] * LAYERS[:, 2][:, None], 0, 255)
    return Outlines(
        outline_px=outline,
        order=np.argsort(-part_depth, axis=1, kind="stable"),
        worn=worn,
        colour=colour,
        box_px=box,
        depth_m=np.where(
            people.posture == Posture.LYING, depth.min(axis=(1, 2)), hips @ forward + camera.translation[2]
        ),
        face_px=_faces(people, joints, camera),
        visible=depth.min(axis=(1, 2)) > 0.3,
    )
