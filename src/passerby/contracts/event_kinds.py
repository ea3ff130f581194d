"""The kinds of events in one table: what all parts of passerby know of a kind."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from passerby.contracts.events import Severity

# Seconds without a hit before an incident ends (decision 0003). Chosen by judgement; not varied in a measurement.
CLEAR_S = 2.0
# An occluded runner is lost for longer, and returns with another track number and without a speed.
# Seconds. Chosen: longer than an occlusion of 2.7 s, after which the runner of the scenario `platform` was
# reported again (decision 0007).
RUN_LOST_S = 5.0
# Passers-by occlude an object and are near it; this does not end its incident. Seconds. Chosen by judgement;
# not varied in a measurement.
OBJECT_CLEAR_S = 30.0


@dataclass(frozen=True, slots=True)
class EventKind:
    """A kind of event.

    title: for people. severity: how soon staff should look, unless a rule has its own. topic: of the ONVIF event;
    `pby` is our namespace, for kinds without a standard topic. is_momentary: a single start without duration.
    of_state: the state of a camera or the store, which no rule asks for. evidence: its start has a still (the last
    picture, if none arrives), and a clip if the severity asks for one and pictures arrive. clear_s: time without a
    hit before an incident ends; a rule may allow more.
    """

    name: str
    title: str
    severity: Severity
    topic: str
    is_momentary: bool = False
    of_state: bool = False
    evidence: bool = True
    clear_s: float = CLEAR_S


# Severities: chosen by judgement. `info` raises no alarm: it is for counts and queues, and for left objects,
# because their detection is less reliable (docs/behaviours.md).
_INFO, _WARNING, _ALARM = Severity
_ALL = (
    EventKind("line_crossing", "Line crossing", _INFO, "tns1:RuleEngine/LineDetector/Crossed", is_momentary=True),
    EventKind(
        "fast_movement",
        "Fast movement",
        _WARNING,
        "tns1:RuleEngine/pby:FastMovement",
        clear_s=RUN_LOST_S,
    ),
    EventKind(
        "loitering",
        "Loitering",
        _WARNING,
        "tns1:RuleEngine/LoiteringDetector/ObjectIsLoitering",
    ),
    # It stays open while the person is only lost: an early end would suggest that the track bed is free.
    EventKind(
        "intrusion",
        "Intrusion",
        _ALARM,
        "tns1:RuleEngine/FieldDetector/ObjectsInside",
    ),
    EventKind("crowding", "Crowding", _WARNING, "tns1:RuleEngine/pby:Crowding"),
    EventKind("counter_flow", "Against the flow", _WARNING, "tns1:RuleEngine/pby:CounterFlow"),
    EventKind("queue", "Queue", _INFO, "tns1:RuleEngine/pby:Queue"),
    EventKind("left_object", "Left object", _INFO, "tns1:RuleEngine/ObjectAbandoned", clear_s=OBJECT_CLEAR_S),
    EventKind("fall", "Fall", _WARNING, "tns1:RuleEngine/pby:Fall"),
    EventKind(
        "may_need_help",
        "Person may need help",
        _WARNING,
        "tns1:RuleEngine/pby:MayNeedHelp",
        clear_s=OBJECT_CLEAR_S,
    ),
    EventKind("camera_lost", "Camera lost", _ALARM, "tns1:VideoSource/SignalLoss", of_state=True),
    EventKind(
        "analysis_paused",
        "Analysis is paused",
        _INFO,
        "tns1:VideoSource/pby:AnalysisPaused",
        of_state=True,
        evidence=False,
    ),
    EventKind(
        "camera_off_preset",
        "Camera is off its preset",
        _WARNING,
        "tns1:VideoSource/pby:OffPreset",
        of_state=True,
        evidence=False,
    ),
    EventKind(
        "camera_reported",
        "Camera reports a fault",
        _WARNING,
        "tns1:VideoSource/pby:Reported",
        of_state=True,
    ),
    EventKind(
        "evidence_lost", "Evidence lost", _ALARM, "tns1:Device/pby:EvidenceLost", of_state=True, evidence=False
    ),
    EventKind(
        "calibration_drift",
        "Calibration drift",
        _WARNING,
        "tns1:VideoSource/pby:CalibrationDrift",
        of_state=True,
    ),
    EventKind(
        "store_unavailable",
        "Store unavailable",
        _ALARM,
        "tns1:Device/HardwareFailure/StorageFailure",
        of_state=True,
        evidence=False,
    ),
    EventKind(
        "overload",
        "Too little processor time",
        _WARNING,
        "tns1:Device/pby:Overload",
        of_state=True,
        evidence=False,
    ),
    EventKind(
        "delivery_failed",
        "Delivery failed",
        _WARNING,
        "tns1:Device/pby:DeliveryFailed",
        of_state=True,
        evidence=False,
    ),
    *(
        EventKind(name, title, severity, f"tns1:VideoSource/{topic}", of_state=True)
        for name, title, severity, topic in (
            ("camera_no_signal", "No video signal", _ALARM, "SignalLoss"),
            ("camera_frozen", "Picture is frozen", _ALARM, "SignalLoss"),
            ("camera_dark", "Picture too dark", _WARNING, "ImageTooDark/AnalyticsService"),
            ("camera_bright", "Picture too bright", _WARNING, "ImageTooBright/AnalyticsService"),
            ("camera_covered", "Lens is covered", _ALARM, "ImpairedVisibility"),
            ("camera_moved", "Camera was moved", _ALARM, "GlobalSceneChange/AnalyticsService"),
            ("camera_blurred", "Picture out of focus", _WARNING, "ImageTooBlurry/AnalyticsService"),
            ("camera_focus_drift", "Focus drifts slowly", _INFO, "ImageTooBlurry/AnalyticsService"),
            ("camera_infrared", "Infrared mode", _INFO, "GlobalSceneChange/AnalyticsService"),
            ("camera_low_fps", "Fewer pictures than usual", _INFO, "pby:LowFrameRate"),
            ("camera_low_bitrate", "Fewer bytes than usual", _INFO, "pby:LowBitrate"),
            ("camera_clock_drift", "Clock of the stream is wrong", _WARNING, "pby:ClockDrift"),
        )
    ),
)
EVENT_KINDS: Mapping[str, EventKind] = {kind.name: kind for kind in _ALL}
MOMENTARY_KINDS = frozenset(kind.name for kind in _ALL if kind.is_momentary)
STATE_KINDS = frozenset(kind.name for kind in _ALL if kind.of_state)


def kind_of(name: str) -> EventKind:
    """Return a kind; one that this version does not know is shown by its name."""
    title = name.replace("_", " ").strip().capitalize() or "Event"
    return EVENT_KINDS.get(name) or EventKind(name, title, Severity.INFO, f"tns1:RuleEngine/pby:{name}")
