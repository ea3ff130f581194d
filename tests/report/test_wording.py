from __future__ import annotations

import pytest

from passerby.report.wording import place_of


@pytest.mark.parametrize(
    ("source", "text"),
    [
        ("recordings/a@b.mp4", "recordings/a@b.mp4"),
        ("rtsp://camera1:554/stream1", "rtsp://camera1:554"),
        ("rtsp://viewer:hunter2@camera1/stream1", "rtsp://camera1"),
        ("rtsp://viewer:p@ss/word@camera1/stream1", "rtsp://camera1"),  # raw signs in a password do occur
        ("rtsp://camera1?user=viewer&password=hunter2", "rtsp://camera1"),
        ("rtsp://camera1/user=viewer_password=hunter2", "rtsp://camera1"),
        ("file:///data/day.mp4", "file:///data/day.mp4"),
    ],
)
def test_an_address_keeps_its_password_to_itself(source: str, text: str) -> None:
    assert place_of(source) == text
