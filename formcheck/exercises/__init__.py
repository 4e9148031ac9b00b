"""One file an exercise: from signals and a rep to metrics and faults."""
