from __future__ import annotations

import hashlib
from pathlib import Path

import pytest
from av.video.codeccontext import VideoCodecContext

from passerby.contracts.events import EvidenceFile, Severity
from passerby.contracts.settings import Evidence
from passerby.contracts.time import Timestamp
from passerby.evidence import video, writer
from passerby.evidence.clips import MOST_AT_ONCE, PART, Clips, clips_of
from passerby.evidence.video import RedactedVideo
from passerby.pixels.annotate import Drawing
from support import stage
from support.figures import pictures
from support.recording import redacted
from support.seen import at
from support.waiting import until

SHORT = Evidence(fps=4, before_s=2, after_s=1, longest_s=8)


def lasting_at_most(seconds: float) -> Evidence:
    return SHORT.model_copy(update={"longest_s": seconds})


class Film:
    """A camera of 8 frames/s whose incidents are given as (from, to) seconds."""

    def __init__(
        self,
        folder: Path,
        settings: Evidence = SHORT,
        severity: Severity = Severity.ALARM,
        *,
        patient: bool = True,
    ) -> None:
        self.clips = Clips(folder, "c", settings, patient=patient)
        self.severity = severity
        self.paths: dict[str, str | None] = {}
        self.drawn: list[tuple[str, float]] = []

    def show(self, until_s: float, incidents: dict[str, tuple[float, float]], from_s: float = 0.0) -> None:
        for n in range(round(8 * from_s), round(8 * until_s)):
            t_s = n / 8
            open_incidents = {name for name, (start, end) in incidents.items() if start <= t_s < end}
            starting = [name for name in open_incidents if name not in self.paths]
            self.clips.step(open_incidents, at(t_s))
            if self.clips.wants(at(t_s)) or starting:
                self.clips.take(redacted(t_s, grey=100), self.draw)
            for name in starting:
                self.paths[name] = self.clips.begin(name, self.severity, self.draw)

    def draw(self, event: str, when: Timestamp) -> Drawing:
        self.drawn.append((event, when.s))
        return Drawing(path=((0.5, 0.5), (0.6, 0.6)))

    def files(self) -> dict[str, EvidenceFile]:
        self.clips.close()
        outcomes = self.clips.outcomes()
        assert [o.why for o in outcomes if o.why] == []
        return {o.event: o.file for o in outcomes if o.file}


def frames(folder: Path, name: str) -> int:
    return len([*pictures(folder / "clips" / f"{name}.mp4")])


def test_ends_that_do_not_fit_into_the_queue_of_a_unit_that_ends(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, slow_machine: None
) -> None:
    film = Film(tmp_path, lasting_at_most(1000), patient=False)
    close = writer.ClipWriter.close

    def free_the_encoder(self: writer.ClipWriter) -> None:
        if video.ENCODING.locked():
            video.ENCODING.release()
        close(self)

    video.ENCODING.acquire()
    film.show(8 * writer.MOST_WAITING, dict.fromkeys("abc", (1.0, 1000.0)))
    monkeypatch.setattr(writer.ClipWriter, "close", free_the_encoder)
    assert film.files().keys() == set("abc")
    assert film.clips.refused > 0


def test_a_clip_shows_before_and_after(tmp_path: Path) -> None:
    film = Film(tmp_path)
    film.show(20.0, {"a": (10.0, 12.0)})
    file = film.files()["a"]
    assert film.paths == {"a": "clips/a.mp4"} == {"a": file.path}
    assert file.seconds == pytest.approx(2 + 2 + 1, abs=0.3)
    assert frames(tmp_path, "a") == pytest.approx(4 * file.seconds, abs=2)
    data = (tmp_path / file.path).read_bytes()
    assert (file.sha256, file.bytes) == (hashlib.sha256(data).hexdigest(), len(data))
    assert (file.camera, file.kind, file.event) == ("c", "clip", "a")
    before = [t_s for _, t_s in film.drawn if t_s < 10.0]
    assert before == [8.0, 8.25, 8.5, 8.75, 9.0, 9.25, 9.5, 9.75], "drawn as it was then, not as it became"
    assert max(t_s for _, t_s in film.drawn) < 12.0, "nobody's way is followed once the incident is over"


def test_an_incident_without_duration_has_a_clip_all_the_same(tmp_path: Path) -> None:
    film = Film(tmp_path)
    film.show(9.0, {"a": (5.0, 5.1)})
    assert film.files()["a"].seconds == pytest.approx(3.0, abs=0.3)


def test_a_long_incident_is_cut_off(tmp_path: Path) -> None:
    film = Film(tmp_path)
    film.show(60.0, {"a": (5.0, 60.0)})
    assert film.files()["a"].seconds == pytest.approx(8.0, abs=0.3)


def test_the_end_of_the_run_finishes_it(tmp_path: Path) -> None:
    film = Film(tmp_path)
    film.show(4.0, {"a": (3.0, 60.0)})
    assert film.files()["a"].seconds == pytest.approx(2.75, abs=0.3)


def test_an_interruption_finishes_it_and_forgets_what_was_before(tmp_path: Path) -> None:
    film = Film(tmp_path)
    film.show(5.0, {"a": (4.0, 5.0)})
    film.clips.interrupt()
    film.show(7.0, {"b": (6.0, 7.0)}, from_s=6.0)
    files = film.files()
    assert files["a"].seconds == pytest.approx(2.75, abs=0.3)
    assert files["b"].seconds < 1.1, "nothing of before the interruption"


def test_two_at_once_are_two_clips(tmp_path: Path) -> None:
    film = Film(tmp_path)
    film.show(20.0, {"a": (5.0, 8.0), "b": (6.0, 7.0)})
    assert set(film.files()) == {"a", "b"}


@pytest.fixture
def encoders(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """The number of encoders that exist at once, at each beginning of one."""
    living, most = set[int](), list[int]()
    begin, rest = video._encoder, RedactedVideo.rest

    def counted(wh: tuple[int, int]) -> VideoCodecContext:
        encoder = begin(wh)
        living.add(id(encoder))
        most.append(len(living))
        return encoder

    def rested(self: RedactedVideo) -> None:
        living.discard(id(self._encoder))
        rest(self)

    monkeypatch.setattr(video, "_encoder", counted)
    monkeypatch.setattr(RedactedVideo, "rest", rested)
    return most


@pytest.mark.usefixtures("slow_machine")
@pytest.mark.parametrize("patient", [True, False])
def test_simultaneous_clips_of_several_cameras_share_one_encoder(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, encoders: list[int], patient: bool
) -> None:
    monkeypatch.setattr(writer, "MOST_WAITING", 256)  # the pictures come faster than those of a camera
    cameras = [Film(tmp_path / f"{n}", lasting_at_most(60.0), patient=patient) for n in range(2)]
    names = [f"e{n}" for n in range(MOST_AT_ONCE)]
    for film in cameras:
        (tmp_path / str(cameras.index(film))).mkdir()
        film.show(30.0, dict.fromkeys(names, (5.0, 25.0)))
    for n, film in enumerate(cameras):
        assert set(film.files()) == set(names)
        assert {frames(tmp_path / f"{n}", name) for name in names} == {frames(tmp_path / "0", "e0")}
        assert film.clips.refused == 0
    assert len(encoders) > 2 * len(names), "each clip was written in parts"
    assert max(encoders) == 1


def test_a_recording_keeps_the_clips_of_all_incidents(tmp_path: Path) -> None:
    film = Film(tmp_path)
    names = [f"e{n}" for n in range(3 * MOST_AT_ONCE)]
    film.show(10.0, dict.fromkeys(names, (5.0, 6.0)))
    files = film.files()
    assert set(files) == set(names)
    assert film.clips.refused == 0
    assert {frames(tmp_path, name) for name in names} == {frames(tmp_path, "e0")}
    assert {round(file.seconds, 2) for file in files.values()} == {files["e0"].seconds}


def test_a_clip_is_written_in_parts_while_its_incident_lasts(tmp_path: Path) -> None:
    film = Film(tmp_path, lasting_at_most(60.0))
    film.show(5.0 + PART / 4 + 1.0, {"a": (5.0, 60.0)})
    until(lambda: frames(tmp_path, "a") >= PART)
    film.clips.close()


@pytest.mark.usefixtures("slow_machine")
def test_too_many_at_once_of_a_live_camera_are_counted_not_recorded(tmp_path: Path) -> None:
    film = Film(tmp_path, patient=False)
    names = [f"e{n}" for n in range(MOST_AT_ONCE + 2)]
    film.show(10.0, dict.fromkeys(names, (5.0, 6.0)))
    assert sum(path is None for path in film.paths.values()) == 2
    assert film.clips.refused > 0
    assert len(film.files()) == MOST_AT_ONCE


@pytest.mark.parametrize(
    ("least", "severity", "gets_one"),
    [
        ("info", Severity.INFO, True),
        ("warning", Severity.INFO, False),
        ("warning", Severity.WARNING, True),
        ("alarm", Severity.WARNING, False),
        ("alarm", Severity.ALARM, True),
        ("never", Severity.ALARM, False),
    ],
)
def test_only_what_is_grave_enough_gets_one(
    tmp_path: Path, least: str, severity: Severity, gets_one: bool
) -> None:
    film = Film(tmp_path, Evidence.model_validate({"clips_from": least}), severity)
    film.show(3.0, {"a": (1.0, 2.0)})
    assert set(film.files()) == ({"a"} if gets_one else set())
    assert (tmp_path / "clips").exists() == gets_one


def test_a_camera_without_rules_keeps_no_ring(tmp_path: Path) -> None:
    assert clips_of(stage.camera(rules=()), Evidence(), tmp_path, patient=True) is None
    never = Evidence(clips_from="never")
    assert clips_of(stage.camera(), never, tmp_path, patient=True) is None
    assert clips_of(stage.camera(), Evidence(), tmp_path, patient=True) is not None
