// Runs signatures_in_pyodide.py inside Pyodide on Node: node signatures_in_pyodide.mjs <root of the project> <what to check>
const [root, cases] = process.argv.slice(2);
const { loadPyodide } = await import(`${root}/node_modules/pyodide/pyodide.mjs`);
const pyodide = await loadPyodide();
pyodide.mountNodeFS("/project", root);
pyodide.globals.set("cases", cases);
console.log(await pyodide.runPythonAsync(`
import sys
sys.path[:0] = ["/project/src", "/project"]
from tests.homeport import signatures_in_pyodide
await signatures_in_pyodide.report(cases)
`));
