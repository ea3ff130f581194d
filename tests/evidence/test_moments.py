"""Where a moment is in the files of a rolling video."""

from __future__ import annotations

import pytest

from passerby.evidence.moments import VideoMoment, moment_in

LIVE = [f"redacted-2026-03-01T{t}Z.mp4" for t in ("074500123", "075500250", "120000000")]
FILE = ["redacted-00000000000.mp4", "redacted-00000600040.mp4"]
OTHERS = ["report.html", "redacted.mp4", "redacted-zzzz.mp4", "summary.json"]


@pytest.mark.parametrize(
    ("names", "at_s", "utc", "found"),
    [
        pytest.param(LIVE, 5, "2026-03-01T07:45:05.123Z", VideoMoment(LIVE[0], 5.0), id="in the first file"),
        pytest.param(LIVE, 5, "2026-03-01T07:55:00.250Z", VideoMoment(LIVE[1], 0.0), id="where a file begins"),
        pytest.param(LIVE, 5, "2026-03-01T08:05:00.250Z", VideoMoment(LIVE[1], 600.0), id="at the end of a file"),
        pytest.param(LIVE, 5, "2026-03-01T09:00:00.000Z", None, id="no file of that hour"),
        pytest.param(LIVE, 5, "2026-03-01T07:45:00.122Z", None, id="before the first file"),
        pytest.param(FILE, 12.5, None, VideoMoment(FILE[0], 12.5), id="a recording by its session time"),
        pytest.param(FILE, 601, None, VideoMoment(FILE[1], 0.96), id="its second file"),
        pytest.param(FILE, 5, "2026-03-01T07:45:05.123Z", None, id="files named in another way"),
        pytest.param([], 5, None, None, id="no files"),
    ],
)
def test_a_moment_is_in_the_last_file_that_began_before_it(
    names: list[str], at_s: float, utc: str | None, found: VideoMoment | None
) -> None:
    assert moment_in([*OTHERS, *reversed(names)], at_s, utc) == found
