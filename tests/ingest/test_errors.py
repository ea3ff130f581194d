from __future__ import annotations

import errno

import av
import pytest

from passerby.contracts.errors import InputError, StreamLost, StreamRefused
from passerby.ingest.errors import file_error, stream_error

URL = "rtsp://viewer:s3cr%40t@10.0.0.7/stream1?token=abcdef"

STREAM = [
    (av.error.HTTPUnauthorizedError, 0, StreamRefused, "user name or password"),
    (av.error.HTTPForbiddenError, 0, StreamRefused, "viewing rights"),
    (av.error.HTTPNotFoundError, 0, StreamLost, "no stream with this name"),
    (av.error.HTTPOtherClientError, 0, StreamLost, "RTSP over TCP"),
    (av.error.HTTPBadRequestError, 0, StreamLost, "rejects the request"),
    (av.error.HTTPServerError, 0, StreamLost, "internal error"),
    (av.error.ConnectionRefusedError, errno.ECONNREFUSED, StreamLost, "no connection on this port"),
    (av.error.ConnectionResetError, errno.ECONNRESET, StreamLost, "was interrupted"),
    (av.error.TimeoutError, errno.ETIMEDOUT, StreamLost, "no answer in time"),
    (av.error.ExitError, 0, StreamLost, "no answer in time"),
    (av.error.EOFError, 0, StreamLost, "ended the stream"),
    (av.error.InvalidDataError, 0, StreamLost, "no readable video"),
    (av.error.OSError, errno.EIO, StreamLost, "host name"),
    (av.error.OSError, errno.EHOSTUNREACH, StreamLost, "no route"),
    (av.error.OSError, errno.ENETUNREACH, StreamLost, "network is unreachable"),
    (av.error.MemoryError, 0, StreamLost, "too much data"),
    (av.error.PatchWelcomeError, 0, StreamLost, "Odd thing"),
]


@pytest.mark.parametrize(("kind", "number", "ours", "says"), STREAM, ids=[case[0].__name__ for case in STREAM])
def test_stream(kind: type[av.FFmpegError], number: int, ours: type[InputError], says: str) -> None:
    error = stream_error(URL, kind(number, "Odd thing", URL))
    assert type(error) is ours
    assert says in str(error)
    assert str(error).startswith("rtsp://viewer:***@10.0.0.7/stream1")
    assert "s3cr" not in str(error)
    assert "abcdef" not in str(error)
    assert "\n" not in str(error)


FILE = [
    (av.error.FileNotFoundError, "no such file"),
    (av.error.PermissionError, "not permitted"),
    (av.error.IsADirectoryError, "a directory"),
    (av.error.InvalidDataError, "truncated before its index"),
    (av.error.EOFError, "before its first picture"),
    (av.error.ProtocolNotFoundError, "other files or addresses"),
    (av.error.MemoryError, "cut it into parts"),
    (av.error.PatchWelcomeError, "Odd thing"),
]


@pytest.mark.parametrize(("kind", "says"), FILE, ids=[case[0].__name__ for case in FILE])
def test_file(kind: type[av.FFmpegError], says: str) -> None:
    error = file_error("a b.mp4", kind(1, "Odd thing", "file:a b.mp4"))
    assert type(error) is InputError
    assert str(error).startswith("a b.mp4: ")
    assert says in str(error)


def test_a_time_that_is_up_outweighs_what_the_decoder_calls_it() -> None:
    assert "no answer in time" in str(stream_error(URL, av.error.InvalidDataError(1, "Odd thing"), timed_out=True))


def test_an_error_that_is_not_the_decoders() -> None:
    assert "UnicodeError" in str(stream_error(URL, UnicodeError("s3cr@t")))
    assert "s3cr" not in str(stream_error(URL, UnicodeError("s3cr@t")))
