from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from passerby.app.jobs import Job, plan_jobs
from passerby.contracts.config import Camera, Unit
from passerby.contracts.errors import UsageError

OUT = Path("out")


def unit(**sources: str) -> Unit:
    return Unit(station="Riverside", cameras=tuple(Camera(name=n, source=s) for n, s in sources.items()))


def reported(jobs: list[Job]) -> list[tuple[str, str, str]]:
    return [(job.camera.name, job.camera.source, str(job.folder)) for job in jobs]


ONE = unit(north="rtsp://n/1")
LIVE = unit(north="rtsp://n/1", south="rtsp://s/1")
FILES = unit(north="/rec/n.mp4", south="/rec/s.mp4", west="rtsp://w/1")

GOOD = [
    (["a.mp4"], None, None, [("a", "a.mp4", "out")], "no configuration: named after the file"),
    (["x/a.mp4", "b.mp4"], None, None, [("a", "x/a.mp4", "out/a"), ("b", "b.mp4", "out/b")], "a folder each"),
    (
        ["1/a.mp4", "2/a.mkv", "3/a.mp4"],
        None,
        None,
        [("a", "1/a.mp4", "out/a"), ("a", "2/a.mkv", "out/a-2"), ("a", "3/a.mp4", "out/a-3")],
        "one stem three times",
    ),
    (
        ["a.mp4", "a-2.mp4", "b/a.mp4"],
        None,
        None,
        [("a", "a.mp4", "out/a"), ("a-2", "a-2.mp4", "out/a-2"), ("a", "b/a.mp4", "out/a-3")],
        "a number that is taken",
    ),
    (
        ["1/a.mp4", "2/A.mp4"],
        None,
        None,
        [("a", "1/a.mp4", "out/a"), ("A", "2/A.mp4", "out/A-2")],
        "one folder on a disk that ignores case",
    ),
    (["a.mp4"], ONE, None, [("north", "a.mp4", "out")], "one camera applies to any video"),
    (["a.mp4", "b.mp4"], ONE, None, [("north", "a.mp4", "out/a"), ("north", "b.mp4", "out/b")], "to each of them"),
    (["/rec/s.mp4"], FILES, None, [("south", "/rec/s.mp4", "out")], "the camera that reads this very file"),
    (["/rec/../rec/n.mp4"], FILES, None, [("north", "/rec/../rec/n.mp4", "out")], "however it is written"),
    (["a.mp4"], LIVE, "south", [("south", "a.mp4", "out")], "the camera named"),
    (["/rec/s.mp4"], FILES, "north", [("north", "/rec/s.mp4", "out")], "a name goes before the file"),
    (
        [],
        FILES,
        None,
        [("north", "/rec/n.mp4", "out/n"), ("south", "/rec/s.mp4", "out/s")],
        "every recorded camera",
    ),
    ([], FILES, "south", [("south", "/rec/s.mp4", "out")], "only the one named"),
    (["kein Stern*.mp4"], None, None, [("kein Stern-", "kein Stern*.mp4", "out")], "letters a name may not have"),
    (["-.mp4"], None, None, [("video", "-.mp4", "out")], "no letter at all"),
    (["m².mp4"], None, None, [("m-", "m².mp4", "out")], "a digit that is none for the configuration"),
]


@pytest.mark.parametrize(("videos", "of", "name", "expected", "why"), GOOD, ids=[row[-1] for row in GOOD])
def test_which_video_is_which_camera(
    videos: list[str], of: Unit | None, name: str | None, expected: list[tuple[str, str, str]], why: str
) -> None:
    assert reported(plan_jobs(videos, of, name, OUT)) == expected, why


BAD = [
    ([], None, None, "give at least one video", "nothing to do"),
    ([], LIVE, None, "use passerby run for live cameras", "nothing recorded"),
    ([], FILES, "west", "use passerby run for live cameras", "the one named is live"),
    (["a.mp4"], None, "north", "give one with --config", "a name of what?"),
    (
        ["a.mp4"],
        LIVE,
        None,
        r"a\.mp4: the configuration has 2 cameras; give one with --camera NAME",
        "it could be either",
    ),
    (["a.mp4"], LIVE, "east", "--camera east: the configuration has north, south", "nobody of this name"),
    (["rtsp://n/1"], None, None, "analyze reads recordings", "a camera never ends"),
    (["out/redacted.mp4"], None, None, r"out/redacted\.mp4: .* would be overwritten", "its own result"),
    (["out/../out/redacted.mp4"], ONE, None, "would be overwritten", "however it is written"),
    (["out/a/redacted.mp4", "a.mp4"], None, None, "would be overwritten", "the result of another video"),
]


@pytest.mark.parametrize(("videos", "of", "name", "match", "why"), BAD, ids=[row[-1] for row in BAD])
def test_what_cannot_be_is_reported(
    videos: list[str], of: Unit | None, name: str | None, match: str, why: str
) -> None:
    with pytest.raises(UsageError, match=match):
        plan_jobs(videos, of, name, OUT)


@given(
    st.lists(st.text(st.characters(exclude_characters="/\x00", exclude_categories=["Cs"]), min_size=1), min_size=1)
)
def test_any_file_name_gives_a_camera_and_a_folder_of_its_own_below_out(names: list[str]) -> None:
    jobs = plan_jobs(names, None, None, OUT)
    folders = [job.folder for job in jobs]
    assert len(set(folders)) == len(folders)
    if len(names) > 1:
        assert all(folder.parent == OUT and folder.name not in {"", ".", ".."} for folder in folders)
    else:
        assert folders == [OUT]


def test_a_rule_of_the_camera_applies_to_the_video_given() -> None:
    (job,) = plan_jobs(["a.mp4"], ONE, None, OUT)
    assert job.camera == ONE.cameras[0].model_copy(update={"source": "a.mp4"})
