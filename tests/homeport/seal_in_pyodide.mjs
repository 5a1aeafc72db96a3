// Runs seal_in_pyodide.py inside Pyodide on Node: node seal_in_pyodide.mjs <root of the project> <what to open>
const [root, sealed] = process.argv.slice(2);
const { loadPyodide } = await import(`${root}/node_modules/pyodide/pyodide.mjs`);
const pyodide = await loadPyodide();
pyodide.mountNodeFS("/project", root);
pyodide.globals.set("sealed", sealed);
console.log(await pyodide.runPythonAsync(`
import sys
sys.path[:0] = ["/project/src", "/project"]
from tests.homeport import seal_in_pyodide
await seal_in_pyodide.report(sealed)
`));
