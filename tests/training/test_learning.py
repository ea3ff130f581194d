"""Targets, loss, network, checkpoints and export: small enough to run in seconds."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from training.samples import Cache, write_cache

from passerby.evals.detector_labels import Labelled, quads

torch = pytest.importorskip("torch", reason="PyTorch is not installed; it is only needed to train")

from training.export import averaged, export, halve  # noqa: E402
from training.loader import Numbers  # noqa: E402
from training.loop import Plan, Run  # noqa: E402
from training.loss import box_loss, giou, score_loss  # noqa: E402
from training.mixture import Mixture  # noqa: E402
from training.net import STRIDE, PersonNet, decoded, normalised  # noqa: E402
from training.state import Average, load, rate_at, save  # noqa: E402
from training.targets import target  # noqa: E402

WH = (96, 64)
pytestmark = pytest.mark.filterwarnings("ignore::DeprecationWarning", "ignore::UserWarning")


def _item(*boxes: list[float], ignore: tuple[list[float], ...] = ()) -> Labelled:
    return Labelled(np.zeros((WH[1], WH[0], 3), np.uint8), quads(boxes), quads(ignore), "drawn")


def test_a_person_has_one_peak_at_the_centre() -> None:
    want = target(_item([20, 8, 40, 56]))
    assert np.argwhere(want.heat == 1).tolist() == [[32 // STRIDE, 30 // STRIDE]]
    assert want.weight.sum() == pytest.approx(1, abs=1e-4)
    assert want.box[:, 8, 7].tolist() == [20, 8, 40, 56]


def test_small_people_stay_visible_in_front_of_large_ones() -> None:
    small, large = [28, 26, 34, 40], [10, 0, 52, 64]
    for order in ((small, large), (large, small)):
        want = target(_item(*order))
        assert want.box[:, 33 // STRIDE, 31 // STRIDE].tolist() == small


def test_no_opinion_where_reported_except_at_a_person() -> None:
    want = target(_item([20, 8, 40, 56], ignore=([0, 0, 96, 64],)))
    assert want.counts[0, 20] == 0
    assert want.counts[8, 7] == 1


def test_the_true_answer_has_no_box_loss_and_any_other_more() -> None:
    want = target(_item([20, 8, 40, 56], [60, 30, 70, 52]))
    box, weight = torch.from_numpy(want.box)[None], torch.from_numpy(want.weight)[None]
    zero = decoded(torch.zeros_like(box))
    centre = torch.cat([(zero[:, :1] + 1), (zero[:, 1:2] + 1)], dim=1)
    distances = torch.cat([centre - box[:, :2], box[:, 2:] - centre], dim=1).clamp(min=1e-3).log()
    assert float(box_loss(distances, box, weight)) == pytest.approx(0, abs=1e-4)
    assert float(box_loss(distances + 0.3, box, weight)) > 0.1


def test_score_loss_prefers_the_right_place() -> None:
    want = target(_item([20, 8, 40, 56]))
    heat, counts = torch.from_numpy(want.heat)[None], torch.from_numpy(want.counts)[None]
    right = torch.where(heat >= 0.999, 6.0, -6.0)
    assert float(score_loss(right, heat, counts)) < 0.01
    assert float(score_loss(-right, heat, counts)) > 10
    assert float(score_loss(-right, heat, counts * 0)) == 0


def test_giou_of_equal_and_of_distant_boxes() -> None:
    a = torch.tensor([[0.0, 0.0, 10.0, 10.0]])
    assert float(giou(a, a)) == pytest.approx(1)
    assert float(giou(a, a + 90)) < -0.9


def test_rate_rises_then_falls() -> None:
    rates = [rate_at(step, 4000, 1.0) for step in range(4001)]
    top = int(np.argmax(rates))
    assert 200 < top < 400
    assert rates[0] < 0.01
    assert rates[-1] == pytest.approx(0.01)
    assert all(np.diff(rates[top:]) <= 0)


def test_average_follows_the_network() -> None:
    net = PersonNet()
    average = Average(net)
    with torch.no_grad():
        net.out.bias.add_(1.0)
    before = average.values["out.bias"].clone()
    for step in range(400):
        average.update(net, step)
    assert torch.allclose(average.values["out.bias"], before + 1, atol=0.01)


def test_every_process_gets_other_samples() -> None:
    first, second = (list(Numbers(12, 2, 2, rank, 2)) for rank in (0, 1))
    assert first == [[12, 13], [16, 17]]
    assert second == [[14, 15], [18, 19]]


@pytest.fixture
def mixture(tmp_path: Path) -> Mixture:
    bgr = np.random.default_rng(0).integers(0, 255, (80, 120, 3)).astype(np.uint8)
    item = Labelled(bgr, quads([[20, 10, 40, 70]]), quads([]), "coco-person")
    write_cache(tmp_path / "cache", iter([item, item]))
    return Mixture(Cache(tmp_path / "cache"), wh=WH)


def test_a_run_that_was_interrupted_ends_like_one_that_was_not(
    tmp_path: Path, mixture: Mixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    plan = Plan(4, batch=2, workers=0, save_every=1, accumulate=2)
    whole = Run(tmp_path / "whole", plan)
    whole.train(mixture)

    stopped = Run(tmp_path / "parts", plan)
    learn = stopped._learn

    def power_cut(batch: dict[str, torch.Tensor]) -> tuple[float, float]:
        if stopped.step == 2:
            raise KeyboardInterrupt
        return learn(batch)

    monkeypatch.setattr(stopped, "_learn", power_cut)
    with pytest.raises(KeyboardInterrupt):
        stopped.train(mixture)
    taken_up = Run(tmp_path / "parts", plan)
    assert (taken_up.step, taken_up.samples) == (2, 8)
    taken_up.train(mixture)
    assert (taken_up.step, taken_up.samples) == (4, 16)
    parts = taken_up.net.state_dict()
    assert all(torch.equal(value, parts[name]) for name, value in whole.net.state_dict().items())


def test_a_run_that_is_reported_to_stop_keeps_its_last_step(
    tmp_path: Path, mixture: Mixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    run = Run(tmp_path / "run", Plan(4, batch=2, workers=0))
    learn = run._learn

    def told_in_the_first_step(batch: dict[str, torch.Tensor]) -> tuple[float, float]:
        run.stop()
        return learn(batch)

    monkeypatch.setattr(run, "_learn", told_in_the_first_step)
    run.train(mixture)
    assert (run.step, Run(tmp_path / "run", Plan(4, batch=2)).step) == (1, 1)


def test_the_first_line_after_a_resume_is_a_mean_of_the_steps_since(
    tmp_path: Path, mixture: Mixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("training.loop.LOG_EVERY", 4)
    monkeypatch.setattr(Run, "_learn", lambda *_: (0.5, 2.0))
    plan = Plan(3, batch=2, workers=0)
    Run(tmp_path / "run", plan).train(mixture)  # ends between two lines
    Run(tmp_path / "run", replace(plan, steps=8)).train(mixture)
    lines = [json.loads(line) for line in (tmp_path / "run" / "log.jsonl").read_text().splitlines()]
    assert [(line["step"], line["score"], line["box"]) for line in lines] == [(4, 0.5, 2.0), (8, 0.5, 2.0)]


@pytest.mark.parametrize(("every", "kept"), [(0, []), (2, [0, 2, 4]), (3, [0, 3])])
def test_averages_are_kept_from_the_first_to_the_last(
    tmp_path: Path, mixture: Mixture, every: int, kept: list[int]
) -> None:
    Run(tmp_path / "run", Plan(4, batch=2, workers=0, keep_every=every)).train(mixture)
    files = sorted((tmp_path / "run").glob("average-*.pt"))
    assert [path.name for path in files] == [f"average-{step:06d}.pt" for step in kept]
    assert [load(path)["samples"] for path in files] == [2 * step for step in kept]


def test_a_run_begins_with_the_weights_of_another(tmp_path: Path, mixture: Mixture) -> None:
    first = Run(tmp_path / "first", Plan(1, batch=2, workers=0))
    first.train(mixture)
    saved = load(tmp_path / "first" / "checkpoint.pt")
    for name in [name for name in saved["average"] if name.startswith("broad")]:
        del saved["average"][name]  # as if it were from before that head
    save(tmp_path / "older.pt", saved)
    second = Run(tmp_path / "second", Plan(1, start=str(tmp_path / "older.pt")))
    assert second.step == 0
    for name, value in second.net.state_dict().items():
        assert name.startswith("broad") or torch.equal(value, saved["average"][name])
    image = normalised(torch.randint(0, 255, (1, WH[1], WH[0], 3), dtype=torch.uint8))
    with torch.no_grad():
        fine, whole = second.net.eval(), second.net(image)
        torch.nn.init.normal_(fine.broad_out.weight)
        assert not torch.equal(fine(image)[0], whole[0])  # it has a say once it has learned something
    saved["average"]["unheard.of"] = torch.zeros(1)
    save(tmp_path / "other.pt", saved)
    with pytest.raises(ValueError, match=r"other\.pt: this network has no part 'unheard\.of'"):
        Run(tmp_path / "third", Plan(1, start=str(tmp_path / "other.pt")))


def test_the_file_answers_like_the_network(tmp_path: Path, mixture: Mixture) -> None:
    pytest.importorskip("onnx", reason="onnx is not installed; it is only needed to export")
    ort = pytest.importorskip("onnxruntime")
    run = Run(tmp_path / "run", Plan(1, batch=2, workers=0))
    run.train(mixture)
    path = halve(export(tmp_path / "run" / "checkpoint.pt", tmp_path / "person.onnx"))
    session = ort.InferenceSession(str(path), providers=["CPUExecutionProvider"])
    assert path.stat().st_size < 4e6  # weights are stored as float16
    net = averaged(tmp_path / "run" / "checkpoint.pt")
    for batch, high, wide in ((1, 64, 96), (3, 128, 160)):  # batch and size are free
        image = np.random.default_rng(1).integers(0, 255, (batch, high, wide, 3)).astype(np.uint8)
        boxes, scores = session.run(None, {"image": image})
        with torch.no_grad():
            logits, sides = net(normalised(torch.from_numpy(image)))
        assert boxes.shape == (batch, high * wide // STRIDE**2, 4)
        assert np.allclose(scores, torch.sigmoid(logits).flatten(1), atol=1e-3)
        assert np.allclose(boxes, decoded(sides).flatten(2).transpose(1, 2), atol=0.1)
