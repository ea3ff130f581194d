"""Makes the picture of a control room: `python -m support.centre_picture ../docs/pictures/centre.webp`, in tests/.

All stations, units and alarms are invented; there is no picture of a person in it.
"""

from __future__ import annotations

import sys
from pathlib import Path
from tempfile import TemporaryDirectory

import cv2
import numpy as np

from passerby.console.server import WebServer
from passerby.contracts.events import Severity
from passerby.contracts.settings import ConsoleSettings
from passerby.store import handling
from support.browsers import Visit, browsing
from support.centres import LINES, PASSWORD, CentreStage, centre_stage, reported_alarm, reported_unit


def main(path: Path) -> None:
    """Write the page Now of an invented control room."""
    LINES.update({"Old Town": "red", "University": "blue", "Stadium": "blue", "Airport": "blue"})
    with TemporaryDirectory() as folder, centre_stage(Path(folder)) as room:
        _invent(room)
        with browsing() as browser, WebServer(room.app, ConsoleSettings(), port=0) as server:
            visit = Visit(browser, viewport={"width": 1280, "height": 640})
            visit.log_in(server.address, "anna", PASSWORD)
            shot = visit.page.screenshot()
            room.app.state.services.feed.close()
    picture = cv2.imdecode(np.frombuffer(shot, np.uint8), cv2.IMREAD_COLOR)
    path.write_bytes(cv2.imencode(".webp", picture, [cv2.IMWRITE_WEBP_QUALITY, 80])[1].tobytes())


def _invent(room: CentreStage) -> None:
    room.account("anna", "operator", "traffic_centre", "*")
    alarm = Severity.ALARM
    room.reported.all_alarms = [
        reported_alarm("a", "Harbour", alarm, ago_s=22),
        reported_alarm("b", "Old Town", ago_s=95),
        reported_alarm("c", "Mill", ago_s=240),
        reported_alarm("d", "Stadium", alarm, ago_s=410),
    ]
    room.reported.all_units = [reported_unit(name) for name in LINES]
    room.reported.all_units[3] = reported_unit("Old Town", cameras_unwell=("stairs",))
    room.reported.all_units[6] = reported_unit("Airport", ago_s=780)
    room.store.write(lambda c: handling.add_known(c, "d", "acknowledged", "boris (console)", ""))


if __name__ == "__main__":
    main(Path(sys.argv[1]))
