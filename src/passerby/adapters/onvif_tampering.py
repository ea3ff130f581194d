"""The tampering events of an ONVIF camera's own analytics, by PullPoint (ONVIF Core Specification, Event)."""

from __future__ import annotations

from typing import Any

from passerby.adapters.onvif_camera import OnvifCamera

# The names in the topics of tampering events (ONVIF Imaging and Analytics Specifications).
TAMPERING = frozenset(
    {
        "ImageTooBlurry",
        "ImageTooDark",
        "ImageTooBright",
        "GlobalSceneChange",
        "SignalLoss",
        "ImpairedVisibility",
        "TamperDetector",
        "Tamper",
    }
)
_PULLPOINT = "http://www.onvif.org/ver10/events/wsdl/PullPointSubscription"
# A subscription ends by itself after this time; a pull waits for the second time, seconds.
LASTS_S, WAIT_S = 600, 5


class OnvifTampering:
    """A subscription that lasts for LASTS_S. `present`: names of the present faults.

    A new subscription begins with the present state of every fault. Raises InputError if the camera has no events.
    """

    def __init__(self, camera: OnvifCamera) -> None:
        self._camera = camera
        events = camera.service("events")
        given = camera.ask(events.CreatePullPointSubscription({"InitialTerminationTime": f"PT{LASTS_S}S"}))
        address = str(given.SubscriptionReference.Address._value_1)
        self._pullpoint = camera.service_at("pullpoint", _PULLPOINT, address)
        self.present: frozenset[str] = frozenset()

    def pull(self) -> frozenset[str]:
        """Wait for changes, WAIT_S at most; return the names of the present faults."""
        answer = self._camera.ask(self._pullpoint.PullMessages({"Timeout": f"PT{WAIT_S}S", "MessageLimit": 100}))
        for message in answer.NotificationMessage or ():
            self._take(message)
        return self.present

    def _take(self, message: Any) -> None:
        topic = str(getattr(message.Topic, "_value_1", "") or "")
        names = [part.rpartition(":")[2] for part in topic.split("/")]
        name = next((part for part in names if part in TAMPERING), None)
        state = _state(getattr(message.Message, "_value_1", None))
        if name is not None and state is not None:
            self.present = self.present | {name} if state else self.present - {name}


def _state(message: Any) -> bool | None:
    """Return the truth value of a message: of its item State, or of its only item; None if it has none."""
    items = getattr(getattr(message, "Data", None), "SimpleItem", None) or ()
    values = {str(item.Name): str(item.Value).lower() for item in items}
    value = values.get("State") or (next(iter(values.values())) if len(values) == 1 else None)
    return {"true": True, "1": True, "false": False, "0": False}.get(value or "")
