from __future__ import annotations

import pytest

torch = pytest.importorskip("torch", reason="PyTorch is not installed; it is only needed to train")

from training.blend import blended  # noqa: E402


def test_between_the_two() -> None:
    old = {"w": torch.tensor([0.0, 2.0]), "steps": torch.tensor(3)}
    new = {"w": torch.tensor([1.0, 4.0]), "steps": torch.tensor(9)}
    mixed = blended(old, new, 0.75)
    assert mixed["w"].tolist() == [0.75, 3.5]
    assert int(mixed["steps"]) == 9


def test_two_networks_cannot_be_mixed() -> None:
    with pytest.raises(ValueError, match="not of the same network"):
        blended({"w": torch.zeros(2)}, {"w": torch.zeros(3)}, 0.5)
