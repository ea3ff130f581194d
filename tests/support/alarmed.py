"""Alarms with their incidents and redacted evidence in a store, as a unit leaves them."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from passerby.contracts.alarms import Alarm
from passerby.contracts.events import Event, EvidenceFile, EvidenceRef, Measure, Phase, Severity
from passerby.contracts.ports import Record
from passerby.evidence.still import Stills
from passerby.store.results import ResultsStore
from passerby.store.utc import now_ms, utc_text
from support.redacted import an_image

INTRUSION = (Measure("inside", 3.2, "s"),)
FAST = (Measure("speed", 3.1, "m/s", 0.1), Measure("travel", 6.0, "m"))


def raise_alarm(
    store: ResultsStore,
    folder: Path,
    id_: str,
    kind: str = "fast_movement",
    *,
    priority: Severity = Severity.WARNING,
    camera: str = "platform-1",
    place: str = "platform",
    ago_s: float = 30.0,
    measures: tuple[Measure, ...] = FAST,
    ended: bool = False,
    still: bool = True,
) -> Alarm:
    """An alarm that began `ago_s` seconds ago, its incident, and a grey still."""
    utc = utc_text(now_ms() - round(1000 * ago_s))
    ref: EvidenceRef | None = None
    records: list[Record] = []
    if still:
        kept = Stills(folder).keep(id_, an_image(camera, wh=(320, 180)))
        ref = kept.ref
        records.append(EvidenceFile(ref.still, id_, camera, "still", ref.sha256, kept.size, 0.0, utc))
    event = Event(id_, 0, kind, Phase.START, camera, place, 1.0, 2.0, utc, 1, priority, measures, ref)
    alarm = Alarm(id_, 0, kind, Phase.START, camera, place, priority, 2.0, utc, 1, 1)
    records += [event, alarm]
    if ended:
        records += [
            replace(event, seq=1, phase=Phase.END, evidence=None),
            replace(alarm, seq=1, phase=Phase.END),
        ]
    assert store.write_records(records) == []
    return alarm
