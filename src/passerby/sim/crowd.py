"""One step of the social-force model (Helbing and Molnar 1995), for all walkers at once.

Each walker is driven towards a wished velocity, away from others (more from those ahead) and away from walls.
"""

from __future__ import annotations

import numpy as np

from passerby.contracts.arrays import F64, Bools
from passerby.sim.geometry import Ground
from passerby.sim.route import inside

STEP_S = 0.04
RELAX_S = 0.5
PUSH_MPS2, PUSH_M, BODIES_M, BEHIND = 2.1, 0.28, 0.52, 0.25
WALL_MPS2, WALL_REACH_M, BODY_M = 4.0, 0.12, 0.27
TOP_MPS2 = 6.0


def _from_people(position: F64, velocity: F64, free: Bools) -> F64:
    """Forces between all people, (N, 2) m/s2."""
    if len(position) < 2:
        return np.zeros_like(position)
    apart = position[:, None] - position[None]
    gap = np.linalg.norm(apart, axis=-1)
    np.fill_diagonal(gap, np.inf)
    away = apart / np.maximum(gap, 1e-3)[..., None]
    speed = np.linalg.norm(velocity, axis=-1, keepdims=True)
    ahead = velocity / np.maximum(speed, 0.1)
    facing = -(away * ahead[:, None]).sum(-1)
    weight = BEHIND + (1 - BEHIND) * (1 + facing) / 2
    push = PUSH_MPS2 * np.exp(np.clip((BODIES_M - gap) / PUSH_M, -20, 2)) * weight
    push = push * (free[:, None] & free[None])
    # Slightly to the right, so that two people who meet head-on do not stop.
    aside = np.stack([away[..., 1], -away[..., 0]], -1) * 0.35 * np.maximum(facing, 0)[..., None]
    return np.asarray((push[..., None] * (away - aside)).sum(axis=1))


def nearest_on(rectangles: F64, position: F64) -> F64:
    """Vector from the nearest point of every rectangle (K, 4) to every position (N, 2): (N, K, 2)."""
    low, high = rectangles[None, :, :2], rectangles[None, :, 2:]
    return position[:, None] - np.clip(position[:, None], low, high)


def _from_walls(rectangles: F64, position: F64) -> F64:
    if not len(rectangles):
        return np.zeros_like(position)
    apart = nearest_on(rectangles, position)
    gap = np.linalg.norm(apart, axis=-1)
    push = WALL_MPS2 * np.exp(np.clip((BODY_M - gap) / WALL_REACH_M, -20, 1.5))
    return np.asarray((push[..., None] * apart / np.maximum(gap, 1e-3)[..., None]).sum(axis=1))


def push_out(rectangles: F64, position: F64) -> F64:
    """Move positions that ended up inside a rectangle to just outside its nearest side."""
    for i, k in np.argwhere(inside(position, rectangles)):
        x, y = position[i]
        x0, y0, x1, y1 = rectangles[k]
        exits = [(x - x0, 0, x0 - 0.02), (x1 - x, 0, x1 + 0.02), (y - y0, 1, y0 - 0.02), (y1 - y, 1, y1 + 0.02)]
        _, axis, value = min(exits)
        position[i, axis] = value
    return position


def advance(
    position: F64, velocity: F64, wished: F64, ground: Ground, free: Bools, on_deck: Bools
) -> tuple[F64, F64]:
    """Positions and velocities after `STEP_S`.

    free: walkers affected by others and walls; the rest follow their wished velocity exactly.
    on_deck: walkers who stop at the platform edge.
    """
    pull = (wished - velocity) / RELAX_S
    pull += _from_people(position, velocity, free)
    walls = _from_walls(ground.blocked, position) + _from_walls(ground.pits, position) * on_deck[:, None]
    pull = np.where(free[:, None], pull + walls, (wished - velocity) / 0.2)
    size = np.linalg.norm(pull, axis=-1, keepdims=True)
    pull *= np.minimum(1, TOP_MPS2 / np.maximum(size, 1e-9))
    velocity = velocity + pull * STEP_S
    limit = np.maximum(np.linalg.norm(wished, axis=-1, keepdims=True) * 1.15, 0.6)
    pace = np.linalg.norm(velocity, axis=-1, keepdims=True)
    velocity = velocity * np.minimum(1, limit / np.maximum(pace, 1e-9))
    moved = position + velocity * STEP_S
    moved[free] = push_out(ground.blocked, moved[free])
    held = free & on_deck
    moved[held] = push_out(ground.pits, moved[held])
    return moved, velocity
