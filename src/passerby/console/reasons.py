"""What an alarm is about, in words that a person understands without a manual."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from passerby.charts.wording import measured, several
from passerby.contracts.alarms import FLOOD, Alarm
from passerby.contracts.event_kinds import kind_of
from passerby.contracts.events import Measure

Measures = Mapping[str, Measure]


@dataclass(frozen=True, slots=True)
class ReasonWords:
    """The words of a kind. pieces: name of a measure, and words with {} for its value; those measured are joined.

    otherwise: without any of them. before: begins the sentence. counts_people: it begins with their number.
    """

    pieces: tuple[tuple[str, str], ...]
    otherwise: str
    before: str = ""
    counts_people: bool = False


_WORDS = {
    "fast_movement": ReasonWords((("speed", "moving {}"), ("travel", "over {}")), "moving fast"),
    "loitering": ReasonWords(
        (("dwell", "there for {}"), ("trains_missed", "{} trains missed")), "waiting long", counts_people=True
    ),
    "intrusion": ReasonWords((("inside", "inside for {}"),), "inside", counts_people=True),
    "crowding": ReasonWords(
        (("estimated", "about {}"), ("people", "{} seen"), ("density", "{}"), ("level", "level {}")),
        "many people",
        "crowded: ",
    ),
    "queue": ReasonWords(
        (("people", "{}"), ("length", "{} long"), ("wait", "{} to wait")), "many people", "queue: "
    ),
    "may_need_help": ReasonWords(
        (("reason", "{}"), ("dwell", "{} at the edge"), ("turns", "turned back {} times")), "at the edge"
    ),
    "fall": ReasonWords((("lying", "lying for {}"),), "fallen", counts_people=True),
    "left_object": ReasonWords((("still", "object without owner for {}"),), "object without owner"),
    "counter_flow": ReasonWords((("travel", "{} against the flow"),), "against the flow", counts_people=True),
}


def title(kind: str) -> str:
    """Return the name of a kind for people."""
    if kind == FLOOD:
        return "Many alarms at once"
    return kind_of(kind).title if kind else "Alarm"


def reason(alarm: Alarm, people: int, measures: Measures) -> str:
    """Return one sentence without its full stop: what was measured, and where. people: most at once."""
    words = _words(alarm, people, measures)
    where = f" in {alarm.place}" if alarm.place else ""
    return words[:1].upper() + words[1:] + where


def _words(alarm: Alarm, people: int, measures: Measures) -> str:
    if alarm.kind == FLOOD:
        return f"{several(alarm.incidents, 'incident', 'incidents')} of several kinds"
    if kind_of(alarm.kind).of_state:
        return _state_words(measures)
    known = _WORDS.get(alarm.kind)
    if known is None:
        values = ", ".join(f"{name.replace('_', ' ')} {measured(one)}" for name, one in measures.items())
        return f"{title(alarm.kind)}: {values}" if values else title(alarm.kind)
    said = ", ".join(
        text.replace("{}", measured(measures[name])) for name, text in known.pieces if name in measures
    )
    count = f"{several(max(1, people), 'person', 'people')} " if known.counts_people else ""
    return known.before + count + (said or known.otherwise)


def _state_words(measures: Measures) -> str:
    """Return why a camera or the unit is not well; the title says what it is."""
    if "why" in measures:
        return str(measures["why"].value)
    return f"lasted {measured(measures['duration'])}" if "duration" in measures else "still lasts"
