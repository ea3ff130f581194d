"""What passenger information may tell of a stop."""

from __future__ import annotations

import xml.etree.ElementTree as ET
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from google.transit import gtfs_realtime_pb2 as gtfs
from hypothesis import given
from hypothesis import strategies as st
from xmlschema import XMLSchema, XMLSchemaValidationError

from passerby.adapters.transit.figures import StopFigure, stop_figures
from passerby.adapters.transit.gtfs_occupancy import LEVELS, gtfs_occupancy
from passerby.adapters.transit.siri_fm import siri_fm
from passerby.contracts.events import ZoneSample
from passerby.contracts.public_counts import public_count
from passerby.contracts.transit import Transit, TransitStop
from support.stored import ZONE

UTC = "2026-03-01T08:00:00.000Z"
TWO = Transit(
    stops=(
        TransitStop(camera="c1", zone="north", stop="Q:7"),
        TransitStop(camera="c2", zone="south", stop="Q:7"),
        TransitStop(camera="c3", zone="hall", stop="Q:8"),
    )
)


def zone(camera: str, name: str, people: float, level: str | None = "A", **more: Any) -> ZoneSample:
    return replace(ZONE, camera=camera, zone=name, count_mean=people, level=level, **more)


@pytest.mark.parametrize(
    ("samples", "figure", "why"),
    [
        ([zone("c1", "north", 14.0), zone("c2", "south", 9.0, "D")], StopFigure("Q:7", True, 20, "D"), "together"),
        ([zone("c1", "north", 4.0), zone("c2", "south", 5.9)], StopFigure("Q:7", True, None, "A"), "few"),
        ([zone("c1", "north", 14.0)], StopFigure("Q:7", False), "half a platform is no figure"),
        ([zone("c1", "north", 14.0), zone("c2", "south", 9.0, None)], StopFigure("Q:7", True, 20), "no levels"),
        ([zone("c1", "north", 90.0), zone("c1", "north", 30.0), zone("c2", "south", 0.0)],
         StopFigure("Q:7", True, 30, "A"), "the newest window"),
        ([zone("c1", "north", 90.0, coverage=0.0), zone("c2", "south", 0.0)],
         StopFigure("Q:7", False), "no picture"),
    ],
)  # fmt: skip
def test_a_figure(samples: list[ZoneSample], figure: StopFigure, why: str) -> None:
    assert stop_figures(TWO, samples)[0] == figure, why


@given(st.floats(0, 100_000))
def test_no_count_tells_of_few_people(number: float) -> None:
    told = public_count(number)
    assert told is None if number < 10 else told is not None
    assert told is None or (told >= 10 and told % 10 == 0 and abs(told - number) <= 5)


FIGURES = [StopFigure("Q:7", True, 120, "D"), StopFigure("Q:8", True, None, "A"), StopFigure("Q:9", False)]


def test_siri_is_valid_by_the_parts_of_the_schema_that_it_uses() -> None:
    schema = XMLSchema(Path(__file__).with_name("siri-fm-parts.xsd"))
    made = siri_fm(FIGURES, "Metro", UTC).decode()
    schema.validate(made)
    schema.validate(siri_fm([], "Metro", UTC).decode())
    for right, wrong in (
        ("presentCount", "peopleCount"),
        ("<Count>120</Count>", "<Count>many</Count>"),
        ("<FacilityRef>Q:7</FacilityRef>", "<FacilityRef>Quay 7</FacilityRef>"),
        ("<ProducerRef>Metro</ProducerRef>", "<ProducerRef>Metro of Riverside</ProducerRef>"),
        (UTC, "noon"),
    ):
        assert right in made
        with pytest.raises(XMLSchemaValidationError):
            schema.validate(made.replace(right, wrong))


def test_siri_has_the_parts_in_the_order_of_the_schema() -> None:
    root = ET.fromstring(siri_fm(FIGURES, "Metro", UTC))
    space = {"s": "http://www.siri.org.uk/siri"}
    found = [
        [part.tag.partition("}")[2] for part in one] for one in root.iterfind(".//s:FacilityCondition", space)
    ]
    assert found == [
        ["FacilityRef", "FacilityStatus", "MonitoredCounting"],
        ["FacilityRef", "FacilityStatus"],
        ["FacilityRef", "FacilityStatus"],
    ]
    counting = root.find(".//s:MonitoredCounting", space)
    assert counting is not None
    assert [(part.tag.partition("}")[2], part.text) for part in counting] == [
        ("CountingType", "presentCount"),
        ("CountedFeatureUnit", "persons"),
        ("Count", "120"),
    ]
    assert [one.text for one in root.iterfind(".//s:FacilityStatus/s:Status", space)] == [
        "available", "available", "unknown",
    ]  # fmt: skip
    assert root.findtext(".//s:Description", None, space) == "fewer than 10 people"
    assert root.findtext(".//s:ProducerRef", None, space) == "Metro"


def test_gtfs_has_one_entity_for_each_stop() -> None:
    feed = gtfs.FeedMessage()
    feed.ParseFromString(gtfs_occupancy(FIGURES, 1_772_352_000))
    assert feed.IsInitialized()
    status = gtfs.VehiclePosition
    assert [(one.id, one.vehicle.stop_id, one.vehicle.occupancy_status) for one in feed.entity] == [
        ("Q:7", "Q:7", status.STANDING_ROOM_ONLY),
        ("Q:8", "Q:8", status.MANY_SEATS_AVAILABLE),
        ("Q:9", "Q:9", status.NO_DATA_AVAILABLE),
    ]
    assert not any(one.vehicle.HasField("trip") or one.vehicle.HasField("position") for one in feed.entity)


def test_no_level_says_that_a_stop_is_empty() -> None:
    assert gtfs.VehiclePosition.EMPTY not in LEVELS.values()
    assert [*LEVELS.values()] == sorted(LEVELS.values())
