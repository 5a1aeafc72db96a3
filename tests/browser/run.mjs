// Runs in_browser.py in Pyodide, in a page or in a web worker, and hands what it reports to the page's server.
export async function run(where) {
  let report;
  try {
    const { loadPyodide } = await import("/pyodide/pyodide.mjs");
    const pyodide = await loadPyodide({ indexURL: "/pyodide/" });
    const packages = await (await fetch("/packages.zip")).arrayBuffer();
    pyodide.FS.writeFile("/packages.zip", new Uint8Array(packages));
    const urls = await (await fetch("/urls.json")).json();
    pyodide.globals.set("arguments", pyodide.toPy([where, urls.momento, urls.nobody]));
    report = pyodide.runPython(`
import sys
sys.path.insert(0, "/packages.zip")
import in_browser
in_browser.report(*arguments)
`);
  } catch (error) {
    report = JSON.stringify({ failed: String(error?.stack ?? error) });
  }
  await fetch(`/report/${where}`, { method: "POST", body: report });
}
