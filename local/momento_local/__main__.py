"""`python -m local.momento_local --regions a,b --caches c`."""

from __future__ import annotations

import asyncio
import sys

from .server import serve
from .settings import parse

if __name__ == "__main__":
    asyncio.run(serve(parse(sys.argv[1:])))
