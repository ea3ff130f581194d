"""Our tracker beside two published ones on the same boxes: HOTA, MOTA and IDF1 by TrackEval, and ms a frame.

Needs the group `peers` and MOTChallenge sequences:
    uv pip install --group peers
    python benchmarks/tracking.py --model MODEL --input 640x384 VIDEO=GT.txt@FPS ...
"""

from __future__ import annotations

import argparse
import time
import warnings
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from passerby.contracts.config import ModelChoice
from passerby.contracts.people import Detections
from passerby.contracts.time import NS_PER_S, Timestamp
from passerby.evals.tracking import Frame, score_tracks
from passerby.ingest.file import FileSource
from passerby.pixels.frame import RawFrame
from passerby.vision.load import load_detector
from passerby.vision.tracker import Tracker

Follow = Callable[[Sequence[Detections], float, float], list[Frame]]


@dataclass(frozen=True)
class Recording:
    """A video with its ground truth: rows of frame, id, x, y, w, h."""

    name: str
    fps: float
    truth: NDArray[np.float64]
    found: list[Detections]


def ours(found: Sequence[Detections], _: float, score: float) -> list[Frame]:
    """Track with passerby."""
    tracker, frames = Tracker("bench", score), []
    for boxes in found:
        tracks = tracker.step(boxes)
        seen = tracks.confirmed & ~tracks.predicted
        frames.append((tracks.id[seen], tracks.xyxy_px[seen]))
    return frames


def peer(name: str) -> Follow:
    """Return a tracker of the `trackers` package, with the settings of docs/decisions/0004-tracker.md."""

    def follow(found: Sequence[Detections], fps: float, score: float) -> list[Frame]:
        import inspect

        import supervision as sv
        import trackers

        wanted = {
            "lost_track_buffer": 60,
            "frame_rate": fps,
            "minimum_consecutive_frames": 2,
            "high_conf_det_threshold": score,
            "track_activation_threshold": score,
        }
        kind = getattr(trackers, name)
        known = inspect.signature(kind.__init__).parameters
        tracker, frames = kind(**{k: v for k, v in wanted.items() if k in known}), []
        for boxes in found:
            strong = boxes.score >= score
            given = sv.Detections(
                xyxy=boxes.xyxy_px[strong].astype(float),
                confidence=boxes.score[strong].astype(float),
                class_id=np.zeros(int(strong.sum()), int),
            )
            got = tracker.update(given)
            ids = got.tracker_id if got.tracker_id is not None else np.zeros(0, int)
            frames.append((ids[ids >= 0], got.xyxy[ids >= 0]))
        return frames

    return follow


def read(spec: str, choice: ModelChoice) -> tuple[Recording, float]:
    """Return a sequence with its boxes, and the model's own threshold; `spec` is VIDEO=GT.txt@FPS."""
    import threading

    video, _, rest = spec.partition("=")
    truth, _, fps = rest.partition("@")
    detector, found = load_detector(choice), []
    for frame in FileSource(video, "bench").frames(threading.Event()):
        assert isinstance(frame, RawFrame)
        (boxes,) = detector.detect([frame])
        at = Timestamp(round((frame.number - 1) * NS_PER_S / float(fps)))
        found.append(Detections("bench", at, boxes.frame_wh, boxes.xyxy_px, boxes.score))
    rows = np.loadtxt(truth, delimiter=",")[:, :6]
    return Recording(Path(video).stem, float(fps), rows, found), detector.info.score


def main() -> None:
    """Print one row per sequence and tracker."""
    warnings.filterwarnings("ignore")
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--model", required=True)
    parser.add_argument("--input", default=None, help="WxH")
    parser.add_argument("sequences", nargs="+")
    args = parser.parse_args()
    size = tuple(int(side) for side in args.input.split("x")) if args.input else None
    choice = ModelChoice(path=args.model, input_px=size)
    print(
        "| sequence | tracker | HOTA | MOTA | IDF1 | ids made / true | ms a frame |\n|---|---|---|---|---|---|---|"
    )
    for spec in args.sequences:
        sequence, score = read(spec, choice)
        followers = {"passerby": ours, **{n: peer(f"{n}Tracker") for n in ("ByteTrack", "OCSORT")}}
        for name, follow in followers.items():
            began = time.process_time()
            frames = follow(sequence.found, sequence.fps, score)
            ms = 1000 * (time.process_time() - began) / len(frames)
            got = score_tracks(sequence.truth, frames)
            figures = " | ".join(f"{100 * share:.1f}" for share in (got.hota, got.mota, got.idf1))
            print(f"| {sequence.name} | {name} | {figures} | {got.made} / {got.true} | {ms:.2f} |")


if __name__ == "__main__":
    main()
