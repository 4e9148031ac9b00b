"""Many clips at once: a folder, a table or a bucket becomes a table of reps, sets and faults."""
