"""momento_http_shim by itself on the real workerd: a small worker that does what it is asked and tells what it saw."""
