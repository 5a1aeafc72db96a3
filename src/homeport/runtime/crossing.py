"""`crossing.js`, imported: what takes one call there takes dozens from here."""

from __future__ import annotations

from typing import Any

from workers import import_from_javascript

crossing: Any = import_from_javascript("homeport/runtime/crossing.js")
"""The module. Wrangler ships it by the rule for ES modules in its configuration."""
