"""The difference between two configurations of a unit, as a reload applies it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from passerby.contracts.config import Camera, Unit

# Sections of the unit that every camera uses; the others of the unit are read at the start only.
USED_BY_CAMERAS = ("station", "evidence", "recording_mb")
READ_AT_START = ("model", "data_dir", "timezone", "departures_port", "retention", "alarms", "occupancy")


@dataclass(frozen=True, slots=True)
class ConfigChange:
    """What a reload does.

    added, changed: cameras to start and to restart. removed: names of cameras to stop. at_next_start: sections
    that have changed and take effect when the unit is restarted.
    """

    added: tuple[Camera, ...] = ()
    changed: tuple[Camera, ...] = ()
    removed: tuple[str, ...] = ()
    at_next_start: tuple[str, ...] = ()

    @classmethod
    def between(cls, old: Unit, new: Unit) -> ConfigChange:
        """Return the change from the running configuration to the new one."""
        before = {camera.name: camera for camera in old.cameras}
        all_change = any(getattr(old, key) != getattr(new, key) for key in USED_BY_CAMERAS)
        return cls(
            tuple(c for c in new.cameras if c.name not in before),
            tuple(c for c in new.cameras if c.name in before and (all_change or before[c.name] != c)),
            tuple(name for name in before if name not in {c.name for c in new.cameras}),
            tuple(key for key in READ_AT_START if getattr(old, key) != getattr(new, key)),
        )

    def __str__(self) -> str:
        """For the log and the audit log: names only."""
        parts = (
            ("added", _names(self.added)),
            ("restarted", _names(self.changed)),
            ("removed", ", ".join(self.removed)),
            ("at the next start", ", ".join(self.at_next_start)),
        )
        return "; ".join(f"{what}: {names}" for what, names in parts if names) or "no camera changed"


def _names(cameras: Iterable[Camera]) -> str:
    return ", ".join(camera.name for camera in cameras)
