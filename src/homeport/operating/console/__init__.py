"""The console: a page on which operators see the regions and act."""
