"""What ONVIF's event service says: SOAP, login, topics and messages. The console serves it."""
