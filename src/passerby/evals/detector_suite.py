"""Suite `detector`: all detectors in one run, as tables."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from passerby.contracts.errors import UsageError
from passerby.evals.detector import YARDSTICK, run
from passerby.evals.detector_speed import Contender
from passerby.evals.result import Aim, Cell, Report, Table

# AP50 in percent.
AIMS = {"PETS": 90.0, "TUD-Stadtmitte": 85.0, "MOT17 stills": 45.0, "simulated, from 30 px": 97.0}
RATIO_AIM = 0.65  # 5 ms on the machine where YOLOX-nano takes 7.7
FALSE_AIM = 0.01
Figures = dict[str, Any]
Say = Callable[[str], object]


def detector_suite(data: Path, contenders: Sequence[Contender] = (), say: Say = lambda _: None) -> Report:
    """Compare detectors on every set; the targets apply to the first one.

    data: folder with `media`, `groundtruth`, `training` and `models`; contenders: without any, the usual ones.
    Raises UsageError where data are missing and ModelError where a detector cannot be loaded.
    """
    return as_report(run(data, contenders, say=say)["detectors"])


def contender(spec: str) -> Contender:
    """Return the detector and size of PATH@WxH. Raises UsageError."""
    path, at, size = spec.rpartition("@")
    width, cross, height = size.partition("x")
    if not (at and path and cross and width.isdecimal() and height.isdecimal()):
        raise UsageError(f"--model {spec}: write the file and its input size, as in person.onnx@448x256")
    return Contender(f"{Path(path).stem} {size}", path, (int(width), int(height)))


def as_report(detectors: dict[str, Figures]) -> Report:
    """Return the figures of `run` as tables; the first detector is ours."""
    names = list(detectors)
    tables = (_accuracy(detectors), _sure(detectors), _cost(detectors), _heights(detectors), _sources(detectors))
    return Report(
        suite="detector",
        title="Detectors side by side",
        settings=(("detectors", str(len(names))), ("targets apply to", names[0])),
        tables=tables,
        aims=tuple(_aims(detectors[names[0]], detectors.get(YARDSTICK))),
        notes=(
            "AP50: greedy matching by score at an overlap of 0.5; boxes in ignore regions do not count. "
            "Simulated people have the box of the whole figure; half seen: only people of whom half is visible.",
            "Milliseconds are the median processor time of the network alone for one picture on one thread, "
            "all networks alternating; the fraction is of YOLOX-nano's time on OpenVINO in the same run.",
        ),
    )


def _accuracy(detectors: dict[str, Figures]) -> Table:
    return Table("AP50, percent", ("set", *detectors), _by_set(detectors, "ap50"))


def _sure(detectors: dict[str, Figures]) -> Table:
    return Table("Recall at 90 % precision, percent", ("set", *detectors), _by_set(detectors, "recall_at_90"))


def _by_set(detectors: dict[str, Figures], what: str) -> tuple[tuple[Cell, ...], ...]:
    sets = next(iter(detectors.values()))["sets"]
    return tuple((s, *(_percent(d["sets"][s][what]) for d in detectors.values())) for s in sets)


def _cost(detectors: dict[str, Figures]) -> Table:
    heads = (
        "detector",
        "ms, OpenVINO",
        "ms, ONNX Runtime",
        "fraction of YOLOX-nano's",
        "false boxes per empty frame",
    )
    rows: list[tuple[Cell, ...]] = []
    for name, figures in detectors.items():
        ms = figures["ms"]
        times = (ms.get("openvino"), ms.get("onnxruntime"), min(figures["ratio"].values(), default=None))
        rows.append((name, *times, figures["station"]["false_per_empty_frame"]))
    return Table("Time and false boxes", heads, tuple(rows), "False boxes at each detector's own threshold.")


def _heights(detectors: dict[str, Figures]) -> Table:
    name, figures = next(iter(detectors.items()))
    bands = list(next(iter(figures["sets"].values()))["heights"])
    rows = tuple(
        (s, *(_percent(q["ap50"]) if (q := entry["heights"][b])["people"] else None for b in bands))
        for s, entry in figures["sets"].items()
    )
    heads = ("set", *(f"{low} px and more" if int(high) > 4000 else f"{low} to {high} px"
                      for low, high in (b.split("-") for b in bands)))  # fmt: skip
    return Table(f"AP50 of {name} by height of the people in the picture, percent", heads, rows)


def _sources(detectors: dict[str, Figures]) -> Table:
    sets = next(iter(detectors.values()))["sets"]
    rows = tuple(
        (s, source, q["people"], *(_percent(d["sets"][s]["sources"][source]["ap50"]) for d in detectors.values()))
        for s, entry in sets.items()
        for source, q in entry.get("sources", {}).items()
    )
    return Table("AP50 by source of the pictures, percent", ("set", "source", "people", *detectors), rows)


def _aims(ours: Figures, yolox: Figures | None) -> list[Aim]:
    limits = dict(AIMS)
    if yolox is not None and "val" in yolox["sets"]:
        limits["val"] = _percent(yolox["sets"]["val"]["ap50"])
    aims = [
        Aim(f"detector.ap50.{_key(s)}", f"AP50 on {s}", limit, _percent(ours["sets"][s]["ap50"]), "%", least=True)
        for s, limit in limits.items()
        if s in ours["sets"]
    ]
    part = min(ours["ratio"].values(), default=None)
    false = ours["station"]["false_per_empty_frame"]
    return [
        *aims,
        Aim("detector.time", "time, as a fraction of YOLOX-nano's", RATIO_AIM, part),
        Aim("detector.false", "false boxes per empty simulated frame", FALSE_AIM, false),
    ]


def _key(name: str) -> str:
    return name.lower().replace(",", "").replace(" ", "-")


def _percent(share: float) -> float:
    return round(100 * share, 1)
