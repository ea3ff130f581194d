from __future__ import annotations

import pytest

from passerby.evals.bench import ASSEMBLY, DECODE, PASSERBY, BenchRun, VideoBench, bench_report
from passerby.evals.bench_page import performance_page


def run(ms: float, **stages: float) -> BenchRun:
    return BenchRun(cpu_s=ms / 100, seconds=10.0, frames=250, analysed=50, rss_mb=300.0, stages=stages)


def video(**ms: list[float]) -> VideoBench:
    return VideoBench(
        "hall", (1920, 1080), {name: [run(m, detect=m / 10) for m in each] for name, each in ms.items()}
    )


def test_a_ratio_is_the_median_of_the_ratios_within_a_turn() -> None:
    noisy = video(decode=[100, 200, 100], passerby=[150, 300, 180])
    assert noisy.ratio(PASSERBY, DECODE) == pytest.approx(1.5), "a slow turn slows both"


def test_a_contender_that_did_not_run_has_no_ratio_and_no_verdict() -> None:
    report = bench_report([video(decode=[100.0], passerby=[150.0])], 5.0, ["the assembly is not installed"])
    assert [aim.verdict for aim in report.aims] == ["reached", "not measured"]
    assert report.refused == ("the assembly is not installed",)


@pytest.mark.parametrize(
    ("assembly_ms", "height_px", "is_fair", "why"),
    [
        (160.0, 1080, True, "1.6 times at 1080 lines is the limit"),
        (170.0, 1080, False, "more is a slow assembly"),
        (205.0, 720, True, "a small picture decodes faster, so the rest weighs more"),
        (220.0, 720, False, "more is a slow assembly"),
    ],
)
def test_a_slow_assembly_is_no_yardstick(assembly_ms: float, height_px: int, is_fair: bool, why: str) -> None:
    runs = {DECODE: [run(100.0)], ASSEMBLY: [run(assembly_ms)], PASSERBY: [run(150.0)]}
    report = bench_report([VideoBench("hall", (1280, height_px), runs)], 5.0)
    assert (report.notes == ()) == is_fair, why


def test_the_page_has_targets_and_stages() -> None:
    page = performance_page(bench_report([video(decode=[100.0], assembly=[150.0], passerby=[140.0])], 5.0))
    assert "| hall: passerby relative to assembly | ≤ 1 | 0.933 | reached |" in page
    assert "| detect | 14 |" in page
