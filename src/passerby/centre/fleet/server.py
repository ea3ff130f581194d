"""Serves the routes of units, and moves the rollout on every minute."""

from __future__ import annotations

import logging
import threading
from pathlib import Path

import uvicorn
from fastapi import FastAPI

from passerby.centre.fleet.desk import FleetDesk
from passerby.centre.fleet.routes import fleet_routes

log = logging.getLogger(__name__)
_STEP_S = 60.0


def fleet_app(desk: FleetDesk) -> FastAPI:
    """Return the application that units ask; it has no pages."""
    app = FastAPI(openapi_url=None)
    app.include_router(fleet_routes(desk))
    return app


def serve_fleet(desk: FleetDesk, listen: str, port: int, certificate: Path | None, key: Path | None) -> None:
    """Answer units until the process is asked to end."""
    stop = threading.Event()
    stepping = threading.Thread(target=_step_on, args=(desk, stop), name="rollout", daemon=True)
    stepping.start()
    try:
        uvicorn.run(fleet_app(desk), host=listen, port=port, ssl_certfile=certificate, ssl_keyfile=key)
    finally:
        stop.set()
        stepping.join()


def _step_on(desk: FleetDesk, stop: threading.Event) -> None:
    while not stop.wait(_STEP_S):
        try:
            desk.step()
        except Exception:  # the units are answered on; the next minute tries again
            log.exception("the rollout was not moved on")
