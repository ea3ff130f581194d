"""The replies about the unit as a device (ONVIF Core Specification, device management and event services)."""

from __future__ import annotations

from datetime import UTC, datetime

from passerby.adapters.onvif_events.soap import NAMESPACES, Element, element
from passerby.adapters.onvif_events.topics import CONCRETE, CONCRETE_SET, ITEM_FILTER, topic_set
from passerby.contracts.version import __version__

DEVICE, EVENTS = "device_service", "event_service"
# The version of the specifications that the replies are checked against.
_VERSION = ("2", "42")


def date_and_time(now_s: float) -> Element:
    """Return the unit's clock, which a client needs before it can log in."""
    now = datetime.fromtimestamp(now_s, UTC)
    time = [element(f"tt:{name}", str(getattr(now, name.lower()))) for name in ("Hour", "Minute", "Second")]
    date = [element(f"tt:{name}", str(getattr(now, name.lower()))) for name in ("Year", "Month", "Day")]
    return element(
        "tds:GetSystemDateAndTimeResponse",
        element(
            "tds:SystemDateAndTime",
            element("tt:DateTimeType", "NTP"),
            element("tt:DaylightSavings", "false"),
            element("tt:TimeZone", element("tt:TZ", "UTC0")),
            element("tt:UTCDateTime", element("tt:Time", *time), element("tt:Date", *date)),
        ),
    )


def services(base: str) -> Element:
    """Return the two services. base: address of the folder that contains them."""
    listed = ((NAMESPACES["tds"], DEVICE), (NAMESPACES["tev"], EVENTS))
    return element("tds:GetServicesResponse", *(_service(space, base + name) for space, name in listed))


def _service(space: str, address: str) -> Element:
    version = element("tds:Version", element("tt:Major", _VERSION[0]), element("tt:Minor", _VERSION[1]))
    return element("tds:Service", element("tds:Namespace", space), element("tds:XAddr", address), version)


def capabilities(base: str) -> Element:
    """Return the capabilities in the form of early clients."""
    system = (
        "DiscoveryResolve",
        "DiscoveryBye",
        "RemoteDiscovery",
        "SystemBackup",
        "SystemLogging",
        "FirmwareUpgrade",
    )
    no = [element(f"tt:{name}", "false") for name in system]
    version = element("tt:SupportedVersions", element("tt:Major", _VERSION[0]), element("tt:Minor", _VERSION[1]))
    return element(
        "tds:GetCapabilitiesResponse",
        element(
            "tds:Capabilities",
            element("tt:Device", element("tt:XAddr", base + DEVICE), element("tt:System", *no, version)),
            element(
                "tt:Events",
                element("tt:XAddr", base + EVENTS),
                element("tt:WSSubscriptionPolicySupport", "false"),
                element("tt:WSPullPointSupport", "true"),
                element("tt:WSPausableSubscriptionManagerInterfaceSupport", "false"),
            ),
        ),
    )


def device_capabilities() -> Element:
    """Return the capabilities of the device service: login by token, and nothing that changes the unit."""
    return element(
        "tds:GetServiceCapabilitiesResponse",
        element(
            "tds:Capabilities",
            element("tds:Network"),
            element("tds:Security", UsernameToken="true", HttpDigest="false"),
            element("tds:System", DiscoveryResolve="false", DiscoveryBye="false", RemoteDiscovery="false"),
        ),
    )


def event_capabilities(most_pull_points: int) -> Element:
    """Return the capabilities of the event service: pull points only."""
    return element(
        "tev:GetServiceCapabilitiesResponse",
        element(
            "tev:Capabilities",
            WSSubscriptionPolicySupport="false",
            WSPullPointSupport="true",
            WSPausableSubscriptionManagerInterfaceSupport="false",
            MaxNotificationProducers="0",
            MaxPullPoints=str(most_pull_points),
            PersistentNotificationStorage="false",
        ),
    )


def information(station: str) -> Element:
    """Return the device information."""
    fixed = (("Manufacturer", "passerby"), ("Model", "video safety analytics"), ("FirmwareVersion", __version__))
    named = (("SerialNumber", station), ("HardwareId", "passerby"))
    return element("tds:GetDeviceInformationResponse", *(element(f"tds:{n}", v) for n, v in (*fixed, *named)))


def event_properties() -> Element:
    """Return all topics and the dialects of filters."""
    return element(
        "tev:GetEventPropertiesResponse",
        element("tev:TopicNamespaceLocation", "http://www.onvif.org/onvif/ver10/topics/topicns.xml"),
        element("wsnt:FixedTopicSet", "true"),
        topic_set(),
        element("wsnt:TopicExpressionDialect", CONCRETE),
        element("wsnt:TopicExpressionDialect", CONCRETE_SET),
        element("tev:MessageContentFilterDialect", ITEM_FILTER),
        element("tev:MessageContentSchemaLocation", "http://www.onvif.org/onvif/ver10/schema/onvif.xsd"),
    )
