"""`passerby service`: run a unit as a service of systemd."""
