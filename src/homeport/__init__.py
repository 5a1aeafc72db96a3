"""Homeport: regional Momento caches between Cloudflare's edge and an origin in one region."""

VERSION = "0.1.0"
