"""From an exported file back to a network that answers the same and can learn on."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

torch = pytest.importorskip("torch", reason="PyTorch is not installed; it is only needed to train")
pytest.importorskip("onnx", reason="onnx is not installed; it is only needed to export")
pytestmark = pytest.mark.filterwarnings("ignore::DeprecationWarning", "ignore::UserWarning")

from training.export import export, halve  # noqa: E402
from training.loop import Plan, Run  # noqa: E402
from training.mixture import Mixture  # noqa: E402
from training.net import PersonNet, normalised  # noqa: E402
from training.samples import Cache, write_cache  # noqa: E402
from training.start import settle, start_from  # noqa: E402
from training.state import save  # noqa: E402

from passerby.evals.detector_labels import Labelled, quads  # noqa: E402

FLOAT16 = 2e-3  # relative error of a weight stored as float16, summed over the layers


def _images(seed: int, count: int = 4) -> torch.Tensor:
    rng = np.random.default_rng(seed)
    return normalised(torch.from_numpy(rng.integers(0, 255, (count, 64, 96, 3)).astype(np.uint8)))


@pytest.fixture(scope="module")
def trained() -> PersonNet:
    """A network whose every normalisation and head differs from its start, as training would leave it."""
    torch.manual_seed(3)
    net = PersonNet()
    for part in net.modules():
        if isinstance(part, torch.nn.BatchNorm2d):
            torch.nn.init.uniform_(part.weight, 0.5, 1.5)
            torch.nn.init.normal_(part.bias, std=0.3)
    torch.nn.init.normal_(net.broad_out.weight, std=0.05)
    net.train()
    with torch.no_grad():
        for seed in range(30):
            net(_images(seed))
    return net.eval()


@pytest.fixture(scope="module")
def exported(trained: PersonNet, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("exported")
    save(folder / "checkpoint.pt", {"average": trained.state_dict()})
    return halve(export(folder / "checkpoint.pt", folder / "person-float.onnx", (96, 64)))


def _same(one: PersonNet, other: PersonNet, tolerance: float) -> bool:
    with torch.no_grad():
        pairs = zip(one.eval()(_images(99)), other.eval()(_images(99)), strict=True)
        return all(bool((a - b).abs().max() < tolerance * b.abs().max()) for a, b in pairs)


def test_a_network_from_the_exported_file_answers_like_the_exported_one(
    trained: PersonNet, exported: Path
) -> None:
    net = PersonNet()
    assert not _same(net, trained, FLOAT16)
    start_from(net, exported)
    assert _same(net, trained, FLOAT16)


def test_settled_normalisations_keep_the_answer_and_know_what_they_see(trained: PersonNet, exported: Path) -> None:
    net = PersonNet()
    start_from(net, exported)
    settle(net, (_images(seed) for seed in range(8)))
    assert _same(net, trained, FLOAT16)
    net.train()
    with torch.no_grad():
        in_training = net(_images(99))[0]
        at_run_time = trained(_images(99))[0]
    assert float((in_training - at_run_time).abs().mean()) < 0.1 * float(at_run_time.std() + 1)


def test_a_run_started_at_an_exported_file_begins_with_its_answers(
    trained: PersonNet, exported: Path, tmp_path: Path
) -> None:
    bgr = np.random.default_rng(0).integers(0, 255, (80, 120, 3)).astype(np.uint8)
    write_cache(tmp_path / "cache", iter([Labelled(bgr, quads([[20, 10, 40, 70]]), quads([]), "coco-person")]))
    run = Run(tmp_path / "run", Plan(1, batch=2, workers=0, rate=0.0, start=str(exported)))
    run.train(Mixture(Cache(tmp_path / "cache"), wh=(96, 64)))
    ours = PersonNet()
    ours.load_state_dict(run.average.values)
    assert run.step == 1
    assert not torch.equal(run.net.state_dict()["stem.1.running_var"], torch.ones(16) - 1e-5)
    assert _same(ours, trained, 0.1)  # the first step only moves the statistics a little


def test_the_eight_bit_file_is_refused() -> None:
    weights = Path(__file__).parents[2] / "src" / "passerby" / "vision" / "weights" / "person.onnx"
    with pytest.raises(ValueError, match="start from the float file"):
        start_from(PersonNet(), weights)
