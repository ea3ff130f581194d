"""All cameras of one unit: their threads, counts over lines and places, alarms, the summary."""
