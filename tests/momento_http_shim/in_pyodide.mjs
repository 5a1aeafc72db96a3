// Runs in_pyodide.py inside Pyodide on Node: node in_pyodide.mjs <root of the project> <base URL>
const [root, baseUrl] = process.argv.slice(2);
const { loadPyodide } = await import(`${root}/node_modules/pyodide/pyodide.mjs`);
const pyodide = await loadPyodide();
pyodide.mountNodeFS("/project", root);
pyodide.globals.set("base_url", baseUrl);
const report = await pyodide.runPythonAsync(`
import sys
sys.path[:0] = ["/project/src", "/project/tests/momento_http_shim"]
before = set(sys.modules)
import momento_http_shim
imported = sorted(set(sys.modules) - before)
import in_pyodide
await in_pyodide.report(base_url, imported)
`);
console.log(report);
