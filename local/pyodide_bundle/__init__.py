"""Pyodide as workerd wants it, put together from the npm package: Python Workers without internet."""
