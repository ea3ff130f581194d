"""Every error of the decoder becomes one of ours: one sentence with culprit and cure, and no password."""

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
        "the camera forbids this user to look; give the user viewing rights on the camera",
    ),
)
_TOO_LATE = "no answer in time; check that the camera is switched on and reachable"
_LIVE: _Reasons = (
    (av.error.HTTPNotFoundError, "the camera has no stream of this name; check the path in the address"),
    (
        av.error.HTTPOtherClientError,
        "the camera refuses to send RTSP over TCP; switch RTSP over TCP on in the camera's network settings",
    ),
    (
        av.error.HTTPServerError,
        "the camera reports an error of its own; restart it or lower its number of viewers",
    ),
    (av.error.HTTPClientError, "the camera rejects the request; check the address"),
    (av.error.ConnectionRefusedError, "the host accepts no connection on this port; check address, port and RTSP"),
    (av.error.ExitError, _TOO_LATE),
    (av.error.TimeoutError, _TOO_LATE),
    (av.error.EOFError, "the camera ended the stream; check its log if this repeats"),
    (
        av.error.ConnectionResetError,
        "the connection was cut; check the network and the camera's number of viewers",
    ),
    (av.error.BrokenPipeError, "the connection was cut; check the network and the camera's number of viewers"),
    (av.error.MemoryError, "the camera sends more than any camera should; check that the address is a camera's"),
    (
        av.error.InvalidDataError,
        "the answer holds no video that can be read; check the path and the camera's codec",
    ),
)
_LIVE_ERRNO = {
    errno.EIO: "the host name is unknown or the connection broke; check the host name and the network",
    errno.EHOSTUNREACH: "there is no route to the host; check the address and the network",
    errno.ENETUNREACH: "the network is unreachable; check the network cable and the address",
    errno.EPROTONOSUPPORT: "the camera does not offer RTSP over TCP; switch it on in its network settings",
}
_FILE: _Reasons = (
    (av.error.FileNotFoundError, "there is no such file; check the path"),
    (av.error.PermissionError, "reading it is not permitted; check the file's permissions"),
    (av.error.IsADirectoryError, "this is a directory; name a video file in it"),
    (
        av.error.InvalidDataError,
        "this is no video that can be read, or it is damaged or was cut off before its index was written; "
        "try to play it, or export it again",
    ),
    (av.error.EOFError, "the file ends before its first picture; export it again"),
    (
        av.error.MemoryError,
        "it needs more than 64 MB of memory in one piece; if it lasts longer than a day, cut it into parts",
    ),
    (
        av.error.ProtocolNotFoundError,
        "it refers to other files or addresses, which are not followed; name the video itself",
    ),
)


def file_error(path: str, error: Exception) -> InputError:
    """The error for a recording: `path` as given, and why it cannot be read."""
    return InputError(f"{path}: {_reason(error, _FILE) or _other(error)}")


def stream_error(url: str, error: Exception, timed_out: bool = False) -> StreamLost:
    """The error for a camera: its address without the password, and why no pictures come.

    StreamRefused when the camera knows us and says no, so that it is asked again only seldom. `timed_out`: the
    time was up, which the decoder calls invalid data when it happens before the first answer.
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
    # The decoder's own text may quote the address, so only its short description is taken over.
    said = getattr(error, "strerror", None) or type(error).__name__
    return f"it cannot be read ({said}); check that it plays elsewhere"
