"""How many live cameras this machine carries, with half of their places empty.

    python benchmarks/live.py VIDEO [--cameras 12 16 20] [--seconds 90] [--keep DIR]

VIDEO shows people the whole time. A second video of the same place without people is made from it: the median of
its pictures, blurred so that nothing looks like a person, with the noise of a sensor, encoded with the same bit
rate, key frames every two seconds and no reordered pictures. Then `passerby bench` runs a unit for each number of
cameras; every second one shows the empty place. Nothing else should run on the machine: rates and latencies are
real. Three numbers of 90 s take about six minutes.
"""

from __future__ import annotations

import argparse
import subprocess
import sys
from pathlib import Path
from tempfile import TemporaryDirectory

import av
import cv2
import numpy as np

MEDIAN_OF, BLUR_PX, SECONDS, FPS, NOISE_SD = 25, 8.0, 20, 25, 2.0


def empty_place(video: Path, out: Path) -> None:
    """Write a video of the place without its people."""
    with av.open(str(video)) as file:
        stream = file.streams.video[0]
        stream.thread_type = "AUTO"
        step = max(1, (stream.frames or MEDIAN_OF) // MEDIAN_OF)
        kept = [f.to_ndarray(format="yuv420p") for k, f in enumerate(file.decode(stream)) if k % step == 0]
        size, bit_rate = (stream.codec_context.width, stream.codec_context.height), stream.bit_rate or 4_000_000
    place = cv2.GaussianBlur(np.median(kept, axis=0).astype(np.uint8), (0, 0), BLUR_PX).astype(np.int16)
    rng = np.random.default_rng(1)
    noise = rng.normal(0, NOISE_SD, (8, *place.shape)).round().astype(np.int16)
    with av.open(str(out), "w") as file:
        stream = file.add_stream("libx264", rate=FPS)
        stream.width, stream.height, stream.pix_fmt, stream.bit_rate = *size, "yuv420p", bit_rate
        rate = str(bit_rate)
        stream.options = {
            "preset": "veryfast",
            "g": str(2 * FPS),
            "sc_threshold": "0",
            "bf": "0",
            "maxrate": rate,
            "bufsize": rate,
        }
        for k in range(SECONDS * FPS):
            shifted = np.roll(noise[k % len(noise)], 37 * k, axis=1)
            picture = np.clip(place + shifted, 0, 255).astype(np.uint8)
            file.mux(stream.encode(av.VideoFrame.from_ndarray(picture, format="yuv420p")))
        file.mux(stream.encode())


def main() -> None:
    """Run the measurements and show each report."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("video", type=Path)
    parser.add_argument("--cameras", type=int, nargs="+", default=[12, 16, 20])
    parser.add_argument("--seconds", type=float, default=90.0)
    parser.add_argument("--keep", type=Path, help="folder of the empty place and the reports (JSON)")
    given = parser.parse_args()
    with TemporaryDirectory(prefix="passerby-live-") as temporary:
        folder = given.keep or Path(temporary)
        folder.mkdir(parents=True, exist_ok=True)
        empty = folder / f"{given.video.stem}-empty.mp4"
        if not empty.is_file():
            empty_place(given.video, empty)
        for cameras in given.cameras:
            command = [sys.executable, "-m", "passerby.app.cli", "bench", str(given.video), str(empty)]
            command += ["--cameras", str(cameras), "--seconds", str(given.seconds)]
            subprocess.run([*command, "--json", str(folder / f"live-{cameras}.json")], check=True)


if __name__ == "__main__":
    main()
