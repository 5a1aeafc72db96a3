"""Telling regions of each other's changes."""
