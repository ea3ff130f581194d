"""Finding and following people: detectors and the tracker."""
