"""Suite `health`: camera faults in the simulated station, and scenarios in which no fault may be reported."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from passerby.evals.health import HealthTake, play_health
from passerby.evals.result import Aim, Report, Table
from passerby.evals.seeds import shown_seeds
from passerby.sim.library import health_names, load_scenario, names
from passerby.sim.scenario import Scenario
from passerby.sim.station import Station

ReportProgress = Callable[[str, float], None]
# How soon a fault must be reported, seconds.
SOON_S, FROZEN_SOON_S = 10.0, 30.0
# A switch to infrared is reported, but is no fault.
MODE = "camera_infrared"


def fault_names() -> list[str]:
    """Return the scenarios of the library that are about camera health."""
    return [name for name in names() if name.startswith("fault-")] + health_names()


def with_health(scenarios: Sequence[str]) -> list[str]:
    """Return the scenarios, by name or file, that expect camera faults."""
    return [name for name in scenarios if load_scenario(name).expected.health]


def health_suite(
    scenarios: Sequence[str] = (),
    seeds: Sequence[int] = (),
    *,
    width_px: int = 640,
    fps: float = 1.0,
    seconds: float | None = None,
    report_progress: ReportProgress = lambda *_: None,
) -> Report:
    """Play scenarios, by name, `day-SEED` or file; those about camera health if none is given.

    seeds: of the world; each scenario's own if none is given. seconds: longest part of each scenario. Raises
    UsageError for unknown scenarios, ConfigError for invalid files.
    """
    chosen = [_part(Station.load(name).scenario, seconds) for name in scenarios or fault_names()]
    todo = [(one, camera.name, seed) for seed in seeds or (None,) for one in chosen for camera in one.cameras]
    takes = []
    for done, (scenario, camera, seed) in enumerate(todo):
        report_progress(scenario.name, done / len(todo))
        takes.append(play_health(scenario, camera, seed, width_px, fps))
    return health_report(takes, width_px, fps)


def health_report(takes: Sequence[HealthTake], width_px: int, fps: float) -> Report:
    """Summarise takes."""
    kinds = sorted({kind for take in takes for kind in (*take.delays_s, *take.false)})
    hours = sum(take.seconds for take in takes) / 3600
    false = sum(len(set(take.false) - {MODE}) for take in takes)
    return Report(
        suite="health",
        title="Camera health, simulated station",
        settings=(
            ("picture", f"{width_px} px wide, {fps:g} frames/s"),
            ("scenarios", f"{len({take.scenario for take in takes})}"),
            ("plays", f"{len(takes)}"),
            ("seeds", shown_seeds(sorted({take.seed for take in takes}))),
            ("length", f"{hours:.2f} camera-hours"),
        ),
        tables=(_kinds(kinds, takes), _scenarios(takes)),
        aims=(
            *(_recall(kind, takes) for kind in kinds),
            Aim("health.false", "false camera faults", 0, float(false)),
        ),
    )


def _part(scenario: Scenario, seconds: float | None) -> Scenario:
    return scenario if seconds is None else scenario.model_copy(update={"seconds": min(seconds, scenario.seconds)})


def _soon_s(kind: str) -> float:
    return FROZEN_SOON_S if kind == "camera_frozen" else SOON_S


def _delays(kind: str, takes: Sequence[HealthTake]) -> list[float | None]:
    return [take.delays_s[kind] for take in takes if kind in take.delays_s]


def _recall(kind: str, takes: Sequence[HealthTake]) -> Aim:
    delays = _delays(kind, takes)
    soon = [delay for delay in delays if delay is not None and delay <= _soon_s(kind)]
    worst = ", ".join(
        f"{take.scenario} ({'missed' if take.delays_s[kind] is None else f'{take.delays_s[kind]:.0f} s'})"
        for take in takes
        if kind in take.delays_s and (take.delays_s[kind] is None or (take.delays_s[kind] or 0) > _soon_s(kind))
    )
    share = len(soon) / len(delays) if delays else None
    return Aim(f"health.{kind}", f"{kind} within {_soon_s(kind):g} s", 0.98, share, "", True, worst)


def _kinds(kinds: Sequence[str], takes: Sequence[HealthTake]) -> Table:
    rows = []
    for kind in kinds:
        delays = _delays(kind, takes)
        found = sorted(delay for delay in delays if delay is not None)
        rows.append(
            (
                kind,
                len(delays),
                len(found),
                sum(delay <= _soon_s(kind) for delay in found),
                round(found[len(found) // 2], 1) if found else None,
                round(found[-1], 1) if found else None,
                sum(kind in take.false for take in takes),
                sum(kind in take.lasting for take in takes),
            )
        )
    heads = ("event", "faults", "reported", "in time", "median s", "longest s", "false", "did not end")
    return Table("Faults by kind", heads, tuple(rows))


def _scenarios(takes: Sequence[HealthTake]) -> Table:
    rows = tuple(
        (
            take.scenario,
            take.seed,
            ", ".join(f"{kind} {'missed' if s is None else f'{s:.0f} s'}" for kind, s in take.delays_s.items())
            or "none",
            ", ".join(take.false) or "none",
        )
        for take in takes
    )
    return Table("Scenarios", ("scenario", "seed", "expected, and when it was reported", "false"), rows)
