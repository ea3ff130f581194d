"""From the incidents of all cameras to alarms."""
