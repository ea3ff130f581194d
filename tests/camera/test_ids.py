from __future__ import annotations

import re
from itertools import islice
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from passerby.camera.ids import fingerprint, live_ids, recording_ids, ulid
from passerby.contracts.errors import InputError
from support.clock import FakeClock

ULID = re.compile(r"[0-7][0-9A-HJKMNP-TV-Z]{25}")
times_ms = st.integers(0, 2**48 - 1)
entropy = st.binary(min_size=10, max_size=10)


@given(times_ms, entropy)
def test_is_a_ulid_that_holds_time_and_entropy(time_ms: int, random: bytes) -> None:
    text = ulid(time_ms, random)
    assert ULID.fullmatch(text)
    number = 0
    for letter in text:
        number = number * 32 + "0123456789ABCDEFGHJKMNPQRSTVWXYZ".index(letter)
    assert number == time_ms << 80 | int.from_bytes(random)


def test_the_example_of_the_specification() -> None:
    assert ulid(1469918176385, bytes(10))[:10] == "01ARYZ6S41"  # github.com/ulid/spec


@given(times_ms, times_ms, entropy, entropy)
def test_sorts_by_time(a_ms: int, b_ms: int, a: bytes, b: bytes) -> None:
    if a_ms < b_ms:
        assert ulid(a_ms, a) < ulid(b_ms, b)


def test_live_identifiers_sort_by_time_and_never_repeat_within_one_moment() -> None:
    clock = FakeClock()
    new_id = live_ids(clock)
    now = [new_id() for _ in range(1000)]
    clock.pass_s(0.001)
    assert len(set(now)) == 1000
    assert max(now) < new_id()


@given(st.text(), st.text())
def test_a_recording_has_the_same_identifiers_every_time_and_no_other_recording_has_them(a: str, b: str) -> None:
    of_a, again, of_b = (list(islice(iter(recording_ids(seed), None), 20)) for seed in (a, a, b))
    assert of_a == again == sorted(of_a)
    assert len(set(of_a)) == 20
    if a != b:
        assert not set(of_a) & set(of_b)


def test_a_recording_is_reported_by_what_is_in_it(tmp_path: Path) -> None:
    whole = bytes(range(256)) * 1000
    for name, data in {"a": whole, "b": whole, "longer": whole + b"!", "begin": b"!" + whole[1:]}.items():
        (tmp_path / name).write_bytes(data)
    (tmp_path / "end").write_bytes(whole[:-1] + b"!")
    (tmp_path / "short").write_bytes(b"!")
    (tmp_path / "empty").write_bytes(b"")
    marks = {path.name: fingerprint(path) for path in tmp_path.iterdir()}
    assert marks["a"] == marks["b"]
    assert len(set(marks.values())) == len(marks) - 1


def test_a_recording_that_cannot_be_read_is_one_sentence(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="it cannot be read"):
        fingerprint(tmp_path / "absent")
