"""What is shipped: of `src/`, what one worker can reach, without what only people read. See docs/adr/0018-what-is-shipped.md.

Of the standard library alone, so that plain `wrangler dev` and `wrangler deploy` can run it with any Python 3.11 or later.
"""
