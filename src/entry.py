"""The edge worker: every visitor's request comes in here."""

from homeport.runtime.workers import edge_fetch as on_fetch

__all__ = ["on_fetch"]  # what Cloudflare calls: docs/adr/0021-what-a-hit-costs.md says why it is no class

# The runtime leaves out arguments that a function does not take, by its signature. This one takes all, and tells none.
on_fetch.__signature__ = ()  # type: ignore[attr-defined]
