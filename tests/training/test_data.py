"""From tar shards to augmented samples, on drawn pictures."""

from __future__ import annotations

import io
import json
import tarfile
from pathlib import Path

import cv2
import numpy as np
import pytest
from training.camera import through_camera
from training.collage import blank, fill, merged, place, sort_out
from training.crowd import covered, paste_people, soft_mask
from training.mixture import Mixture
from training.samples import Cache, Joined, write_cache

from passerby.evals.detector_labels import Labelled, quads
from passerby.evals.detector_photos import EXCLUDED, GROUPS, photos

WH = (160, 96)


def _drawn(number: int) -> Labelled:
    """Two upright figures before a grey wall."""
    bgr = np.full((120, 180, 3), 60 + 20 * number, np.uint8)
    boxes = [[20, 30, 44, 100], [100, 10, 130, 110]]
    for x0, y0, x1, y1 in boxes:
        cv2.rectangle(bgr, (x0, y0), (x1 - 1, y1 - 1), (10, 20, 200), -1)
    return Labelled(bgr, quads(boxes), quads([[150, 80, 170, 110]]), "coco-person", f"{number}.jpg")


def _shard(folder: Path, source: str = "coco-person") -> None:
    rows = []
    with tarfile.open(folder / "train-00.tar", "w") as tar:
        for number in range(3):
            item = _drawn(number)
            data = cv2.imencode(".jpg", item.bgr)[1].tobytes()
            info = tarfile.TarInfo(item.name)
            info.size = len(data)
            tar.addfile(info, io.BytesIO(data))
            rows.append(
                {
                    "image": item.name,
                    "source": source if number else "pennfudan",
                    "boxes": item.boxes.tolist(),
                    "ignore": [],
                }
            )
    (folder / "train.jsonl").write_text("\n".join(json.dumps(row) for row in rows))


@pytest.fixture
def cache(tmp_path: Path) -> Cache:
    assert write_cache(tmp_path / "cache", (_drawn(n) for n in range(4))) == 4
    return Cache(tmp_path / "cache")


def test_reader_keeps_to_the_licence_groups(tmp_path: Path) -> None:
    _shard(tmp_path)
    assert [item.name for item in photos([tmp_path], "train", "B")] == ["1.jpg", "2.jpg"]
    assert len(list(photos([tmp_path], "train", "BR"))) == 3


def test_reader_takes_several_folders(tmp_path: Path) -> None:
    for name in ("first", "second"):
        (tmp_path / name).mkdir()
        _shard(tmp_path / name)
    read = photos([tmp_path / "first", tmp_path / "second"], "train", "B")
    assert [item.name for item in read] == ["1.jpg", "2.jpg"] * 2


def test_reader_leaves_out_what_is_excluded(tmp_path: Path) -> None:
    _shard(tmp_path, "factory")
    assert [item.source for item in photos([tmp_path], "train", "BR")] == ["pennfudan"]
    assert all(EXCLUDED.values()), "each exclusion has its reason"
    assert EXCLUDED.keys() <= GROUPS.keys()


def test_reader_refuses_a_source_without_licence_group(tmp_path: Path) -> None:
    _shard(tmp_path, "found-somewhere")
    with pytest.raises(ValueError, match=r"found-somewhere.*no licence group"):
        list(photos([tmp_path], "train", "B"))


def test_cache_returns_what_was_written(cache: Cache) -> None:
    for number in range(4):
        want, got = _drawn(number), cache[number]
        assert np.array_equal(want.bgr, got.bgr)
        assert np.array_equal(want.boxes, got.boxes)
        assert (want.source, want.name) == (got.source, got.name)
    assert cache.upright == [2, 2, 2, 2]


def test_caches_are_joined_and_one_given_twice_counts_twice(cache: Cache, tmp_path: Path) -> None:
    write_cache(tmp_path / "other", iter([_drawn(9)]))
    joined = Joined([cache, Cache(tmp_path / "other"), Cache(tmp_path / "other")])
    assert [joined[n].name for n in range(len(joined))] == ["0.jpg", "1.jpg", "2.jpg", "3.jpg", "9.jpg", "9.jpg"]
    assert len(Mixture(cache, joined, 1.0, wh=WH).sample(0).bgr) == WH[1]


def test_a_cache_that_was_not_finished_is_refused(tmp_path: Path) -> None:
    (tmp_path / "pixels.u8").write_bytes(b"half")
    with pytest.raises(FileNotFoundError, match="was not finished"):
        Cache(tmp_path)


@pytest.mark.parametrize(
    ("box", "kept", "ignored"),
    [
        ([10, 10, 30, 60], 1, 0),  # whole
        ([-10, 10, 10, 60], 1, 0),  # half of it is inside
        ([-18, 10, 2, 60], 0, 1),  # a tenth is inside: no opinion
        ([10, 10, 14, 16], 0, 1),  # six pixels high: no opinion
        ([-30, 10, -5, 60], 0, 0),  # outside
    ],
)
def test_sorting_out(box: list[int], kept: int, ignored: int) -> None:
    boxes, ignore = sort_out(quads([box]), quads([]), WH)
    assert (len(boxes), len(ignore)) == (kept, ignored)


def test_boxes_follow_the_pixels() -> None:
    """The figures are red and nothing else is: after scaling and mirroring each kept box is filled with red."""
    rng = np.random.default_rng(5)
    for _ in range(30):
        canvas = blank(WH)
        place(rng, canvas, _drawn(1), float(rng.uniform(0.4, 1.6)), (0, 0, *WH))
        for x0, y0, x1, y1 in merged(canvas)[0]:
            middle = canvas.bgr[int(y0 + y1) // 2, int(x0 + x1) // 2]
            assert middle[2] > 150
            assert middle[1] < 60


def test_a_collage_is_filled_with_labelled_scenes(cache: Cache) -> None:
    rng = np.random.default_rng(2)
    canvas = blank(WH)
    fill(rng, canvas, lambda: cache[int(rng.integers(4))], (0, 0, *WH), (20, 60))
    boxes, _ = merged(canvas)
    assert len(boxes) >= 3
    assert (boxes[:, 2:] <= np.asarray(WH) + 1e-3).all()
    assert (canvas.bgr == 114).all(axis=2).mean() < 0.4


def test_a_crowd_hides_whom_it_covers() -> None:
    rng = np.random.default_rng(4)
    canvas = blank(WH)
    canvas.boxes.append(quads([[0, 0, *WH]]))  # larger than anybody: cannot be covered
    paste_people(rng, canvas, lambda: _drawn(0), 6, (30, 50))
    boxes, ignore = merged(canvas)
    assert len(boxes) + len(ignore) > 1
    assert [0, 0, *WH] in boxes.tolist()
    assert covered(quads([[0, 0, 10, 10]]), quads([[5, 0, 15, 10]])[0]) == pytest.approx([0.5])
    mask = soft_mask((20, 40))
    assert mask.shape == (40, 20)
    assert (mask[20, 10], mask[0, 0]) == (1, 0)


def test_the_camera_keeps_size_and_type() -> None:
    rng = np.random.default_rng(1)
    before = _drawn(0).bgr
    for _ in range(60):
        after = through_camera(rng, before)
        assert after.shape == before.shape
        assert after.dtype == np.uint8


def test_sample_n_is_the_same_in_every_run(cache: Cache) -> None:
    mixture, again = (Mixture(cache, cache, 0.4, WH) for _ in range(2))
    for number in range(12):
        one, two = mixture.sample(number), again.sample(number)
        assert one.bgr.shape == (WH[1], WH[0], 3)
        assert np.array_equal(one.bgr, two.bgr)
        assert np.array_equal(one.boxes, two.boxes)
        assert (one.boxes >= 0).all()
        assert (one.boxes[:, 2:] <= np.asarray(WH)).all()
    assert not np.array_equal(mixture.sample(0).bgr, mixture.sample(1).bgr)
