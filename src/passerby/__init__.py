"""passerby: video safety analytics for metro stations that cannot identify the people they watch.

The names in `__all__` are the public interface (docs/python.md); everything else may change. They are imported
when they are first used, so that `import passerby` and the command line start fast.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from passerby.contracts.version import __version__

if TYPE_CHECKING:
    from passerby.app.api import (
        Analysis,
        Camera,
        CameraState,
        ConfigError,
        Detections,
        Detector,
        Event,
        FrameResult,
        Gap,
        InputError,
        LineSample,
        PasserbyError,
        RawFrame,
        Source,
        Summary,
        Timestamp,
        Unit,
        ZoneSample,
        analyze,
        load_detector,
        load_unit,
        open_source,
    )

__all__ = [
    "Analysis",
    "Camera",
    "CameraState",
    "ConfigError",
    "Detections",
    "Detector",
    "Event",
    "FrameResult",
    "Gap",
    "InputError",
    "LineSample",
    "PasserbyError",
    "RawFrame",
    "Source",
    "Summary",
    "Timestamp",
    "Unit",
    "ZoneSample",
    "__version__",
    "analyze",
    "load_detector",
    "load_unit",
    "open_source",
]


def __getattr__(name: str) -> Any:
    if name not in __all__:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    from passerby.app import api

    globals()[name] = getattr(api, name)
    return globals()[name]


def __dir__() -> list[str]:
    return __all__
