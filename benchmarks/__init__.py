"""What things cost, measured where they run; `make bench`."""
