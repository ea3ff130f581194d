from __future__ import annotations

import pytest

from passerby.console.reasons import reason, title
from passerby.contracts.alarms import Alarm
from passerby.contracts.events import Measure, Phase, Severity

THIN = "\N{NARROW NO-BREAK SPACE}"
SPEED, TRAVEL = Measure("speed", 3.1, "m/s", 0.1), Measure("travel", 6.0, "m")
CASES = [
    ("fast_movement", 1, (SPEED, TRAVEL), "Moving 3.1 ± 0.1 m/s, over 6 m in Passage B"),
    ("fast_movement", 1, (), "Moving fast in Passage B"),
    ("loitering", 2, (Measure("dwell", 95.0, "s"),), "2 people there for 95 s in Passage B"),
    (
        "loitering",
        1,
        (Measure("dwell", 300.0, "s"), Measure("trains_missed", 3)),
        "1 person there for 300 s, 3 trains missed in Passage B",
    ),
    ("intrusion", 1, (Measure("inside", 3.0, "s"),), "1 person inside for 3 s in Passage B"),
    ("fall", 1, (Measure("lying", 12.0, "s"),), "1 person lying for 12 s in Passage B"),
    (
        "crowding",
        9,
        (Measure("estimated", 12, "person"), Measure("people", 9, "person"), Measure("level", "E")),
        "Crowded: about 12 people, 9 people seen, level E in Passage B",
    ),
    ("camera_lost", 0, (Measure("why", "no data for 5 s"),), "No data for 5 s in Passage B"),
    ("camera_lost", 0, (Measure("why", "rtsp://c1/a: no answer"),), "rtsp://c1/a: no answer in Passage B"),
    ("camera_no_signal", 0, (Measure("duration", 14.0, "s"),), "Lasted 14 s in Passage B"),
    ("camera_frozen", 0, (), "Still lasts in Passage B"),
    (
        "overload",
        0,
        (Measure("rate_share", 0.4), Measure("cameras", 3.0)),
        "40 % of the configured pictures are analysed in Passage B",
    ),
    ("overload", 0, (Measure("rate_share", 1.0),), "All pictures are analysed, but late in Passage B"),
    (
        "overload",
        0,
        (Measure("rate_share", 1.0), Measure("duration", 49.5, "s")),
        "Lasted 49.5 s in Passage B",
    ),
    ("something_new", 0, (Measure("height", 2.0, "m"),), "Something new: height 2 m in Passage B"),
    ("something_new", 0, (), "Something new in Passage B"),
    ("flood", 0, (), "4 incidents of several kinds in Passage B"),
]


@pytest.mark.parametrize(("kind", "people", "measures", "says"), CASES, ids=[c[3] for c in CASES])
def test_an_alarm_in_words(kind: str, people: int, measures: tuple[Measure, ...], says: str) -> None:
    alarm = Alarm("e1", 0, kind, Phase.START, "c", "Passage B", Severity.ALARM, 1.0, None, 4, people)
    assert reason(alarm, people, {m.name: m for m in measures}).replace(THIN, " ") == says


def test_titles() -> None:
    assert title("may_need_help") == "Person may need help"
    assert title("fast_movement") == "Fast movement"
    assert title("") == "Alarm"
