"""A local Momento to trust: HTTP API, gRPC-web, topics and webhooks for several regions in one process."""
