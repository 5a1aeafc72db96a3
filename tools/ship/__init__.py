"""What is shipped: of `src/`, what one worker can reach, without what only people read, as bytecode.

docs/adr/0018-what-is-shipped.md and 0022-bytecode.md say why and how.
Of the standard library alone, but for the compiling, which Node and the npm package `pyodide` do: plain `wrangler dev`
and `wrangler deploy` run it, with any Python from 3.11 on.
"""
