from __future__ import annotations

import pytest

from passerby.camera.rate import IDLE_AFTER_S
from passerby.evals.matching import Pair, PairScore
from passerby.evals.rest_suite import RestTake, play_rest, rest_report, sparse_passage
from passerby.evals.text import as_text
from passerby.sim.ideal import Ideal

TRUE = Pair(Ideal("line_crossing", "gate", "p1", 3.0), None)


def test_a_scene_is_the_same_for_the_same_seed_and_ends_before_its_end() -> None:
    scene = sparse_passage(5, 300.0)
    assert scene == sparse_passage(5, 300.0)
    assert scene.actors != sparse_passage(6, 300.0).actors
    assert len(scene.actors) >= 3
    assert all(0 < actor.start_s < 300.0 for actor in scene.actors)


def test_the_report_counts_what_only_one_of_both_found() -> None:
    take = RestTake((TRUE,), (TRUE,), frames=100, analysed=40, rested=0.6)
    text = as_text(rest_report([take], [5], 60.0, 5.0, 2.0))
    assert "missed" in text, "one event is too few"
    assert PairScore.of([TRUE]) == PairScore(true=1, found=0, false=0)
    assert PairScore.of([TRUE], "loitering").f1 is None


@pytest.mark.slow
def test_a_resting_camera_reports_what_the_full_rate_does() -> None:
    take = play_rest(8, 60.0, 5.0, 2.0)
    assert 0.1 < take.rested < 0.9, f"nobody is there for longer than {IDLE_AFTER_S:g} s now and then"
    assert take.analysed < take.frames
    full, rest = PairScore.of(take.pairs_full), PairScore.of(take.pairs_rest)
    assert full.true > 0
    assert rest.found >= full.found - 1
