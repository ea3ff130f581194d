from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from passerby.contracts.urls import address_fault, is_live, mask_url, scheme_of


@pytest.mark.parametrize(
    ("source", "shown"),
    [
        ("rtsp://viewer:secret@camera1/stream1", "rtsp://viewer:***@camera1/stream1"),
        ("RTSPS://viewer:secret@camera1:322/s", "RTSPS://viewer:***@camera1:322/s"),
        ("rtsp://viewer:@camera1/s", "rtsp://viewer:***@camera1/s"),
        ("rtsp://viewer:a:b:c@camera1/s", "rtsp://viewer:***@camera1/s"),
        ("rtsp://viewer:se@cr@et@camera1/s", "rtsp://viewer:***@camera1/s"),  # "@" not encoded
        ("rtsp://viewer:se/cr?et#@camera1/s", "rtsp://viewer:***@camera1/s"),  # "/" not encoded
        ("rtsp://viewer:se\ncret@camera1/s", "rtsp://viewer:***@camera1/s"),
        ("rtsp://0123token@camera1/s", "rtsp://***@camera1/s"),  # alone, it may be a token
        ("viewer:secret@camera1/s", "viewer:***@camera1/s"),  # the scheme was forgotten
        ("rtsp://camera1/s?user=v&password=secret&ch=1", "rtsp://camera1/s?user=v&password=***&ch=1"),
        ("rtsp://camera1/user=v&PWD=se_cret&ch=1", "rtsp://camera1/user=v&PWD=***&ch=1"),
        ("http://camera1/s?access_token=abc", "http://camera1/s?access_token=***"),
        ("rtsp://camera1:554/stream1", "rtsp://camera1:554/stream1"),
        ("/videos/platform 1.mp4", "/videos/platform 1.mp4"),
        ("odd@name.mp4", "odd@name.mp4"),  # a file, not an address
        ("", ""),
    ],
)
def test_only_the_secret_is_hidden(source: str, shown: str) -> None:
    assert mask_url(source) == shown


@given(st.text(st.characters(exclude_characters="*"), min_size=1), st.sampled_from(["rtsp", "rtsps", "http"]))
def test_no_password_however_odd_survives(password: str, scheme: str) -> None:
    marked = f"SECRET{password}SECRET"
    assert "SECRET" not in mask_url(f"{scheme}://viewer:{marked}@camera/stream")


@given(st.text())
def test_masking_twice_changes_nothing_more(source: str) -> None:
    assert mask_url(mask_url(source)) == mask_url(source)


@pytest.mark.parametrize(
    ("source", "scheme", "live"),
    [
        ("RTSP://c/s", "rtsp", True),
        ("rtsps://c/s", "rtsps", True),
        ("http://c/s", "http", False),
        ("file:///v.mp4", "file", False),
        ("C:\\v.mp4", "", False),
        ("v.mp4", "", False),
    ],
)
def test_scheme(source: str, scheme: str, live: bool) -> None:
    assert (scheme_of(source), is_live(source)) == (scheme, live)


FAULTS = [
    (f"rtsp://viewer:{'a' * 120}@camera1/1", None),  # 127 characters, as many as are read
    (f"rtsp://viewer:{'a' * 121}@camera1/1", "user and password take 128 characters"),
    (f"rtsp://viewer:{'%23' * 48}@camera1/1", "a sign such as # takes three"),
    ("rtsp://h", None),
    ("rtsp://u:p%40@h:554/a/b?c=d&e", None),
    ("RTSPS://[::1]:322/a", None),
    ("video.mp4", None),
    ("/a/rtsp/b.mp4", None),
    ("rtsp.mp4", None),
    ("http://h/x", None),
    ("rtsp:/u:s3cret@h/x", "two slashes"),
    ("rtsp:u:s3cret@h/x", "two slashes"),
    ("rtsp:///u:s3cret@h/x", "two slashes"),
    ("rtsp//u:s3cret@h/x", "two slashes"),
    ("rtsp://u:s3#cret@h/x", "%23"),
    ("rtsp://u:s3?cret@h/x", "%3F"),
    ("rtsp://u:s3/cret@h/x", "%2F"),
    ("rtsp://u:s3@cret@h/x", "%40"),
    ("rtsp://u:s3cret@h/x#1", "ends at"),
    ("rtsp://u:s3cret@h:0/x", "port 0 does not exist"),
    ("rtsp://u:s3cret@", "not a complete address"),
    ("rtsp://u:s3cret@h x/", "not a complete address"),
]


@pytest.mark.parametrize(("source", "says"), FAULTS)
def test_what_is_wrong_with_an_address_is_said_without_showing_it(source: str, says: str | None) -> None:
    fault = address_fault(source)
    assert (fault is None) == (says is None)
    assert says is None or says in (fault or "")
    assert "cret" not in (fault or "") + mask_url(source)
