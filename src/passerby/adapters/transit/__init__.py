"""Counts for passenger information: SIRI Facility Monitoring and GTFS-realtime."""
