"""`make demo-push`: the same visits and purchases under four ways of caching a page, counted and drawn."""
