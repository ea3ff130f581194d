"""The detector and the codecs."""

from __future__ import annotations

import pytest
from av.codec.codec import UnknownCodecError

from passerby.app.doctor import software as software_module
from passerby.app.doctor.finding import Judgement
from passerby.app.doctor.software import software, versions
from passerby.contracts.config import ModelChoice


def test_this_installation_works() -> None:
    found = {one.topic: one for one in software(ModelChoice(path="embedded"))}
    assert found["detector"].judgement is Judgement.OK
    assert "ms per frame" in found["detector"].what
    assert found["codecs"].judgement is Judgement.OK
    assert versions()["av"]


def test_a_model_that_is_not_there_is_a_problem_whose_cure_names_it() -> None:
    found = {one.topic: one for one in software(ModelChoice(path="/none/there.onnx"))}
    assert found["detector"].judgement is Judgement.PROBLEM
    assert "there.onnx" in found["detector"].cure
    assert "there" not in found["detector"].what, "this sentence goes into the bundle"


def test_missing_codecs_are_named(monkeypatch: pytest.MonkeyPatch) -> None:
    def some(name: str, _: str) -> None:
        if name in ("hevc", "libvpx-vp9"):
            raise UnknownCodecError(name)

    monkeypatch.setattr(software_module.av.codec, "Codec", some)
    found = software_module._codecs()
    assert found.judgement is Judgement.PROBLEM
    assert "lacks hevc, libvpx-vp9 (to write)" in found.what
