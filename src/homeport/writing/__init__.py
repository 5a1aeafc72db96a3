"""Writes: accepted near the visitor, or taken straight to the origin."""
