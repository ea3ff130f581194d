"""All cameras of one unit: threads, counts over lines and places, alarms, the summary."""
