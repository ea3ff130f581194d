"""From incidents to alarms: few enough for the people who have to act on them."""
