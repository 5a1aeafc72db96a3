// Runs waking_in_pyodide.py inside Pyodide on Node: node waking_in_pyodide.mjs <root of the project>
import { createServer } from "node:http";

const [root] = process.argv.slice(2);
const { loadPyodide } = await import(`${root}/node_modules/pyodide/pyodide.mjs`);
const server = createServer((asked, answered) => {
  if (asked.url === "/echo") asked.pipe(answered.writeHead(201, { "x-key": asked.headers.key }));
});
await new Promise((resolve) => server.listen(0, "127.0.0.1", resolve));

const pyodide = await loadPyodide();
pyodide.mountNodeFS("/project", root);
pyodide.registerJsModule("crossing_js", { crossing: await import(`${root}/src/homeport/runtime/crossing.js`) });
pyodide.globals.set("at", `http://127.0.0.1:${server.address().port}`);
console.log(await pyodide.runPythonAsync(`
import sys
import crossing_js
sys.path[:0] = ["/project/src", "/project"]
sys.modules["homeport.runtime.crossing"] = crossing_js  # which the Workers SDK imports there
from tests.homeport import waking_in_pyodide
await waking_in_pyodide.report(at)
`));
process.exit(0);
