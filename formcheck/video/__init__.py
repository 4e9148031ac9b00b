"""Pictures in and out: clips read with their own clock, annotated clips written."""
