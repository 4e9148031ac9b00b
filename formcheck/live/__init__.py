"""Coaching while the set happens: the stages of the recorded road, fed sample by sample."""
