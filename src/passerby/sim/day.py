"""A day of the platform station as a scenario: timetable, rush hours, a quiet noon, a closed night, and actors.

The day begins and ends at 04:00. People, delays and actors are drawn from the seed. Rates, headways and the order
of the day are those of a metro with two rush hours; the numbers are by judgement.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from passerby.sim.library import load_scenario
from passerby.sim.scenario import Actor, Flow, Scenario, ScriptStep, TrainTimetable
from passerby.sim.surroundings import stops_of
from passerby.sim.train import Stop

BEGIN_H, DAY_S, HOUR_S = 4.0, 86_400.0, 3600.0
TRACK = "track-1"
# Passengers wait behind the yellow line.
WAITING_M = ((6.0, 1.0), (32.0, 4.3))
# Analysed at 5 frames per second, as a unit does; the truth is taken at the same rate.
FPS = 5.0
RULES: tuple[dict[str, object], ...] = (
    {"kind": "line_crossing", "line": "middle"},
    {"kind": "fast_movement", "zone": "platform", "speed_mps": 2.4, "hold_s": 0.8},
    {"kind": "loitering", "zone": "platform", "clock": "departures", "departures": 3},
    {"kind": "intrusion", "zone": "track"},
    {"kind": "crowding", "zone": "platform", "density_per_m2": 0.6, "hold_s": 10},
    {"kind": "fall", "zone": "platform"},
    {"kind": "may_need_help", "zone": "edge", "object_still_s": None},
)


@dataclass(frozen=True, slots=True)
class Period:
    """A part of the day. per_hour: people who come to travel; alight: people off each train; groups: sizes."""

    name: str
    from_h: float
    to_h: float
    per_hour: float
    headway_s: float
    alight: tuple[int, int]
    groups: tuple[int, int] = (1, 2)

    @property
    def span_s(self) -> tuple[float, float]:
        """Begin and end in seconds of the day."""
        return (self.from_h - BEGIN_H) * HOUR_S, (self.to_h - BEGIN_H) * HOUR_S


PERIODS = (
    Period("early", 5.0, 7.0, 60, 480, (1, 4)),
    Period("morning rush", 7.0, 9.5, 420, 150, (6, 16)),
    Period("school class", 9.5, 10.0, 100, 300, (2, 6), (6, 9)),
    Period("noon", 10.0, 16.0, 120, 300, (2, 6)),
    Period("evening rush", 16.0, 19.0, 420, 150, (6, 16)),
    Period("evening", 19.0, 21.5, 120, 300, (2, 6)),
    Period("after the match", 21.5, 22.0, 700, 240, (0, 4), (2, 5)),
    Period("late", 22.0, 25.0, 40, 600, (0, 3)),
)
# Actors of a day by what they do, and how many of each.
CAST = {"runner": 10, "loiterer": 6, "intruder": 4, "faller": 4, "pacer": 3}
# People who do something ordinary that a rule could take for something else.
EXTRAS = {"reader": 12, "friend": 8, "sitter": 10}


def station_day(seed: int, camera_fps: float = FPS) -> Scenario:
    """Return the day of a seed."""
    rng = np.random.default_rng([seed, 31])
    base = load_scenario("platform")
    trains = tuple(_trains(rng))
    stops = stops_of(trains)
    camera = base.cameras[0].model_dump() | {
        "fps": camera_fps,
        "rules": RULES,
        "zones": ("platform", "edge", "track"),
    }
    update = {
        "name": f"day-{seed}",
        "title": "A day on a platform",
        "seconds": DAY_S,
        "seed": seed,
        "warmup_s": 0.0,
        "trains": trains,
        "flows": tuple(_flows(rng)),
        "actors": tuple(_actors(rng, stops)),
        "cameras": (camera,),
        "expected": {},
    }
    return Scenario.model_validate(base.model_dump() | update)


def _trains(rng: np.random.Generator) -> Iterator[TrainTimetable]:
    """Yield the timetables of the periods; in one rush hour a train fails, and the platform fills up."""
    failed = str(rng.choice(["morning rush", "evening rush"]))
    for period in PERIODS:
        begin, end = period.span_s
        gap = float(rng.uniform(480, 780)) if period.name == failed else 0.0
        middle = float(rng.uniform(begin + 600, end - gap - 600)) if gap else end
        for first, last in ((begin, middle), (middle + gap, end)):
            count = int((last - first - 60) // period.headway_s)
            if count > 0:
                start = first + 45 + float(rng.uniform(0, 15))
                yield TrainTimetable(track=TRACK, first_s=start, headway_s=period.headway_s, count=count)


def _flows(rng: np.random.Generator) -> Iterator[Flow]:
    """Yield the flows of the periods; each day is up to a third busier or quieter."""
    busy = float(rng.uniform(0.75, 1.33))
    for period in PERIODS:
        begin, end = period.span_s
        span = {"from_s": begin, "to_s": end - 60, "group": period.groups}
        mean_group = sum(period.groups) / 2
        for source, share in (("behind", 0.4), ("north", 0.4), ("south", 0.2)):
            rate = busy * share * period.per_hour / mean_group
            yield Flow(kind="wait", per_hour=rate, source=source, area=WAITING_M, track=TRACK, **span)  # type: ignore[arg-type]
        through = busy * 0.25 * period.per_hour / mean_group
        yield Flow(kind="through", per_hour=through, source="behind", to=("north", "south"), **span)  # type: ignore[arg-type]
        yield Flow(kind="through", per_hour=through, source="north", to=("behind", "far"), **span)  # type: ignore[arg-type]
        leave = ("north", "south", "behind")
        yield Flow(kind="alight", track=TRACK, people=period.alight, to=leave, from_s=begin, to_s=end)


def _actors(rng: np.random.Generator, stops: Sequence[Stop]) -> Iterator[Actor]:
    for what, number in (CAST | EXTRAS).items():
        for k in range(number):
            at_s = _moment(rng, stops)
            at = _entrance(rng)
            steps = _SCRIPTS[what](rng)
            out = ScriptStep(do="leave", portal=str(rng.choice(["north", "south"])))
            speed = float(rng.uniform(1.1, 1.5))
            yield Actor(name=f"{what}-{k + 1}", at=at, start_s=at_s, speed_mps=speed, script=(*steps, out))
    yield from _night(rng)


def _moment(rng: np.random.Generator, stops: Sequence[Stop]) -> float:
    """Return a time between two trains, with half a minute to walk to a place before the next one."""
    k = int(rng.integers(0, len(stops) - 5))
    return stops[k].depart_s + float(rng.uniform(2.0, 12.0))


def _entrance(rng: np.random.Generator) -> tuple[float, float]:
    return (16.6, -4.4) if rng.random() < 0.6 else (-1.4, float(rng.uniform(2.0, 4.5)))


def _spot(rng: np.random.Generator, y: tuple[float, float] = (1.0, 4.3)) -> tuple[float, float]:
    return float(rng.uniform(8.0, 26.0)), float(rng.uniform(*y))


def _runner(rng: np.random.Generator) -> tuple[ScriptStep, ...]:
    speed = float(rng.uniform(2.8, 3.8))
    first, second = _spot(rng), _spot(rng)
    return tuple(ScriptStep(do="run", to=to, speed_mps=speed) for to in (first, second, (34.0, 3.0)))


def _loiterer(rng: np.random.Generator) -> tuple[ScriptStep, ...]:
    face = float(rng.uniform(-180, 180))
    departures = int(rng.integers(4, 7))
    spot = ScriptStep(do="go", to=_spot(rng, (1.0, 4.0)))
    return spot, ScriptStep(do="miss", track=TRACK, departures=departures, face_deg=face)


def _intruder(rng: np.random.Generator) -> tuple[ScriptStep, ...]:
    x = float(rng.uniform(9.0, 24.0))
    return (
        ScriptStep(do="go", to=(x, 5.3)),
        ScriptStep(do="step_over", to=(x, 7.4)),
        ScriptStep(do="wait", seconds=float(rng.uniform(3, 10)), face_deg=90),
        ScriptStep(do="step_over", to=(x, 5.2)),
    )


def _faller(rng: np.random.Generator) -> tuple[ScriptStep, ...]:
    lying = ScriptStep(do="lie", seconds=float(rng.uniform(20, 60)))
    return ScriptStep(do="go", to=_spot(rng)), lying


def _pacer(rng: np.random.Generator) -> tuple[ScriptStep, ...]:
    x = float(rng.uniform(9.0, 16.0))
    pace = ScriptStep(do="pace", to=(x + float(rng.uniform(5, 9)), 5.4), seconds=float(rng.uniform(240, 420)))
    return ScriptStep(do="go", to=(x, 5.4)), pace


def _reader(rng: np.random.Generator) -> tuple[ScriptStep, ...]:
    """Look at the map for a minute or two: no dwell of three trains."""
    wait = ScriptStep(do="wait", seconds=float(rng.uniform(40, 150)), face_deg=-90)
    return ScriptStep(do="go", to=_spot(rng, (0.8, 1.6))), wait


def _friend(rng: np.random.Generator) -> tuple[ScriptStep, ...]:
    """Wait for somebody who comes with the next train."""
    wait = ScriptStep(do="miss", track=TRACK, departures=1, face_deg=float(rng.uniform(-180, 180)))
    return ScriptStep(do="go", to=_spot(rng)), wait


def _sitter(rng: np.random.Generator) -> tuple[ScriptStep, ...]:
    return ScriptStep(do="go", to=(23.0, 1.2)), ScriptStep(do="sit", seconds=float(rng.uniform(60, 200)))


_SCRIPTS = {
    "runner": _runner,
    "loiterer": _loiterer,
    "intruder": _intruder,
    "faller": _faller,
    "pacer": _pacer,
    "reader": _reader,
    "friend": _friend,
    "sitter": _sitter,
}


def _night(rng: np.random.Generator) -> Iterator[Actor]:
    """Yield a cleaner who walks all over the platform, and a worker on the track bed, after the last train."""
    begin = (25.5 - BEGIN_H) * HOUR_S + float(rng.uniform(0, 1200))
    path = tuple(ScriptStep(do="go", to=_spot(rng, (0.8, 5.4)), speed_mps=0.6) for _ in range(30))
    yield Actor(name="cleaner", at=(16.6, -4.4), start_s=begin, worker=True, script=(*path, _out()))
    begin += 3600.0
    x = float(rng.uniform(9.0, 24.0))
    crew = (ScriptStep(do="go", to=(x, 5.3)), ScriptStep(do="step_over", to=(x, 7.4)))
    work = ScriptStep(do="wait", seconds=float(rng.uniform(120, 400)), face_deg=0)
    back = ScriptStep(do="step_over", to=(x, 5.2))
    yield Actor(name="crew-1", at=(16.6, -4.4), start_s=begin, worker=True, script=(*crew, work, back, _out()))


def _out() -> ScriptStep:
    return ScriptStep(do="leave", portal="north")
