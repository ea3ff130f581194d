from __future__ import annotations

from passerby.camera.tally import ACCOUNT_EVERY_S, PictureTally
from passerby.contracts.events import Account
from support.redacted import redact
from support.seen import at, found, frame, tracked


def test_what_arrives_is_reported_every_ten_seconds_and_at_the_end() -> None:
    tally, reported = PictureTally(), []
    for n in range(1, 251):
        tally.arrived(n, at(n / 10))
        reported += tally.due("c")
    reported += tally.rest("c")
    assert [account.frames_in for account in reported] == [101, 101, 48]
    assert sum(account.frames_in for account in reported) == 250
    assert ACCOUNT_EVERY_S == 10.0
    assert tally.rest("c") == []


def test_skipped_frames_arrived_too_and_a_new_session_counts_anew() -> None:
    tally = PictureTally()
    for number in (1, 2, 7, 1, 2):
        tally.arrived(number, at(1.0))
    assert tally.rest("c")[0].frames_in == 9


def test_pictures_shown_with_how_much_was_covered() -> None:
    tally, wh = PictureTally(), (100, 50)
    tally.shown(redact(frame(wh), found([(0, 0, 50, 50)], wh=wh), tracked(wh=wh)))
    (account,) = tally.rest("c")
    assert (account.frames_out, account.pixels_out) == (1, 5000)
    assert 2500 <= account.pixels_covered <= 2500 + 50 * 8, "the half, and a margin"


def test_video_is_counted_by_its_growth() -> None:
    tally = PictureTally()
    for size in (100, 250, 250):
        tally.video(size)
    tally.add(stills=2, bytes_written=50, lost=1)
    assert tally.rest("c") == [Account("c", None, 0, 0, 0, 0, 0, 2, 0, 300, 1)]


def test_nothing_to_report_is_nothing_reported() -> None:
    assert PictureTally().due("c") == []
    assert PictureTally().rest("c") == []
