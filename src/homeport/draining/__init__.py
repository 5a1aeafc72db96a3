"""Replaying the dirty queue against the origin until it is empty."""
