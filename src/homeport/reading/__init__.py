"""GET and HEAD, cache-aside in the visitor's home region (RFC 9111)."""
