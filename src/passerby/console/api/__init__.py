"""The interface for programs below /api/v1: what the pages show, as JSON. No track, box or path is in it."""

from passerby.console.api import alarms, counts, departures, description, events, records, transit, unit

ROUTERS = (
    description.router,
    unit.router,
    events.router,
    alarms.router,
    counts.router,
    departures.router,
    transit.router,
    records.router,
)
