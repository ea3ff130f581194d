"""The control room: many units report to it, and staff see all their stations."""
