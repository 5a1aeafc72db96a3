"""What every measurement on workerd stands on: a local Momento, an origin, workers without wrangler's proxy, and a load."""
