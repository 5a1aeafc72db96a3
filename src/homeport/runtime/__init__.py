"""The only folder that touches JavaScript: it translates, and neither decides nor performs."""
