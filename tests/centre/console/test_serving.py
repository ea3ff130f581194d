from __future__ import annotations

import logging
import re
from contextlib import closing
from pathlib import Path
from typing import Any

import httpx2 as httpx
import pytest
from pydantic import ValidationError

from passerby.centre.console.serving import serving
from passerby.centre.console.settings import CentreConsole, UnitConsole
from passerby.contracts.errors import UsageError
from passerby.store.results import ResultsStore
from support.centres import PASSWORD, StubReported, reported_unit
from support.fleet_centres import FleetCentre
from support.waiting import PATIENCE_S

UNIT = {"unit": "u1", "url": "https://u1.example:8600", "token": "t" * 43}


def test_it_is_served_and_its_first_administrator_is_made(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO)
    reported = StubReported(all_units=[reported_unit("Mill")])
    with (
        ResultsStore(tmp_path) as store,
        closing(FleetCentre()) as fleet,
        serving(CentreConsole(name="Metro"), store, reported, fleet.desk, 0) as server,
        httpx.Client(timeout=PATIENCE_S) as browser,
    ):
        (token,) = re.findall(r"with token (\S+)", caplog.text)
        form = {"token": token, "name": "ada", "password": PASSWORD, "again": PASSWORD}
        assert browser.post(f"{server.address}setup", data=form).status_code == 303
        assert "Mill" in browser.get(server.address).text


@pytest.mark.parametrize(
    ("given", "words"),
    [
        ({"timezone": "Mars/Base"}, "Mars/Base is no time zone"),
        ({"timezone": "../etc/passwd"}, "is no time zone"),
        ({"units": [UNIT, UNIT]}, "unit u1 is named twice"),
        ({"units": [{**UNIT, "url": "http://u1.example"}]}, "url"),
        ({"units": [{**UNIT, "url": "https://u1.example/"}]}, "url"),
        ({"units": [{**UNIT, "url": "https://me:pw@u1.example"}]}, "url"),
        ({"units": [{**UNIT, "token": "short"}]}, "token"),
        ({"units": [{**UNIT, "token": "t" * 20 + "\n"}]}, "token"),
        ({"unit_ca_file": ""}, "unit_ca_file"),
        ({"colour": "red"}, "colour"),
    ],
)
def test_settings_that_make_no_sense_are_refused(given: dict[str, Any], words: str) -> None:
    with pytest.raises(ValidationError, match=re.escape(words)):
        CentreConsole.model_validate(given)


def test_a_token_is_in_no_repr_and_no_dump() -> None:
    made = CentreConsole(units=(UnitConsole(**UNIT),))
    assert UNIT["token"] not in repr(made) + made.model_dump_json()
    assert made.addresses()["u1"].token == UNIT["token"]


def test_an_authority_that_cannot_be_read_is_named(tmp_path: Path) -> None:
    settings = CentreConsole(unit_ca_file=str(tmp_path / "none.pem"))
    with (
        ResultsStore(tmp_path) as store,
        closing(FleetCentre()) as fleet,
        pytest.raises(UsageError, match=r"none\.pem"),
        serving(settings, store, StubReported(), fleet.desk, 0),
    ):
        pass
