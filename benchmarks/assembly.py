"""The usual assembly of libraries for one camera, as a user would write it by hand, for `passerby bench`.

    python benchmarks/assembly.py VIDEO --fps 5 --threads 1

PyAV decodes, every n-th picture becomes BGR, OpenCV resizes it, OpenVINO runs the network of passerby, OpenCV
suppresses overlapping boxes, ByteTrack of `trackers` follows people, and LineZone of `supervision` counts them.
There is no redaction, no recording, no calibration, no rule, no health and no database. Needs the group `peers`.
Prints one JSON object: processor time of the process from the first packet to the last picture, and its parts.
"""

from __future__ import annotations

import argparse
import json
import resource
import time
import warnings
from pathlib import Path
from typing import Any

import av
import cv2
import numpy as np
import openvino as ov
import supervision as sv
from trackers import ByteTrackTracker

import passerby

WEIGHTS = Path(passerby.__file__).parent / "vision" / "weights" / "person.onnx"
CARD = json.loads(WEIGHTS.with_suffix(".json").read_text())
PAD = 114


def network(input_wh: tuple[int, int]) -> Any:
    """Return the compiled network for one picture, uint8 (1, H, W, 3) BGR."""
    core, (w, h) = ov.Core(), input_wh
    model = core.read_model(WEIGHTS)
    model.reshape([1, 3, h, w] if model.input().partial_shape[1].to_string() == "3" else [1, h, w, 3])
    if model.input().shape[1] == 3:
        steps = ov.preprocess.PrePostProcessor(model)
        steps.input().tensor().set_element_type(ov.Type.u8).set_layout(ov.Layout("NHWC"))
        steps.input().model().set_layout(ov.Layout("NCHW"))
        model = steps.build()
    return core.compile_model(model, "CPU", {"NUM_STREAMS": 1, "INFERENCE_NUM_THREADS": 1})


class Assembly:
    """One camera: `step` takes a picture."""

    def __init__(self, wh: tuple[int, int], fps: float) -> None:
        self._input_wh = tuple(CARD["input_wh"])
        self._request = network(self._input_wh).create_infer_request()
        self._scale = min(self._input_wh[0] / wh[0], self._input_wh[1] / wh[1])
        self._tracker = ByteTrackTracker(frame_rate=fps, track_activation_threshold=CARD["score"])
        self._line = sv.LineZone(sv.Point(0, wh[1] / 2), sv.Point(wh[0], wh[1] / 2))

    def step(self, bgr: np.ndarray) -> None:
        """Detect, track and count."""
        w, h = self._input_wh
        size = round(bgr.shape[1] * self._scale), round(bgr.shape[0] * self._scale)
        picture = np.full((1, h, w, 3), PAD, np.uint8)
        picture[0, : size[1], : size[0]] = cv2.resize(bgr, size)
        self._request.infer([picture])
        boxes = self._request.get_tensor("boxes").data[0]
        scores = self._request.get_tensor("scores").data[0]
        strong = scores >= CARD["score_floor"]
        boxes, scores = boxes[strong] / self._scale, scores[strong]
        sides = np.hstack([boxes[:, :2], boxes[:, 2:] - boxes[:, :2]])
        keep = np.array(cv2.dnn.NMSBoxes(sides, scores, CARD["score_floor"], CARD["nms_iou"]), int).reshape(-1)
        people = sv.Detections(boxes[keep], confidence=scores[keep], class_id=np.zeros(len(keep), int))
        people = self._tracker.update(people)
        self._line.trigger(people[people.tracker_id >= 0] if people.tracker_id is not None else people)


def main() -> None:
    """Run the assembly over one video."""
    warnings.filterwarnings("ignore")
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("video")
    parser.add_argument("--fps", type=float, default=5.0, help="pictures analysed per second of video")
    parser.add_argument("--threads", type=int, default=1, help="threads of the decoder")
    args = parser.parse_args()
    container = av.open(args.video)
    stream = container.streams.video[0]
    stream.codec_context.thread_count = args.threads
    assembly = Assembly((stream.width, stream.height), args.fps)
    frames = analysed = 0
    due_s, last_s = 0.0, 0.0
    began = time.process_time()
    for frame in container.decode(stream):
        frames, last_s = frames + 1, frame.time or 0.0
        if last_s + 1e-6 < due_s:
            continue
        due_s += 1 / args.fps
        analysed += 1
        assembly.step(frame.to_ndarray(format="bgr24"))
    cpu_s = time.process_time() - began
    seconds = last_s + 1 / float(stream.average_rate or 25)
    rss_mb = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(
        json.dumps(
            {"cpu_s": cpu_s, "seconds": seconds, "frames": frames, "analysed": analysed,
             "rss_mb": rss_mb, "stages": {}}
        )
    )  # fmt: skip


if __name__ == "__main__":
    main()
