"""From a pose track to signals and reps: pure functions of arrays, no model, no files, no clock."""
