"""A program that records clips, one after the other, until it is killed: `python clipping.py FOLDER`.

Says the number of each picture that it took, from the first clip on.
"""

from __future__ import annotations

import itertools
import os
import sys
from pathlib import Path

from passerby.contracts.events import Severity
from passerby.contracts.settings import Evidence
from passerby.contracts.time import Timestamp
from passerby.evidence.clips import Clips
from passerby.pixels.annotate import Drawing
from support.recording import redacted
from support.seen import at

SECONDS = 20  # of incident in each clip


def draw(_: str, when: Timestamp) -> Drawing:
    return Drawing(
        ((0.1, 0.1), (0.9, 0.1), (0.9, 0.9)), True, ((0.2, 0.5), (0.2 + when.s % 1 / 2, 0.6)), "x 1.0 s"
    )


def main(folder: Path) -> None:
    settings = Evidence(fps=4, before_s=4, after_s=2, longest_s=60)
    clips = Clips(folder, "c", settings, patient=True)
    for n in itertools.count():
        t_s, incident = n / 4, n // (4 * (SECONDS + 10))
        name = f"{os.getpid()}-{incident}"
        phase_s = t_s - incident * (SECONDS + 10)
        clips.step({name} if 5 < phase_s < 5 + SECONDS else (), at(t_s))
        clips.take(redacted(t_s, (160, 120)), draw)
        if phase_s == 5:
            clips.begin(name, Severity.ALARM, draw)
        if t_s >= 5:
            sys.stdout.write(f"{n}\n")
            sys.stdout.flush()


if __name__ == "__main__":
    main(Path(sys.argv[1]))
