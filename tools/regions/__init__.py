"""Generate the tables of regions: which hub stands for a place, and how far each region is from it."""
