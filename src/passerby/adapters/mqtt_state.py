"""The newest counts and the health of cameras as retained MQTT messages."""

from __future__ import annotations

import json
from dataclasses import asdict

from passerby.contracts.events import CameraHealth, FlowSample, LineSample, OccupancySample, ZoneSample
from passerby.contracts.ports import Sample


def topic_level(name: str) -> str:
    """Return a name as one level of a topic: separators and wildcards are replaced."""
    return "".join("_" if c in "/+#\0" else c for c in name)


def state_topic(sample: Sample) -> str:
    """Return the topic of a sample below PREFIX/passerby/v1/UNIT: one for each place, so the newest remains."""
    levels: tuple[str, ...]
    match sample:
        case OccupancySample():
            levels = ("unit", "places", sample.place)
        case ZoneSample():
            levels = (sample.camera, "zones", sample.zone)
        case LineSample():
            levels = (sample.camera, "lines", sample.line)
        case FlowSample():
            levels = (sample.camera, "flows", sample.line, sample.direction)
        case CameraHealth():
            levels = (sample.camera, "health")
    return "/".join(map(topic_level, levels))


def state_body(sample: Sample) -> bytes:
    """Return a sample as JSON, with the names of docs/results.md."""
    fields = {name.removesuffix("_"): value for name, value in asdict(sample).items()}
    return json.dumps(fields, ensure_ascii=False, allow_nan=False).encode()
