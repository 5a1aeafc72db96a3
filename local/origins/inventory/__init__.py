"""A shop with one article, rendered by the server: Starlette, Jinja, SQLite. README.md shows how to run it."""
