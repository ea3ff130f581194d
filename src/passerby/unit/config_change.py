"""The difference between two configurations of a unit, as a reload applies it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from passerby.contracts.config import Camera, Unit

# Sections of the unit that every camera uses; those that a reload applies; and those that are read at the start.
USED_BY_CAMERAS = ("station", "evidence", "recording_mb")
APPLIED = (*USED_BY_CAMERAS, "occupancy", "transit")
READ_AT_START = (
    "model", "data_dir", "timezone", "departures_port", "retention", "alarms", "console", "destinations",
    "escalation", "fleet",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class ConfigChange:
    """What a reload does.

    added, changed: cameras to start and to restart. removed: names of cameras to stop. sections: the other
    sections that have changed. at_next_start: those that take effect when the unit is restarted.
    """

    added: tuple[Camera, ...] = ()
    changed: tuple[Camera, ...] = ()
    removed: tuple[str, ...] = ()
    sections: tuple[str, ...] = ()
    at_next_start: tuple[str, ...] = ()

    @classmethod
    def between(cls, old: Unit, new: Unit) -> ConfigChange:
        """Return the change from the running configuration to the new one."""
        before = {camera.name: camera for camera in old.cameras}
        sections = tuple(key for key in APPLIED if getattr(old, key) != getattr(new, key))
        all_change = not set(sections).isdisjoint(USED_BY_CAMERAS)
        return cls(
            tuple(c for c in new.cameras if c.name not in before),
            tuple(c for c in new.cameras if c.name in before and (all_change or before[c.name] != c)),
            tuple(name for name in before if name not in {c.name for c in new.cameras}),
            sections,
            tuple(key for key in READ_AT_START if getattr(old, key) != getattr(new, key)),
        )

    def __str__(self) -> str:
        """For the log and the audit log: names only."""
        parts = (
            ("added", _names(self.added)),
            ("restarted", _names(self.changed)),
            ("removed", ", ".join(self.removed)),
            ("changed", ", ".join(self.sections)),
            ("at the next start", ", ".join(self.at_next_start)),
        )
        return "; ".join(f"{what}: {names}" for what, names in parts if names) or "no change"


def _names(cameras: Iterable[Camera]) -> str:
    return ", ".join(camera.name for camera in cameras)
