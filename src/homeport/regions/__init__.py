"""Which region: cells, positions, location, choice."""
