"""Departures from feeds of train information: SIRI, GTFS-realtime and MQTT."""
