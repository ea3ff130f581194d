"""Units and a signing key for tests of desired configurations."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from passerby.centre.fleet.agent import FleetAgent
from passerby.centre.fleet.desired import DesiredConfig
from passerby.centre.fleet.signing import sealed
from passerby.config.check import Probes, load_checked

KEY = Ed25519PrivateKey.from_private_bytes(bytes(32))
UNIT_YAML = """\
station: Hall  # the unit's own
cameras:
  - name: Hall 1
    source: rtsp://viewer:${PASSWORD}@10.0.0.1/stream
    picture_px: [640, 360]
    zones:
      - {name: gate, kind: hall, polygon_px: [[0, 0], [600, 0], [600, 300]]}
    rules:
      - {kind: intrusion, zone: gate}  # by night
"""
LINE = {"name": "doors", "from_px": [10, 10], "to_px": [300, 300]}


@dataclass
class TextInMemory:
    """A configuration that is checked as a file would be."""

    text: str = UNIT_YAML
    saved: list[str] = field(default_factory=list)

    def read(self) -> str:
        return self.text

    def check(self, text: str) -> None:
        load_checked(Path("unit.yaml"), {"PASSWORD": "x"}, Probes(), text=text)

    def save(self, text: str) -> None:
        self.text = text
        self.saved.append(text)


def desired(settings: Any, unit: str = "u1", version: int = 1, begins_ms: int = 0, ends_ms: int = 1000) -> str:
    return sealed(DesiredConfig(unit, version, begins_ms, ends_ms, settings), KEY)


def agent(unit: str = "u1", file: TextInMemory | None = None, now_ms: int = 500, last: int = 0) -> FleetAgent:
    kept: list[int] = []
    return FleetAgent(unit, KEY.public_key(), file or TextInMemory(), lambda: now_ms, last, kept.append)
