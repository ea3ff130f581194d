"""A second ONVIF client, onvif-python, in a process of its own: its package is named as that of the first.

python -m support.onvif_peer PORT USER PASSWORD EVENTS: prints the messages as JSON once so many changes arrived.
"""

from __future__ import annotations

import json
import sys

from onvif import CacheMode, ONVIFClient
from zeep.helpers import serialize_object


def main(port: int, user: str, password: str, events: int) -> None:
    client = ONVIFClient("127.0.0.1", port, user, password, cache=CacheMode.NONE)
    about = serialize_object(client.devicemgmt().GetDeviceInformation())
    properties = client.events().GetEventProperties()
    reference = client.events().CreatePullPointSubscription(InitialTerminationTime="PT60S")
    point, manager = client.pullpoint(reference), client.subscription(reference)
    sys.stdout.write(json.dumps({"model": about["Model"], "has_topics": properties is not None}) + "\n")
    sys.stdout.flush()
    found: list[dict[str, object]] = []
    while sum(one["operation"] == "Changed" for one in found) < events:
        found += [
            _told(one) for one in point.PullMessages(Timeout="PT5S", MessageLimit=10).NotificationMessage or ()
        ]
    point.SetSynchronizationPoint()
    manager.Renew("PT30S")
    manager.Unsubscribe()
    sys.stdout.write(json.dumps(found) + "\n")


def _told(one: object) -> dict[str, object]:
    """Operation, source and state of a message, from its element: this client drops the text of topics."""
    (message,) = one.Message._value_1  # type: ignore[attr-defined]
    source, data = (
        {item.get("Name"): item.get("Value") for item in message.iterfind(f"{{*}}{part}/{{*}}SimpleItem")}
        for part in ("Source", "Data")
    )
    state = data.get("State", data.get("IsInside"))
    return {"operation": message.get("PropertyOperation"), "source": source, "state": state}


if __name__ == "__main__":
    main(int(sys.argv[1]), sys.argv[2], sys.argv[3], int(sys.argv[4]))
