from __future__ import annotations

import numpy as np
import pytest
from av.video.reformatter import ColorTrc

from passerby.ingest.tone import curve_of, standard_range

RAMP = np.repeat(np.arange(256, dtype=np.uint8)[None, :, None], 3, axis=2)


def test_only_the_two_curves_of_high_dynamic_range_have_a_name() -> None:
    named = {trc: curve_of(trc.value) for trc in ColorTrc if curve_of(trc.value)}
    assert named == {ColorTrc.SMPTE2084: "PQ", ColorTrc.ARIB_STD_B67: "HLG"}
    assert curve_of(255) is None


@pytest.mark.parametrize("curve", ["PQ", "HLG"])
def test_brighter_stays_brighter_and_the_ends_stay_the_ends(curve: str) -> None:
    tones = standard_range(RAMP, curve)[0, :, 0].astype(int)
    assert (np.diff(tones) >= 0).all()
    assert (tones[0], tones[-1]) == (0, 255)


# Signals of an 18 % grey card and of diffuse white (ITU-R BT.2408), with their luminance, cd/m2.
CARDS = [("PQ", 0.38, 26), ("PQ", 0.58, 203), ("HLG", 0.38, 26), ("HLG", 0.75, 203)]


@pytest.mark.parametrize(("curve", "signal", "luminance"), CARDS)
def test_a_grey_card_is_as_bright_as_in_a_standard_picture(curve: str, signal: float, luminance: float) -> None:
    tone = standard_range(RAMP, curve)[0, round(255 * signal), 0]
    assert tone == pytest.approx(255 * (luminance / 203) ** (1 / 2.4), abs=8)
