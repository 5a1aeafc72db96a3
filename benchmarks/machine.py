"""What was measured on."""

from __future__ import annotations

import os
import platform
from pathlib import Path

_CPUINFO = Path("/proc/cpuinfo")


def machine() -> dict[str, str | int | float]:
    """Cores, the processor, the system, this Python, and how many cores have been busy in the last minute."""
    return {
        "cores": os.cpu_count() or 0,
        "cpu": _named() or platform.processor() or platform.machine(),
        "system": f"{platform.system()} {platform.machine()}",
        "python": platform.python_version(),
        "busy": round(os.getloadavg()[0], 2),
    }


def _named() -> str:
    lines = _CPUINFO.read_text().splitlines() if _CPUINFO.exists() else []
    return next((line.partition(":")[2].strip() for line in lines if line.startswith("model name")), "")
