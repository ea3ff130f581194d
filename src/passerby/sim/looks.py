"""The appearance of simulated people: build, clothes, hair, bags and skin, from wide and even distributions.

It only makes the drawn crowd as varied as a real one.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from passerby.contracts.arrays import F64, Bools

Colour = tuple[int, int, int]

# Ten skin tones from light to dark at even steps of lightness, BGR.
SKIN = np.linspace((196, 214, 240), (34, 48, 72), 10)
HAIR = np.array([(20, 18, 18), (28, 34, 52), (40, 62, 96), (70, 110, 160), (120, 165, 205), (160, 160, 165)])
CLOTH = np.array(
    [
        (38, 34, 32), (52, 48, 46), (78, 60, 44), (96, 66, 36), (60, 72, 92), (88, 92, 98), (140, 142, 146),
        (196, 198, 202), (228, 230, 232), (60, 48, 150), (40, 70, 190), (70, 110, 60), (160, 110, 60),
        (120, 80, 120), (60, 150, 200), (170, 150, 120), (110, 150, 190),
    ]
)  # fmt: skip
CLOTH_SHARE = np.array([14, 10, 10, 7, 7, 7, 6, 6, 6, 4, 4, 4, 5, 2, 2, 3, 3]) / 100
BOTTOM = np.array([(40, 36, 34), (80, 56, 40), (110, 78, 50), (60, 58, 58), (110, 130, 150), (48, 52, 56)])
SHOES = np.array([(24, 24, 26), (40, 50, 70), (220, 220, 224), (70, 70, 74)])


@dataclass(frozen=True, slots=True)
class Outfit:
    """The appearance of one person.

    height_m; girth: 1 is average. shoulders, hips: half widths as a fraction of the height.
    long_hair, hat, coat, skirt, backpack, side_bag, suitcase, open_jacket, scarf, phone: worn or not.
    just_bag: a bag that stands alone.
    The colours are BGR.
    """

    height_m: float
    girth: float
    shoulders: float
    hips: float
    long_hair: bool
    hat: bool
    coat: bool
    skirt: bool
    backpack: bool
    side_bag: bool
    suitcase: bool
    open_jacket: bool
    scarf: bool
    phone: bool
    just_bag: bool
    skin: Colour
    hair: Colour
    top: Colour
    bottom: Colour
    shoes: Colour
    accent: Colour
    bag: Colour


def _colour(rng: np.random.Generator, table: F64, share: F64 | None = None, spread: float = 10.0) -> Colour:
    base = table[rng.choice(len(table), p=share)] + rng.normal(0, spread, 3)
    b, g, r = np.clip(base, 8, 245).astype(int)
    return int(b), int(g), int(r)


def random_look(rng: np.random.Generator, *, child: bool = False, worker: bool = False) -> Outfit:
    """Draw one look; `child` is 1.0 to 1.35 m tall, `worker` wears a high-visibility vest."""
    narrow = bool(rng.random() < 0.5)
    height = rng.uniform(1.0, 1.35) if child else np.clip(rng.normal(1.65 if narrow else 1.77, 0.07), 1.45, 2.02)
    has = rng.random(10) < (
        0.62 if narrow else 0.08,
        0.16,
        0.28,
        0.3 if narrow else 0.0,
        0.24,
        0.3,
        0.09,
        0.4,
        0.2,
        0.3,
    )
    vest = (60, 200, 220) if rng.random() < 0.5 else (20, 120, 245)
    return Outfit(
        height_m=float(height),
        girth=float(np.clip(rng.normal(1.0, 0.13), 0.8, 1.5)),
        shoulders=float(rng.normal(0.106 if narrow else 0.118, 0.005)),
        hips=float(rng.normal(0.060 if narrow else 0.054, 0.003)),
        long_hair=bool(has[0]),
        hat=bool(has[1]) or worker,
        coat=bool(has[2]) and not worker and not child,
        skirt=bool(has[3]) and not worker,
        backpack=bool(has[4]) and not worker,
        side_bag=bool(has[5]) and not worker and not child,
        suitcase=bool(has[6]) and not worker and not child,
        open_jacket=bool(has[7]),
        scarf=bool(has[8]),
        phone=bool(has[9]) and not child,
        just_bag=False,
        skin=_colour(rng, SKIN, spread=5),
        hair=_colour(rng, HAIR, spread=6),
        top=vest if worker else _colour(rng, CLOTH, CLOTH_SHARE),
        bottom=_colour(rng, BOTTOM),
        shoes=_colour(rng, SHOES),
        accent=vest if worker else _colour(rng, CLOTH),
        bag=_colour(rng, CLOTH, CLOTH_SHARE),
    )


def left_bag(rng: np.random.Generator) -> Outfit:
    """A bag alone: only the bag is drawn."""
    return replace(random_look(rng), just_bag=True, height_m=1.7)


def flags(looks: list[Outfit], name: str) -> Bools:
    """One boolean field of many looks as an array (N,)."""
    return np.array([getattr(look, name) for look in looks], dtype=bool)


def numbers(looks: list[Outfit], name: str) -> F64:
    """One numeric field of many looks as an array (N,)."""
    return np.array([getattr(look, name) for look in looks], dtype=float)
