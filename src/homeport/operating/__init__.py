"""What operators see and do at the sync worker, over HTTP: docs/operating-events.md."""
