"""docs/egress.md lists every field that may leave, with its reason; the types and the rules are held to it."""

from __future__ import annotations

import ast
import dataclasses
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any, get_args, get_type_hints

import pytest

import passerby
from passerby.app.doctor.bundle import SupportBundle
from passerby.centre.console.api.alarms import CentreApiAlarm
from passerby.centre.console.api.units import CentreApiUnit
from passerby.centre.console.ports import PictureRequest, ReportedFlow, ReportedUnit
from passerby.centre.fleet.agent import ConfigReport
from passerby.console.api.alarms import ApiAlarm
from passerby.console.api.unit import CameraInfo, UnitInfo
from passerby.console.ports import FloorPlan, PlanZone
from passerby.contracts.alarms import Alarm
from passerby.contracts.calibration import LearnedFloor
from passerby.contracts.escalation import EscalationMessage
from passerby.contracts.events import (
    Account,
    CameraHealth,
    Event,
    EvidenceFile,
    FlowSample,
    Gap,
    LineSample,
    OccupancySample,
    ZoneSample,
)
from passerby.contracts.live import LivePicture
from passerby.contracts.ports import Report
from passerby.contracts.reports import StationAct, UnitAct
from passerby.contracts.results import History, Summary
from passerby.pixels.redact import RedactedImage
from passerby.store.audit import Entry
from passerby.store.handling import AlarmAct
from passerby.store.ledger import Day

PAGE = Path(__file__).parents[2] / "docs" / "egress.md"
SOURCE = Path(passerby.__file__).parent
LEAVING: tuple[type[Any], ...] = (
    Event,
    Alarm,
    ZoneSample,
    LineSample,
    FlowSample,
    OccupancySample,
    CameraHealth,
    Gap,
    EvidenceFile,
    Account,
    AlarmAct,
    EscalationMessage,
    FloorPlan,
    PlanZone,
    LivePicture,
    Summary,
    History,
    LearnedFloor,
    RedactedImage,
    UnitInfo,
    ApiAlarm,
    CentreApiAlarm,
    CentreApiUnit,
    ReportedUnit,
    ReportedFlow,
    PictureRequest,
    CameraInfo,
    Day,
    Entry,
    SupportBundle,
    ConfigReport,
    UnitAct,
    StationAct,
)
Listed = dict[str, dict[str, str]]


def listed(text: str) -> Listed:
    """Section to field to reason; a field twice in one section is an error."""
    sections: Listed = {}
    for block in re.split(r"^## ", text, flags=re.MULTILINE)[1:]:
        rows = re.findall(r"^\| `(\w+)` \| (.*?) \|$", block, re.MULTILINE)
        if not rows:
            continue
        fields = dict(rows)
        assert len(fields) == len(rows), f"a field stands twice in {block.splitlines()[0]}"
        sections[block.splitlines()[0].strip()] = fields
    return sections


def reachable(kinds: tuple[type[Any], ...]) -> Iterator[type[Any]]:
    """The dataclasses among `kinds` and, through their fields, below them; a time is a time."""
    waiting, seen = list(kinds), set[type[Any]]()
    while waiting:
        kind = waiting.pop()
        waiting += get_args(kind)
        if not dataclasses.is_dataclass(kind) or kind in seen or kind.__name__ == "Timestamp":
            continue
        seen.add(kind)
        waiting += [hint for name, hint in get_type_hints(kind).items() if name in fields_of(kind)]
        yield kind


def fields_of(kind: type[Any]) -> set[str]:
    return {field.name for field in dataclasses.fields(kind)}


KINDS = sorted(reachable(LEAVING), key=lambda kind: kind.__name__)


def differences(sections: Listed, kinds: list[type[Any]]) -> list[str]:
    """What the page lacks and what it lists in vain."""
    found = []
    for kind in kinds:
        on_page = set(sections.get(kind.__name__, {}))
        found += [f"{kind.__name__}.{name} is not listed" for name in sorted(fields_of(kind) - on_page)]
        found += [f"{kind.__name__}.{name} does not exist" for name in sorted(on_page - fields_of(kind))]
    known = {kind.__name__ for kind in kinds} | {"Measures"}
    return found + [f"{name} does not leave" for name in sections if name not in known]


def test_the_page_and_the_types_agree() -> None:
    assert differences(listed(PAGE.read_text()), KINDS) == []


def test_what_sinks_take_is_on_the_page() -> None:
    assert set(get_args(Report)) <= set(KINDS)
    assert {kind.__name__ for kind in KINDS} >= {"EvidenceRef", "Measure", "ModelInfo", "StageTime", "ZoneSeries"}


def test_every_line_gives_a_reason() -> None:
    for section, fields in listed(PAGE.read_text()).items():
        for name, reason in fields.items():
            assert len(reason.split()) >= 3, f"{section}.{name}: {reason!r}"
            assert reason.endswith((".", "?")), f"{section}.{name}: {reason!r}"


def measures_made() -> set[str]:
    """The first argument of every Measure(...) in the source."""
    names = set[str]()
    for path in SOURCE.rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.Call) and ast.unparse(node.func).split(".")[-1] == "Measure" and node.args:
                (first, *_) = node.args
                assert isinstance(first, ast.Constant), (
                    f"{path.name}:{node.lineno}: a measure's name must be written out"
                )
                names.add(first.value)
    return names


def test_every_measure_a_rule_makes_is_on_the_page() -> None:
    assert measures_made() == set(listed(PAGE.read_text())["Measures"])


@pytest.mark.parametrize(
    "word",
    ["track", "bbox", "xyxy", "embedding", "feature", "face", "gait", "age", "gender", "colour", "clothing"],
)
def test_no_field_that_leaves_speaks_of_a_person(word: str) -> None:
    parts = {part for kind in KINDS for name in fields_of(kind) for part in name.rstrip("_").split("_")}
    assert word not in parts


@dataclasses.dataclass(frozen=True)
class Grown:
    """An event to which somebody added a field."""

    id: str
    track: int


def test_the_comparison_fails_where_it_should() -> None:
    assert differences({"Grown": {"id": "so that it can be named"}}, [Grown]) == ["Grown.track is not listed"]
    assert differences({"Grown": {"id": "", "track": "", "face": ""}}, [Grown]) == ["Grown.face does not exist"]
    assert differences({"Walk": {"path": ""}}, []) == ["Walk does not leave"]
    with pytest.raises(AssertionError, match="stands twice"):
        listed("## Grown\n| `id` | a |\n| `id` | b |\n")
