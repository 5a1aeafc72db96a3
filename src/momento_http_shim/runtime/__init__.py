"""Transports: one module per place to run in. Import the one you need; only `workers` touches JavaScript."""
