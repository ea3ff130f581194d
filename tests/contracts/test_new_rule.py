"""A new rule touches its own module, the table of kinds, its configuration model and one line of `make.py`.

(And its page; tests/contracts/test_event_kinds.py asks for that.) The rule is added to a copy of the package,
which then checks a configuration, raises the event and shows it.
"""

from __future__ import annotations

import filecmp
import os
import shutil
import subprocess
import sys
from pathlib import Path

import passerby

PACKAGE = Path(passerby.__file__).parent
RULE = '''
"""Standing: a person stands in a zone."""

from __future__ import annotations

from passerby.behaviour.rule import Rule
from passerby.contracts.people import Hit
from passerby.contracts.rules import StandingRule
from passerby.contracts.scene import Scene
from passerby.ground.geometry.places import Area


class Standing(Rule[StandingRule]):
    def __init__(self, index: int, rule: StandingRule, area: Area) -> None:
        super().__init__(index, rule)
        self._area = area

    def step(self, scene: Scene) -> list[Hit]:
        rows = self._area.has(scene.ground).nonzero()[0].tolist()
        return [self._hit_of(scene.ground, row, scene.at.s) for row in rows]
'''
MODEL = '''
class StandingRule(BaseRule):
    """A person stands in a zone."""

    kind: Literal["standing"] = Field(description="which rule this is")
    zone: Name = Field(description="name of one of the camera's zones")
    feet: int = Field(default=2, description="number of feet")


Rule = Annotated['''
KIND = '    EventKind("standing", "Standing around", _ALARM, "tns1:RuleEngine/pby:Standing"),\n)\nEVENT_KINDS'
MADE = "    rules.StandingRule: lambda n, rule, site: Standing(n, rule, site.areas[rule.zone]),\n}\n"
# What a unit does with it: the configuration, the description, the event, the report's title, the known names.
STORY = """
import json, sys
import numpy as np
from pathlib import Path
from passerby.app.check import DEFAULTS
from passerby.camera.limits import DetectorLimits
from passerby.camera.state import CameraState
from passerby.config.explain import plan
from passerby.config.load import load
from passerby.config.reference import page
from passerby.contracts.people import Detections
from passerby.config.keys import rule_kinds
from passerby.contracts.time import Timestamp
from passerby.report.incidents import incidents
from passerby.contracts.event_kinds import kind_of

path = Path(sys.argv[1])
path.write_text(json.dumps({"station": "s", "cameras": [{"name": "c", "source": "v.mp4", "zones": [
    {"name": "z", "polygon_px": [[0, 0], [320, 0], [320, 240], [0, 240]]}], "rules": [
    {"kind": "standing", "zone": "z"}]}]}))
located = load(path)
assert plan(located, DEFAULTS).cameras[0].rules == ("z: feet 2 -> alarm",), plan(located, DEFAULTS)
assert "standing" in rule_kinds() and "number of feet" in page()
state = CameraState(located.unit.cameras[0], (320, 240), DetectorLimits(0.4))
events = []
for n in range(12):
    box = np.array([[100, 100, 140, 200]], np.float32)
    found = Detections("c", Timestamp(n * 10**8), (320, 240), box, np.array([0.9], np.float32))
    events += state.step(None, found).events
events += state.close().events
(incident,) = incidents(events)
print(incident.kind, incident.severity.value, incident.place, kind_of(incident.kind).title, len(events))
"""


def insert(path: Path, before: str, text: str) -> None:
    """Put `text` in the place of its first occurrence of `before`."""
    source = path.read_text("utf-8")
    assert before in source
    path.write_text(source.replace(before, text, 1), encoding="utf-8")


def test_a_new_rule_touches_four_places_and_works_everywhere(tmp_path: Path) -> None:
    copy = tmp_path / "passerby"
    shutil.copytree(PACKAGE, copy, ignore=shutil.ignore_patterns("__pycache__"))
    (copy / "behaviour" / "standing.py").write_text(RULE.lstrip(), encoding="utf-8")
    insert(copy / "contracts" / "rules.py", "\nRule = Annotated[", MODEL)
    insert(copy / "contracts" / "rules.py", "    | MayNeedHelpRule,\n", "    | MayNeedHelpRule | StandingRule,\n")
    insert(copy / "contracts" / "event_kinds.py", ")\nEVENT_KINDS", KIND)
    made = copy / "behaviour" / "make.py"
    insert(
        made,
        "from passerby.contracts import",
        "from passerby.behaviour.standing import Standing\nfrom passerby.contracts import",
    )
    made.write_text(made.read_text("utf-8").rstrip().removesuffix("}") + MADE, encoding="utf-8")
    story = subprocess.run(
        [sys.executable, "-c", STORY, str(tmp_path / "unit.yaml")],
        env={**os.environ, "PYTHONPATH": str(tmp_path)},
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=False,
    )
    assert story.returncode == 0, story.stderr
    assert story.stdout.split("\n")[0] == "standing alarm z Standing around 2"
    assert touched(PACKAGE, copy) == {
        "behaviour/make.py",
        "behaviour/standing.py",
        "contracts/event_kinds.py",
        "contracts/rules.py",
    }


def touched(before: Path, after: Path) -> set[str]:
    """The files that differ or are new."""
    files = {p.relative_to(after).as_posix() for p in after.rglob("*.py")}
    _, differ, new = filecmp.cmpfiles(before, after, files, shallow=False)
    return {*differ, *new}
