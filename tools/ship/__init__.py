"""What is shipped: of `src/`, what one worker can reach, without what only people read.

docs/adr/0018-what-is-shipped.md says why and how.
Of the standard library alone: plain `wrangler dev` and `wrangler deploy` run it, with any Python from 3.11 on.
"""
