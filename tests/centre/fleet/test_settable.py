"""Every key of the configuration is either the centre's to set or the unit's alone."""

from typing import get_args

import pytest

from passerby.centre.fleet.settable import SETTABLE, refused_keys
from passerby.config.walk import walk

# Places that are the unit's as a whole, each with the reason.
UNIT_PLACES = {
    "model": "the detector is a file of the unit",
    "evidence": "what is recorded",
    "retention": "how long pictures are kept",
    "cameras[].onvif": "an address with a password",
    "cameras[].calibration": "it bounds the detail that redaction leaves",
    "cameras[].redaction": "redaction",
    "cameras[].departures": "an address and files",
    "console": "who has access",
    "destinations[]": "where data goes",
    "escalation": "where data goes",
    "fleet": "which centre may set anything",
    "transit": "where data goes",
}
UNIT_KEYS = {
    "station model data_dir timezone departures_port recording_mb evidence retention console destinations"
    " escalation transit fleet": "",
    "name source onvif substream calibration redaction counts_error departures": "cameras[]",
}
UNIT_ONLY = {(place, key) for keys, place in UNIT_KEYS.items() for key in keys.split()}


def every_key():
    return sorted({(place, key) for place, model in walk() for key in model.model_fields})


def is_units_place(place: str) -> bool:
    return any(place == at or place.startswith((f"{at}.", f"{at}[")) for at in UNIT_PLACES)


def test_every_key_has_exactly_one_decision():
    for place, key in every_key():
        owned = is_units_place(place) or (place, key) in UNIT_ONLY
        assert owned != (key in SETTABLE.get(place, ())), f"decide who may set {place}.{key}: centre or unit"


def test_no_decision_is_about_a_key_that_does_not_exist():
    known = set(every_key())
    assert {(place, key) for place, keys in SETTABLE.items() for key in keys} <= known
    assert known >= UNIT_ONLY


def test_no_settable_key_takes_an_address_file_or_secret():
    for place, keys in SETTABLE.items():
        for key in keys:
            assert not any(
                word in key for word in ("source", "url", "host", "secret", "password", "file", "path", "token")
            ), (place, key)


def nested(place: str, key: str):
    """Settings that set only this key."""
    value = {key: 1}
    for part in reversed(place.split(".") if place else []):
        name = part.removesuffix("[]")
        value = {name: [value] if part.endswith("[]") and name != "cameras" else value}
        if name == "cameras":
            value = {"cameras": {"Hall 1": value["cameras"]}}
    return value


@pytest.mark.parametrize(("place", "key"), every_key())
def test_a_key_that_is_not_listed_is_refused_by_name(place, key):
    settings = nested(place, key)
    if (place, key) == ("", "cameras"):
        settings = {"cameras": {}}
    refused = refused_keys(settings)
    assert bool(refused) != (key in SETTABLE.get(place, ())), refused


@pytest.mark.parametrize(
    ("settings", "refused"),
    [
        ({"cameras": [{"name": "Hall 1"}]}, ("cameras",)),  # a whole list would add and remove cameras
        ({"cameras": {"Hall 1": {"sources": "x"}}}, ("cameras.Hall 1.sources",)),  # unknown keys are not listed
        ({"cameras": {"Hall 1": {"zones": [{"name": "a", "x": 1}]}}}, ("cameras.Hall 1.zones[0].x",)),
        ({"alarms": [{"rearm_s": 30}]}, ("alarms[0].rearm_s",)),  # another form than the model has
        ({"cameras": {"Hall 1": {"rules": [{"kind": {"source": 1}}]}}}, ("cameras.Hall 1.rules[0].kind.source",)),
    ],
)
def test_the_form_of_settings_hides_no_key(settings, refused):
    assert refused_keys(settings) == refused


def test_the_walk_sees_rules_of_every_kind():
    kinds = {
        get_args(model.model_fields["kind"].annotation)[0] for place, model in walk() if place.endswith("rules[]")
    }
    assert len(kinds) >= 10
