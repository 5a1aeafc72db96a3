"""Which region: where regions and visitors are, the choice, the home, fail-over."""
