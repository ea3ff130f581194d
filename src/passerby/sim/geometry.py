"""From the station's model to the rectangles of the renderer and the obstacles of walkers."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from passerby.contracts.arrays import F64
from passerby.sim.backdrop import Quad, box_quads
from passerby.sim.layout import Box, Opening, Stairs, StationLayout, TrackModel
from passerby.sim.train import Track

PIT_M = -1.1
EDGE_STRIP_M = 0.45
WALL_M = 1.0


@dataclass(frozen=True, slots=True, eq=False)
class Ground:
    """The area of people. Rectangles are x0, y0, x1, y1 in metres.

    blocked: float64 (K, 4), boxes and walls. pits: (T, 4), track beds. stairs: as modelled.
    """

    blocked: F64
    pits: F64
    stairs: tuple[Stairs, ...]

    def height_m(self, xy_m: F64) -> F64:
        """Height of the floor at points (N, 2): 0, below it on a track bed, above it on stairs."""
        height = np.zeros(len(xy_m))
        for x0, y0, x1, y1 in self.pits:
            inside = (xy_m[:, 0] > x0) & (xy_m[:, 0] < x1) & (xy_m[:, 1] > y0) & (xy_m[:, 1] < y1)
            height[inside] = PIT_M
        for stair in self.stairs:
            (x0, x1), (y0, y1) = stair.x_m, stair.y_m
            along = (xy_m[:, 0] - x0) / (x1 - x0)
            along = along if stair.toward == "+x" else 1 - along
            inside = (xy_m[:, 1] > y0) & (xy_m[:, 1] < y1) & (along > 0)
            height[inside] = stair.rise_m * np.clip(along[inside], 0, 1)
        return height


def copies(box: Box) -> list[Box]:
    """A box and its repetitions."""
    shifts = [(k * box.every_m[0], k * box.every_m[1]) for k in range(box.repeat)]
    return [
        box.model_copy(
            update={"x_m": (box.x_m[0] + dx, box.x_m[1] + dx), "y_m": (box.y_m[0] + dy, box.y_m[1] + dy)}
        )
        for dx, dy in shifts
    ]


def _wall(layout: StationLayout, wall: str) -> list[Quad]:
    """A long wall with its openings left out."""
    y = layout.y_m[0] if wall == "y_low" else layout.y_m[1]
    low, quads, x = PIT_M, [], layout.x_m[0]
    for gap in sorted((o for o in layout.openings if o.wall == wall), key=lambda o: o.x_m):
        quads.append(Quad(1, y, (x, low), (gap.x_m[0], layout.ceiling_m), layout.walls))
        quads.append(Quad(1, y, (gap.x_m[0], gap.height_m), (gap.x_m[1], layout.ceiling_m), layout.walls))
        x = gap.x_m[1]
    return [*quads, Quad(1, y, (x, low), (layout.x_m[1], layout.ceiling_m), layout.walls)]


def _recess(layout: StationLayout, gap: Opening) -> list[Quad]:
    """The passage behind an opening."""
    (x0, x1), high = gap.x_m, gap.height_m
    y0, y1 = recess_y_m(layout, gap)
    back = y0 if gap.wall == "y_low" else y1
    return [
        Quad(2, 0.0, (x0, y0), (x1, y1), "concrete", floor=True),
        Quad(2, high, (x0, y0), (x1, y1), "glow"),
        Quad(0, x0, (y0, 0.0), (y1, high), layout.ends),
        Quad(0, x1, (y0, 0.0), (y1, high), layout.ends),
        Quad(1, back, (x0, 0.0), (x1, high), "dark"),
    ]


def recess_y_m(layout: StationLayout, gap: Opening) -> tuple[float, float]:
    """The extent of a passage behind its wall."""
    low, high = layout.y_m
    return (low - gap.depth_m, low) if gap.wall == "y_low" else (high, high + gap.depth_m)


def pit_y_m(track: TrackModel) -> tuple[float, float]:
    """The extent of a track bed across the track."""
    far = track.edge_y_m + track.side * track.width_m
    return min(track.edge_y_m, far), max(track.edge_y_m, far)


def _track(layout: StationLayout, track: TrackModel) -> list[Quad]:
    """Bed, platform wall, edge stones and yellow line."""
    x0, x1 = layout.x_m
    y0, y1 = pit_y_m(track)
    edge, inward = track.edge_y_m, -track.side
    strip = sorted((edge, edge + inward * EDGE_STRIP_M))
    yellow = sorted((edge + inward * EDGE_STRIP_M, edge + inward * track.yellow_m))
    return [
        Quad(2, PIT_M, (x0, y0), (x1, y1), "track", origin=(0.0, y0), floor=True),
        Quad(1, edge, (x0, PIT_M), (x1, 0.0), "concrete_dark"),
        Quad(2, 0.001, (x0, strip[0]), (x1, strip[1]), "edge", floor=True),
        Quad(2, 0.001, (x0, yellow[0]), (x1, yellow[1]), "yellow", floor=True),
    ]


def _stairs(stair: Stairs) -> list[Quad]:
    (x0, x1), (y0, y1) = stair.x_m, stair.y_m
    run, rise = (x1 - x0) / stair.steps, stair.rise_m / stair.steps
    quads = []
    for k in range(stair.steps):
        low = x0 + k * run if stair.toward == "+x" else x1 - (k + 1) * run
        front = low if stair.toward == "+x" else low + run
        quads.append(Quad(2, (k + 1) * rise, (low, y0), (low + run, y1), "stair", floor=True))
        quads.append(Quad(0, front, (y0, k * rise), (y1, (k + 1) * rise), "concrete_dark"))
        nose = front + (0.0 if stair.toward == "+x" else -0.05)
        quads.append(Quad(2, (k + 1) * rise + 0.002, (nose, y0), (nose + 0.05, y1), "yellow", floor=True))
        for y in (y0, y1):
            quads.append(Quad(1, y, (low, 0.0), (low + run, (k + 1) * rise + 0.9), "wall_plain"))
    return quads


def quads_of(layout: StationLayout) -> list[Quad]:
    """Every rectangle of the empty station."""
    (x0, x1), (y0, y1), high = layout.x_m, layout.y_m, layout.ceiling_m
    quads = [
        Quad(2, 0.0, (f.x_m[0], f.y_m[0]), (f.x_m[1], f.y_m[1]), f.material, floor=True) for f in layout.floors
    ]
    quads += [Quad(2, high, (x0, y0), (x1, y1), layout.ceiling)]
    quads += [Quad(0, x, (y0, PIT_M), (y1, high), layout.ends) for x in (x0, x1)]
    quads += [*_wall(layout, "y_low"), *_wall(layout, "y_high")]
    for gap in layout.openings:
        quads += _recess(layout, gap)
    for track in layout.tracks:
        quads += _track(layout, track)
    for stair in layout.stairs:
        quads += _stairs(stair)
    for box in (one for model in layout.boxes for one in copies(model)):
        low, top = zip(box.x_m, box.y_m, box.z_m, strict=True)
        quads += box_quads(np.array(low), np.array(top), box.material)
    return quads


def _wall_blocks(layout: StationLayout) -> list[tuple[float, float, float, float]]:
    (x0, x1), (y0, y1) = layout.x_m, layout.y_m
    blocks = [(x0 - WALL_M, y0 - WALL_M, x0, y1 + WALL_M), (x1, y0 - WALL_M, x1 + WALL_M, y1 + WALL_M)]
    for wall, low, top in (("y_low", y0 - WALL_M, y0), ("y_high", y1, y1 + WALL_M)):
        x = x0
        for gap in sorted((o for o in layout.openings if o.wall == wall), key=lambda o: o.x_m):
            deep = recess_y_m(layout, gap)
            blocks += [(x, low, gap.x_m[0], top)]
            blocks += [
                (gap.x_m[0] - 0.3, deep[0], gap.x_m[0], deep[1]),
                (gap.x_m[1], deep[0], gap.x_m[1] + 0.3, deep[1]),
            ]
            x = gap.x_m[1]
        blocks += [(x, low, x1, top)]
    return blocks


def ground_of(layout: StationLayout) -> Ground:
    """The obstacles of walkers: walls, solid boxes below head height, stair flanks; and the track beds."""
    blocks = _wall_blocks(layout)
    for box in (one for model in layout.boxes for one in copies(model)):
        if box.solid and box.z_m[0] < 1.8:
            blocks.append((box.x_m[0], box.y_m[0], box.x_m[1], box.y_m[1]))
    for stair in layout.stairs:
        (x0, x1), (y0, y1) = stair.x_m, stair.y_m
        blocks += [(x0, y0 - 0.15, x1, y0 + 0.05), (x0, y1 - 0.05, x1, y1 + 0.15)]
    pits = [(layout.x_m[0], pit_y_m(t)[0], layout.x_m[1], pit_y_m(t)[1]) for t in layout.tracks]
    return Ground(np.array(blocks).reshape(-1, 4), np.array(pits).reshape(-1, 4), layout.stairs)


def tracks_of(layout: StationLayout) -> dict[str, Track]:
    """The tracks, by name, as trains use them."""
    return {
        t.name: Track(t.name, t.edge_y_m, t.side, t.stop_x_m, t.direction, t.length_m, t.livery)
        for t in layout.tracks
    }
