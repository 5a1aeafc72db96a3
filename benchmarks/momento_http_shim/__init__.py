"""What the client costs a worker on workerd: its import, and encoding and decoding of a large answer."""
