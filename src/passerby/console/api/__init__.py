"""The interface for programs below /api/v1: what the pages show, as JSON. No track, box or path is in it."""

from passerby.console.api import counts, description, events, records, unit

ROUTERS = (description.router, unit.router, events.router, counts.router, records.router)
