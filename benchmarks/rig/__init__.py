"""What measurements on workerd stand on: a local Momento, an origin, workers without wrangler's proxy, a load."""
