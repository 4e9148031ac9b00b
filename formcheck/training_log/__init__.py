"""The training log: what was lifted, set by set, and what a week and a month of it come to."""
