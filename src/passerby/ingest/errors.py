"""Converts every error of the decoder into a PasserbyError: one sentence with cause and remedy, without
password."""

from __future__ import annotations

import errno

import av

from passerby.contracts.errors import InputError, StreamLost, StreamRefused
from passerby.contracts.urls import mask_url

_Reasons = tuple[tuple[type[Exception], str], ...]

_REFUSED: _Reasons = (
    (
        av.error.HTTPUnauthorizedError,
        "the camera refuses the user name or password; correct them in the address, "
        "with special characters percent-encoded",
    ),
    (
        av.error.HTTPForbiddenError,
        "the camera forbids this user to view; give the user viewing rights on the camera",
    ),
)
_TOO_LATE = "no answer in time; check that the camera is switched on and reachable"
_LIVE: _Reasons = (
    (av.error.HTTPNotFoundError, "the camera has no stream with this name; check the path in the address"),
    (
        av.error.HTTPOtherClientError,
        "the camera refuses RTSP over TCP and over UDP; enable RTSP over TCP in the camera's network settings",
    ),
    (
        av.error.HTTPServerError,
        "the camera reports an internal error; restart it or reduce its number of viewers",
    ),
    (av.error.HTTPClientError, "the camera rejects the request; check the address"),
    (av.error.ConnectionRefusedError, "the host accepts no connection on this port; check address, port and RTSP"),
    (av.error.ExitError, _TOO_LATE),
    (av.error.TimeoutError, _TOO_LATE),
    (av.error.EOFError, "the camera ended the stream; check its log if this repeats"),
    (
        av.error.ConnectionResetError,
        "the connection was interrupted; check the network and the camera's number of viewers",
    ),
    (
        av.error.BrokenPipeError,
        "the connection was interrupted; check the network and the camera's number of viewers",
    ),
    (av.error.MemoryError, "the camera sends too much data; check that the address is a camera's"),
    (
        av.error.InvalidDataError,
        "the answer contains no readable video; check the path and the camera's codec",
    ),
)
_LIVE_ERRNO = {
    errno.EIO: "the host name is unknown or the connection was interrupted; check the host name and the network",
    errno.EHOSTUNREACH: "there is no route to the host; check the address and the network",
    errno.ENETUNREACH: "the network is unreachable; check the network cable and the address",
    errno.EPROTONOSUPPORT: "the camera supports RTSP neither over TCP nor over UDP; enable one of them",
}
_FILE: _Reasons = (
    (av.error.FileNotFoundError, "no such file; check the path"),
    (av.error.PermissionError, "reading it is not permitted; check the file's permissions"),
    (av.error.IsADirectoryError, "this is a directory; give a video file in it"),
    (
        av.error.InvalidDataError,
        "this is not a readable video, or it is damaged or was truncated before its index was written; "
        "try to play it, or export it again",
    ),
    (av.error.EOFError, "the file ends before its first picture; export it again"),
    (
        av.error.MemoryError,
        "it needs more than 64 MB of memory in one piece; if it is longer than a day, cut it into parts",
    ),
    (
        av.error.ProtocolNotFoundError,
        "it refers to other files or addresses, which are not followed; give the video itself",
    ),
)


def file_error(path: str, error: Exception) -> InputError:
    """The error of a recording: `path` as given, and the reason."""
    return InputError(f"{path}: {_reason(error, _FILE) or _other(error)}")


def stream_error(url: str, error: Exception, timed_out: bool = False) -> StreamLost:
    """The error of a camera: its address without the password, and the reason.

    StreamRefused if the camera refuses the user, so that retries are rare. `timed_out`: the time was up, which the
    decoder calls invalid data when it happens before the first answer.
    """
    shown = mask_url(url)
    if timed_out:
        return StreamLost(f"{shown}: {_TOO_LATE}")
    refused = _reason(error, _REFUSED)
    if refused:
        return StreamRefused(f"{shown}: {refused}")
    number = getattr(error, "errno", None)
    reason = _reason(error, _LIVE) or (_LIVE_ERRNO.get(number) if isinstance(number, int) else None)
    return StreamLost(f"{shown}: {reason or _other(error)}")


def _reason(error: Exception, reasons: _Reasons) -> str | None:
    return next((text for kind, text in reasons if isinstance(error, kind)), None)


def _other(error: Exception) -> str:
    # The decoder's own text may quote the address, so only its short description is used.
    said = getattr(error, "strerror", None) or type(error).__name__
    return f"it cannot be read ({said}); check that it plays elsewhere"
