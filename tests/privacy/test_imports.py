"""Nothing that recognises people is loaded, by whatever way: the linter sees import statements only."""

from __future__ import annotations

import json
import pkgutil
import re
import subprocess
import sys
from pathlib import Path

import passerby

IDENTITY = {
    *(
        "insightface",
        "face_recognition",
        "face_recognition_models",
        "deepface",
        "dlib",
        "facenet_pytorch",
        "mtcnn",
    ),
    *("openface", "arcface", "retinaface", "mediapipe", "gaitset", "opengait"),
    *("torchreid", "fastreid", "boxmot", "torch", "tensorflow", "keras", "passerby_gate"),
}
# Programs of their own, run by the system's Python with GStreamer's bindings; the product never imports them.
STAND_ALONE = {"passerby.sim.rtsp_server"}
# A fresh interpreter: this one has long imported what tests need.
IMPORT_ALL = """
import json, sys
for name in json.load(sys.stdin):
    __import__(name)
print(json.dumps(sorted(name.partition(".")[0] for name in sys.modules)))
"""


def modules() -> list[str]:
    """Every module of passerby; `__main__` would run the program."""
    found = [module.name for module in pkgutil.walk_packages(passerby.__path__, "passerby.")]
    return sorted(name for name in found if not name.endswith("__main__") and name not in STAND_ALONE)


def loaded_by(names: list[str], begin: str = "") -> set[str]:
    done = subprocess.run(
        [sys.executable, "-c", begin + IMPORT_ALL],
        input=json.dumps(names),
        capture_output=True,
        text=True,
        check=True,
    )
    return set(json.loads(done.stdout))


def test_importing_all_of_passerby_loads_no_identity_library() -> None:
    names = modules()
    assert len(names) > 100  # the walk did find the code
    loaded = loaded_by(names)
    assert {"passerby", "cv2", "av", "numpy"} <= loaded  # and did import it
    assert not loaded & IDENTITY


def test_the_check_sees_a_library_that_is_loaded_by_name() -> None:
    """A guard that has been seen to fail: an import the linter cannot see."""
    sneaked = "import sys, types; sys.modules['insightface'] = types.ModuleType('insightface')"
    assert loaded_by(["passerby"], sneaked) & IDENTITY == {"insightface"}


def test_what_opencv_has_for_faces_is_not_used() -> None:
    """OpenCV carries a face detector and a face recogniser, and it is loaded: the source must not name them."""
    sources = [*Path(passerby.__file__).parent.rglob("*.py")]
    assert len(sources) > 100
    named = re.compile(r"FaceRecognizer|FaceDetector|CascadeClassifier|cv2\.face\b|haarcascade")
    assert [path.name for path in sources if named.search(path.read_text())] == []
    assert named.search("cv2.FaceRecognizerSF.create(path, '')"), "the search finds what it looks for"
