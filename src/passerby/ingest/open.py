"""Creates a source of frames from an address or a path."""

from __future__ import annotations

from passerby.contracts.errors import InputError
from passerby.contracts.time import Clock
from passerby.contracts.urls import address_fault, is_live, mask_url, scheme_of
from passerby.ingest.file import FileSource
from passerby.ingest.heap import keep_freed_pictures
from passerby.ingest.reader import Patience
from passerby.ingest.reconnect import LiveSource
from passerby.ingest.recording import open_recording
from passerby.ingest.rtsp import OPEN_S, READ_S, RtspConnection
from passerby.ingest.source import FrameSource, Losses, SourceInfo
from passerby.ingest.substream import SmallestStream, Substream


def open_source(
    source: str,
    camera: str,
    *,
    clock: Clock,
    assumed_fps: float | None = None,
    patience: Patience | None = None,
    substream: Substream | None = None,
) -> FrameSource:
    """Return a LiveSource for an rtsp:// or rtsps:// address, a FileSource for other values; not yet opened.

    assumed_fps: the rate of a recording without times. substream: read in its place if it is good enough.
    Raises InputError for other kinds of address.
    """
    keep_freed_pictures()
    if fault := address_fault(source):
        raise InputError(f"{mask_url(source)}: {fault}")
    if is_live(source):
        connect = SmallestStream(camera, substream) if substream else RtspConnection
        return LiveSource(source, camera, clock, patience, connect)
    if substream and substream.fault(probe(substream.address).wh) is None:
        source = substream.address
    return FileSource(_local(source), camera, assumed_fps)


def probe(source: str, *, open_s: float = OPEN_S, read_s: float = READ_S) -> SourceInfo:
    """Return the data of an opened source. Raises InputError naming it and the reason."""
    if is_live(source):
        with RtspConnection(source, open_s, read_s) as connection:
            return connection.info
    recording = open_recording(_local(source), None, Losses())
    recording.container.close()
    return recording.info


def _local(source: str) -> str:
    scheme = scheme_of(source)
    if scheme:
        raise InputError(
            f"{mask_url(source)}: {scheme}:// addresses are not read; give a video file or an rtsp:// address"
        )
    return source
