"""Delays are counted from when a rule was due: what it has to wait for is no delay."""

from __future__ import annotations

import pytest

from passerby.contracts.config import Camera
from passerby.contracts.events import Measure
from passerby.evals.play import Take
from passerby.evals.scoring import score_kinds
from passerby.evals.speeds import SpeedErrors
from passerby.sim.ledger import Ledger
from passerby.sim.verdict import Ideal
from support.stored import an_event

ZONE = {"name": "edge", "kind": "edge", "polygon_px": [(0, 0), (9, 0), (9, 9)]}


def take(rule: dict[str, object], *measures: Measure, reported_s: float) -> Take:
    """Something began at 10 s and was reported at `reported_s`."""
    camera = Camera.model_validate({"name": "a", "source": "a.mp4", "zones": [ZONE], "rules": [rule]})
    kind = str(rule["kind"])
    event = an_event(kind=kind, place="edge", began_s=10.0, at_s=reported_s, measures=measures)
    ledger = Ledger.__new__(Ledger)
    return Take(
        "made",
        1,
        camera,
        60.0,
        False,
        (Ideal(kind, "edge", 1, 10.0),),
        (event,),
        ledger,
        (),
        (),
        SpeedErrors.join([]),
        1,
        1.0,
    )


HELP = {"kind": "may_need_help", "zone": "edge", "edge_dwell_s": 30, "object_still_s": 60}


@pytest.mark.parametrize(
    ("rule", "measures", "reported_s", "delay_s"),
    [
        ({"kind": "intrusion", "zone": "edge", "hold_s": 0.4}, (), 10.9, 0.5),
        ({"kind": "loitering", "zone": "edge", "dwell_s": 20}, (), 30.25, 0.25),
        ({"kind": "fall", "zone": "edge", "lying_s": 5}, (), 15.5, 0.5),
        ({"kind": "left_object", "zone": "edge", "still_s": 30}, (), 47.0, 7.0),
        (HELP, (Measure("reason", "edge_dwell"),), 40.1, 0.1),
        (HELP, (Measure("reason", "left_object"),), 70.5, 0.5),
        (HELP, (Measure("reason", "pacing"),), 11.0, 1.0),
    ],
)
def test_what_a_rule_waits_for_is_no_delay(
    rule: dict[str, object], measures: tuple[Measure, ...], reported_s: float, delay_s: float
) -> None:
    (score,) = score_kinds([take(rule, *measures, reported_s=reported_s)])
    assert (score.true, score.found, score.false) == (1, 1, 0)
    assert score.delay_s == pytest.approx((delay_s,))
    assert score.since_s == pytest.approx((reported_s - 10.0,))
