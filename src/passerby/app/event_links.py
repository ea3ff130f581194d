"""Which files of a results folder belong to an event, for the links of its report."""

from __future__ import annotations

import os
from collections.abc import Sequence
from pathlib import Path
from urllib.parse import quote

from passerby.contracts.events import Event
from passerby.contracts.time import later
from passerby.evidence.moments import VideoMoment, moment_in
from passerby.report.links import EventLinks

VIDEO = "redacted.mp4"


def event_links(folder: Path, results: Path, events: Sequence[Event]) -> dict[str, EventLinks]:
    """Return the links of each event, by id, from a page in `folder` to files below `results` that exist now."""
    names = [path.name for path in folder.iterdir()] if folder.is_dir() else []
    firsts = {event.id: event for event in sorted(events, key=lambda event: event.seq, reverse=True)}
    return {id_: _links(event, folder, results, names) for id_, event in firsts.items()}


def _links(event: Event, folder: Path, results: Path, names: Sequence[str]) -> EventLinks:
    moment, evidence = _moment(event, names), event.evidence
    return EventLinks(
        still=_address(folder, results / evidence.still) if evidence else "",
        clip=_address(folder, results / evidence.clip) if evidence and evidence.clip else "",
        video=f"{quote(moment.name)}#t={moment.at_s:g}" if moment else "",
        video_at_s=moment.at_s if moment else 0.0,
    )


def _moment(event: Event, names: Sequence[str]) -> VideoMoment | None:
    """Return where the incident begins in the video of its camera."""
    if VIDEO in names:
        return VideoMoment(VIDEO, event.began_s)
    return moment_in(names, event.began_s, later(event.utc, event.began_s - event.at_s))


def _address(folder: Path, path: Path) -> str:
    """Return the relative address of a file, "" if it does not exist."""
    return quote(os.path.relpath(path, folder)) if path.is_file() else ""
