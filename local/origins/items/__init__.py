"""A small inventory with a JSON API: Starlette, uvicorn and SQLite. README.md shows how to run and ask it."""
