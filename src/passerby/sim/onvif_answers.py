"""Parts of the answers of a simulated ONVIF device, as the WSDLs want them."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from passerby.contracts.focus import FocusDrive

SERVICES = {
    "device": ("devicemgmt.wsdl", "http://www.onvif.org/ver10/device/wsdl"),
    "media": ("media.wsdl", "http://www.onvif.org/ver10/media/wsdl"),
    "imaging": ("imaging.wsdl", "http://www.onvif.org/ver20/imaging/wsdl"),
    "events": ("events.wsdl", "http://www.onvif.org/ver10/events/wsdl"),
    "ptz": ("ptz.wsdl", "http://www.onvif.org/ver20/ptz/wsdl"),
}
"""File of the WSDL and namespace of each service."""


def moment(now: datetime) -> dict[str, Any]:
    """Return the date and time of a device."""
    parts = {
        "Time": {"Hour": now.hour, "Minute": now.minute, "Second": now.second},
        "Date": {"Year": now.year, "Month": now.month, "Day": now.day},
    }
    return {"DateTimeType": "NTP", "DaylightSavings": False, "UTCDateTime": parts}


def service_list(port: int) -> list[dict[str, Any]]:
    """Return the services of a device on a port of this machine."""
    at, version = f"http://127.0.0.1:{port}/onvif/", {"Major": 20, "Minor": 12}
    listed = ((space, at + name) for name, (_, space) in SERVICES.items())
    return [{"Namespace": space, "XAddr": url, "Version": version} for space, url in listed]


def lens_moves(lens: FocusDrive) -> dict[str, Any]:
    """Return the moves of a lens that reports its position."""
    low, high = lens.limits
    return {"Absolute": {"Position": {"Min": low, "Max": high}, "Speed": {"Min": 0, "Max": 1}}}


def video_profile(name: str, w: int, h: int, fps: int) -> dict[str, Any]:
    """Return a stream with one video source."""
    address = {"Type": "IPv4", "IPv4Address": "0.0.0.0"}  # noqa: S104  no multicast
    source = {"SourceToken": "source-1", "Bounds": {"x": 0, "y": 0, "width": w, "height": h}}
    encoder = {
        "Encoding": "H264",
        "Resolution": {"Width": w, "Height": h},
        "Quality": 5,
        "RateControl": {"FrameRateLimit": fps, "EncodingInterval": 1, "BitrateLimit": 2000},
        "Multicast": {"Address": address, "Port": 0, "TTL": 0, "AutoStart": False},
        "SessionTimeout": timedelta(seconds=60),
    }
    named = {"Name": "n", "UseCount": 1, "token": "t"}
    return {
        "Name": name,
        "token": f"profile-{name}",
        "VideoSourceConfiguration": {**named, **source},
        "VideoEncoderConfiguration": {**named, **encoder},
    }
