// Runs the suite against a cache: `node run.mjs SUITE URL AT_ONCE [ID…]`. Named tests run alone and tell each exchange on
// standard error. One line of JSON on standard output: every test, with `true` or what went wrong.
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { ask } from "./ask.mjs";
import { engine } from "./engine.mjs";

console.log = console.error;
const [suite, url, atOnce, ...only] = process.argv.slice(2);
const { getResults, runTests } = await engine(suite, "client/runner.mjs");
const { default: suites } = await import(pathToFileURL(join(suite, "tests", "index.mjs")));
const chosen = only.length === 0 ? suites : suites.map((each) => ({
  ...each,
  tests: each.tests.filter(({ id }) => only.includes(id)).map((test) => ({ ...test, dump: true })),
}));

await runTests(chosen, ask, false, url, Number(atOnce));
const results = getResults();
const told = chosen.flatMap((each) => each.tests.filter(({ id }) => id in results).map((test) => ({
  suite: each.name,
  id: test.id,
  name: test.name,
  kind: test.kind ?? "required",
  depends_on: test.depends_on ?? [],
  result: results[test.id],
})));
process.stdout.write(`${JSON.stringify(told)}\n`, () => process.exit());
