"""The whole system on this machine: local Momento, an origin, and both workers on the real workerd."""
