"""Detectors and the tracker."""
