from __future__ import annotations

from dataclasses import replace

import pytest

from passerby.evals.bench_live import NETWORK, REST, LiveBench, live_report, work_of
from passerby.evals.text import as_text


def live(
    rates_fps: dict[str, float], latencies_s: tuple[float, ...] = (0.1, 0.2), rss_mb: float = 900.0
) -> LiveBench:
    return LiveBench(10.0, 8.0, rss_mb, 0.5, rates_fps, dict.fromkeys(rates_fps, 25.0), latencies_s)


def test_the_figures_of_a_unit() -> None:
    found = replace(live({"a": 5.0, "b": 3.0, "c": 0.5}), decoded_fps={"a": 25.0, "b": 25.0, "c": 0.5})
    text = as_text(live_report(found, 5.0, ["hall"]))
    rows = {line.split("  ")[0]: line.split()[-2:] for line in text.splitlines()}
    assert rows["of these not at rest"][-1] == "2"
    assert rows["cameras not at rest below their full rate"][-1] == "1"
    assert rows["analysed frames of a camera not at rest, median"] == ["4", "frames/s"]
    assert rows["analysed frames of a camera not at rest, least"] == ["3", "frames/s"]
    assert rows["processor time per camera-second"] == ["267", "ms"]


@pytest.mark.parametrize(
    ("latencies_s", "rss_mb", "expected", "why"),
    [
        ((0.1,) * 100, 900.0, ["reached", "reached"], "all is well"),
        ((0.1,) * 90 + (2.0,) * 10, 900.0, ["missed", "reached"], "a tenth of the frames is late"),
        ((0.1,) * 100, 2000.0, ["reached", "missed"], "the unit has 2 GB with its system"),
        ((), 900.0, ["not measured", "reached"], "no frame was analysed"),
    ],
)
def test_what_a_unit_promises(
    latencies_s: tuple[float, ...], rss_mb: float, expected: list[str], why: str
) -> None:
    report = live_report(live({"a": 5.0}, latencies_s, rss_mb), 5.0, ["hall"])
    assert [aim.verdict for aim in report.aims] == expected, why


def test_a_unit_in_which_no_camera_began() -> None:
    report = live_report(live({}, ()), 5.0, ["hall"])
    assert report.tables[0].rows[0] == ("cameras", 0, "")


@pytest.mark.parametrize(
    ("thread", "expected"),
    [
        ("camera reader", "demultiplexing and decoding"),
        ("camera hall", "conversion, tracking, scene, rules, redaction"),
        ("detector-1", "detector, with its network on ONNX Runtime"),
        ("video hall", "encoding of the recording"),
        ("", NETWORK),
        ("janitor", REST),
    ],
)
def test_the_work_of_a_thread(thread: str, expected: str) -> None:
    assert work_of(thread) == expected


def test_the_processor_time_by_kind_of_work() -> None:
    threads_s = {"camera reader": 4.0, "camera a": 1.0, "camera b": 1.0, "": 1.5}
    found = LiveBench(10.0, 8.0, 900.0, 1.0, {"a": 5.0, "b": 5.0}, {"a": 25.0, "b": 0.5}, (0.1,), threads_s)
    works = {work: round(ms, 6) for work, ms in found.works_ms.items()}
    assert works == {
        "demultiplexing and decoding": 200.0,
        "conversion, tracking, scene, rules, redaction": 100.0,
        NETWORK: 75.0,
        REST: 25.0,
    }
    rows = {row[0]: row[1] for row in live_report(found, 5.0, ["hall"]).tables[0].rows}
    assert rows["cameras that two free cores would carry at this cost"] == 5.0
