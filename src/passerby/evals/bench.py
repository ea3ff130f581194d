"""Processor time of passerby beside that of other ways to read the same videos, as a report."""

from __future__ import annotations

import statistics
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from passerby.evals.origin import commit, machine
from passerby.evals.result import Aim, Cell, Report, Table

DECODE, ASSEMBLY, PASSERBY = "decode", "assembly", "passerby"
# What issue and page promise: passerby relative to decoding, and to the usual assembly of libraries.
MOST_OF_DECODE, MOST_OF_ASSEMBLY = 1.6, 1.0
# The assembly is a fair yardstick up to this many times decoding, by the height of the picture.
FAIR_FROM_PX, FAIR_LARGE, FAIR_SMALL = 1080, 1.6, 2.1


@dataclass(frozen=True, slots=True)
class BenchRun:
    """One run over one video.

    cpu_s: processor time of the process. seconds: of video. stages: ms of processor time per analysed frame.
    """

    cpu_s: float
    seconds: float
    frames: int
    analysed: int
    rss_mb: float
    stages: Mapping[str, float] = field(default_factory=dict)

    @property
    def ms(self) -> float:
        """Processor time per second of the camera, ms."""
        return 1000 * self.cpu_s / self.seconds


@dataclass(frozen=True, slots=True)
class VideoBench:
    """The runs over one video by contender, in the order in which they took turns. wh: size of the picture, px."""

    name: str
    wh: tuple[int, int]
    runs: Mapping[str, Sequence[BenchRun]]

    def ms(self, contender: str) -> list[float]:
        """Return the processor times per second of the camera, ms."""
        return [run.ms for run in self.runs.get(contender, ())]

    def ratio(self, over: str, under: str) -> float | None:
        """Return the median over the turns of the ratio of two contenders; None if one did not run."""
        pairs = list(zip(self.ms(over), self.ms(under), strict=False))
        return statistics.median(a / b for a, b in pairs) if pairs else None


def bench_report(videos: Sequence[VideoBench], fps: float, skipped: Sequence[str] = ()) -> Report:
    """Return the report of `passerby bench`. skipped: sentences about contenders that did not run."""
    turns = max((len(runs) for video in videos for runs in video.runs.values()), default=0)
    return Report(
        suite="bench",
        title="Processor time of one camera",
        settings=(
            ("analysed", f"{fps:g} frames/s"),
            ("turns", str(turns)),
            ("commit", commit()),
            ("machine", machine()),
        ),
        tables=(_totals(videos), _stages(videos)),
        aims=tuple(aim for video in videos for aim in _aims(video)),
        notes=tuple(note for video in videos for note in _unfair(video)),
        refused=tuple(skipped),
    )


def _totals(videos: Sequence[VideoBench]) -> Table:
    rows: list[tuple[Cell, ...]] = []
    for video in videos:
        for contender in video.runs:
            ms, runs = video.ms(contender), video.runs[contender]
            spread = f"{min(ms):.0f} to {max(ms):.0f}"
            ratio = video.ratio(contender, DECODE)
            rss_mb = statistics.median(run.rss_mb for run in runs)
            rows.append((video.name, contender, statistics.median(ms), spread, ratio, rss_mb))
    heads = ("video", "program", "ms per camera-second", "spread", "times decode", "largest memory, MB")
    note = (
        "Processor time of all threads of the process, without its start. Ratios are medians of the ratios within "
        "a turn."
    )
    return Table("Processor time", heads, tuple(rows), note)


def _stages(videos: Sequence[VideoBench]) -> Table:
    names = [name for video in videos for run in video.runs.get(PASSERBY, ())[:1] for name in run.stages]
    rows = [(stage, *(_median(video, stage) for video in videos)) for stage in dict.fromkeys(names)]
    note = (
        "ms of processor time per analysed frame. detect is without the network; other threads are those of the "
        "decoder, the recorder and the clips, and the end of the run with its report. encode includes drawing."
    )
    return Table("Stages of passerby", ("stage", *(video.name for video in videos)), tuple(rows), note)


def _median(video: VideoBench, stage: str) -> float | None:
    found = [run.stages[stage] for run in video.runs.get(PASSERBY, ()) if stage in run.stages]
    return statistics.median(found) if found else None


def _aims(video: VideoBench) -> list[Aim]:
    targets: tuple[tuple[str, float], ...] = ((DECODE, MOST_OF_DECODE), (ASSEMBLY, MOST_OF_ASSEMBLY))
    return [
        Aim(
            f"bench.{video.name}.{under}",
            f"{video.name}: passerby relative to {under}",
            limit,
            video.ratio(PASSERBY, under),
        )
        for under, limit in targets
    ]


def _unfair(video: VideoBench) -> list[str]:
    limit = FAIR_LARGE if video.wh[1] >= FAIR_FROM_PX else FAIR_SMALL
    ratio = video.ratio(ASSEMBLY, DECODE)
    if ratio is None or ratio <= limit:
        return []
    return [
        f"{video.name}: the assembly takes {ratio:.2f} times decoding, over {limit:g}; it is no fair yardstick"
    ]
