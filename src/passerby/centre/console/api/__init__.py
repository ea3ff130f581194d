"""The interface of the control room for programs below /api/v1: what the pages show, as JSON."""

from passerby.centre.console.api import alarms, records, units
from passerby.console.api import description

ROUTERS = (description.router, alarms.router, units.router, records.router)
