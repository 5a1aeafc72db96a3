// Runs pack.py in Pyodide: `node compile.mjs {folder of the npm package pyodide}`. Standard input is what to compile, in
// JSON: {"homeport/edge.py": "import …"}; standard output is the file.
import { readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { pathToFileURL } from "node:url";

const given = JSON.parse(readFileSync(0, "utf8"));
try {
  const { loadPyodide } = await import(pathToFileURL(join(resolve(process.argv[2]), "pyodide.mjs")));
  const python = await loadPyodide({
    // The same input makes the same file; and no columns: nobody reads them, and they are a quarter of it.
    env: { HOME: "/home", PYTHONHASHSEED: "0", PYTHONNODEBUGRANGES: "1" },
    stdout: console.error,
  });
  python.runPython(readFileSync(new URL("pack.py", import.meta.url), "utf8"));
  const packed = python.globals.get("pack")(python.toPy(given)).toJs();
  process.stdout.write(packed, () => process.exit());
} catch (error) {
  // What nobody catches is printed with its line of source, and all of Pyodide is one line.
  console.error(error.message);
  process.exit(1);
}
