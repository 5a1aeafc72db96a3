// Runs the suite against a cache: `node run.mjs URL AT_ONCE [ID…]`. Named tests run alone and tell each exchange on
// standard error. One line of JSON on standard output: every test, with `true` or what went wrong.
import { getResults, runTests } from "http-cache-tests/client/runner.mjs";
import suites from "http-cache-tests/tests/index.mjs";
import { ask } from "./ask.mjs";

console.log = console.error;
const [url, atOnce, ...only] = process.argv.slice(2);
const chosen = only.length === 0 ? suites : suites.map((suite) => ({
  ...suite,
  tests: suite.tests.filter(({ id }) => only.includes(id)).map((test) => ({ ...test, dump: true })),
}));

await runTests(chosen, ask, false, url, Number(atOnce));
const results = getResults();
const told = chosen.flatMap((suite) => suite.tests.filter(({ id }) => id in results).map((test) => ({
  suite: suite.name,
  id: test.id,
  name: test.name,
  kind: test.kind ?? "required",
  depends_on: test.depends_on ?? [],
  result: results[test.id],
})));
process.stdout.write(`${JSON.stringify(told)}\n`, () => process.exit());
