"""Figures about the unit for Prometheus. They are read when they are asked for; nothing is counted here."""

from __future__ import annotations

import shutil
from collections.abc import Iterator

from fastapi import APIRouter, Request
from prometheus_client import CollectorRegistry, ProcessCollector, generate_latest
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, Metric, SummaryMetricFamily
from prometheus_client.registry import Collector
from starlette.responses import Response

from passerby.console import alarm_list
from passerby.console.ports import CameraFigures, ConsolePorts
from passerby.console.services import services
from passerby.contracts.event_kinds import STATE_KINDS
from passerby.contracts.events import CameraHealth, CameraStatus
from passerby.contracts.stream_status import StreamStatus, stream_status
from passerby.contracts.version import __version__
from passerby.store import alarms, events, outbox
from passerby.store.filters import AlarmFilter, EventFilter, SampleFilter

router = APIRouter(include_in_schema=False)
CONTENT_TYPE = "text/plain; version=0.0.4; charset=utf-8"
# Counters of a camera: attribute, name, help.
_COUNTERS = (
    ("frames", "passerby_frames_decoded", "Pictures that were decoded, since the camera started."),
    ("frames_analysed", "passerby_frames_analysed", "Pictures that were analysed, since the camera started."),
    ("dropped", "passerby_frames_dropped", "Pictures that were skipped for newer ones."),
    ("decode_errors", "passerby_decode_errors", "Damaged packets and pictures."),
    ("reconnects", "passerby_camera_reconnects", "Connections to the camera after the first."),
)


@router.get("/metrics")
def metrics(request: Request) -> Response:
    """Return the figures in the text format of Prometheus."""
    return Response(scraped(services(request).ports), media_type=CONTENT_TYPE)


def scraped(ports: ConsolePorts) -> bytes:
    """Return all figures as text. Raises StoreError if the store cannot be read."""
    registry = CollectorRegistry(auto_describe=False)
    registry.register(UnitCollector(ports))
    ProcessCollector(registry=registry)
    return generate_latest(registry)


class UnitCollector(Collector):
    """All figures of one unit, collected at once."""

    def __init__(self, ports: ConsolePorts) -> None:
        self._ports = ports

    def collect(self) -> Iterator[Metric]:
        """Yield every figure."""
        yield from self._unit()
        yield from _counters(self._ports.status.figures())
        yield from self._cameras()
        yield from self._attention()
        yield from self._deliveries()

    def _unit(self) -> Iterator[Metric]:
        status = self._ports.status
        about = GaugeMetricFamily("passerby_build_info", "The version that runs.", labels=["version"])
        about.add_metric([__version__], 1)
        yield about
        yield GaugeMetricFamily("passerby_unit_ready", "1 once the cameras were started.", status.is_ready())
        yield GaugeMetricFamily(
            "passerby_recorder_queue_length", "Records that wait for the store.", status.queued()
        )
        yield GaugeMetricFamily(
            "passerby_analysis_rate_ratio",
            "Present rates of analysis over the configured ones; below 1 the processors are overloaded.",
            status.rate_ratio(),
        )
        lost = CounterMetricFamily("passerby_records_lost", "Records that were not stored.", labels=["type"])
        for kind, number in status.lost().items():
            lost.add_metric([kind], number)
        yield lost
        restarts = CounterMetricFamily(
            "passerby_camera_restarts", "Restarts of a camera after an error.", labels=["camera"]
        )
        for camera in status.unit().cameras:
            restarts.add_metric([camera.name], status.failures().get(camera.name, 0))
        yield restarts
        disk = shutil.disk_usage(self._ports.results)
        yield GaugeMetricFamily("passerby_disk_free_bytes", "Free space where results are stored.", disk.free)
        yield GaugeMetricFamily("passerby_disk_size_bytes", "Size of the disk of the results.", disk.total)

    def _cameras(self) -> Iterator[Metric]:
        labels = ["camera"]
        up = GaugeMetricFamily("passerby_camera_up", "1 if the camera delivers pictures.", labels=labels)
        fps = GaugeMetricFamily(
            "passerby_camera_frames_per_second", "Analysed in the latest window.", labels=labels
        )
        skew = GaugeMetricFamily(
            "passerby_camera_clock_error_seconds", "Possible error of the camera's wall clock.", labels=labels
        )
        state = GaugeMetricFamily(
            "passerby_camera_state", "1 for the present state of the camera.", labels=["camera", "state"]
        )
        began = {one.camera for one in self._ports.status.figures() if one.frames_analysed}
        with self._ports.store.queries() as queries:
            opened = list(queries.events(EventFilter(open_only=True, kind=tuple(sorted(STATE_KINDS)))))
            for camera in self._ports.status.unit().cameras:
                wanted = SampleFilter(camera=(camera.name,), last=1)
                health = next(iter(queries.samples(CameraHealth, wanted)), None)
                status = stream_status(health, [e for e in opened if e.camera == camera.name])
                is_up = status.state.has_pictures
                if status.state is CameraStatus.CONNECTING and camera.name in began:
                    is_up, status = True, StreamStatus(CameraStatus.LIVE)
                up.add_metric([camera.name], is_up)
                for one in CameraStatus:
                    state.add_metric([camera.name, one], one is status.state)
                fps.add_metric([camera.name], health.fps if health and is_up else 0)
                if health and health.utc_err_ms is not None:
                    skew.add_metric([camera.name], health.utc_err_ms / 1000)
        yield from (up, state, fps, skew)

    def _attention(self) -> Iterator[Metric]:
        """Yield what lasts at the moment: incidents, alarms, and alarms that nobody looked at."""
        lasting = GaugeMetricFamily(
            "passerby_open_incidents", "Incidents that have not ended.", labels=["camera", "kind"]
        )
        active = GaugeMetricFamily("passerby_active_alarms", "Alarms that have not ended.", labels=["priority"])
        with self._ports.store.reading() as connection:
            for (camera, kind), number in _counted(
                (event.camera, event.kind) for event in events.query(connection, EventFilter(open_only=True))
            ).items():
                lasting.add_metric([camera, kind], number)
            by_priority = _counted(
                (str(alarm.priority),) for alarm in alarms.query(connection, AlarmFilter(open_only=True))
            )
            new = sum(
                not one.handling.acknowledged for one in alarm_list.asking(alarm_list.listed(connection, ()))
            )
        for priority in ("warning", "alarm"):
            active.add_metric([priority], by_priority.get((priority,), 0))
        yield from (lasting, active)
        yield GaugeMetricFamily("passerby_unacknowledged_alarms", "Alarms that nobody has acknowledged.", new)

    def _deliveries(self) -> Iterator[Metric]:
        """Yield how far each destination has received the events."""
        labels = ["destination"]
        up = GaugeMetricFamily("passerby_destination_up", "0 while nothing can be delivered.", labels=labels)
        waiting = GaugeMetricFamily(
            "passerby_outbox_queue_length", "Events that wait for delivery.", labels=labels
        )
        aside = GaugeMetricFamily(
            "passerby_outbox_aside_length", "Events that were refused or given up.", labels=labels
        )
        with self._ports.store.reading() as connection:
            for one in outbox.progress(connection):
                up.add_metric([one.destination], one.since_ms is None)
                waiting.add_metric([one.destination], one.newest - one.row)
                aside.add_metric([one.destination], one.aside)
        yield from (up, waiting, aside)


def _counted(keys: Iterator[tuple[str, ...]]) -> dict[tuple[str, ...], int]:
    found: dict[tuple[str, ...], int] = {}
    for key in keys:
        found[key] = found.get(key, 0) + 1
    return found


def _counters(cameras: tuple[CameraFigures, ...]) -> Iterator[Metric]:
    for attribute, name, about in _COUNTERS:
        counter = CounterMetricFamily(name, about, labels=["camera"])
        for one in cameras:
            counter.add_metric([one.camera], getattr(one, attribute))
        yield counter
    stages = SummaryMetricFamily("passerby_stage_seconds", "Time of each stage.", labels=["camera", "stage"])
    incidents = CounterMetricFamily("passerby_incidents", "Incidents that began.", labels=["camera", "kind"])
    for one in cameras:
        for stage, (count, seconds) in one.stages.items():
            stages.add_metric([one.camera, stage], count, seconds)
        for kind, number in one.incidents.items():
            incidents.add_metric([one.camera, kind], number)
    yield from (stages, incidents)
