// The suite's origin on a free port of 127.0.0.1: what it comes with listens on every address of the machine.
// The first line on standard output says where it is.
import http from "node:http";
import handleConfig from "http-cache-tests/server/handle-config.mjs";
import handleState from "http-cache-tests/server/handle-state.mjs";
import handleTest from "http-cache-tests/server/handle-test.mjs";

console.log = console.error;
const handlers = { config: handleConfig, state: handleState, test: handleTest };

const server = http.createServer((request, response) => {
  const [, first, ...rest] = new URL(request.url, "http://origin").pathname.split("/");
  const handle = handlers[first];
  if (handle) return handle(rest, request, response);
  response.writeHead(404).end();
});
server.listen(0, "127.0.0.1", () => {
  process.stdout.write(`${JSON.stringify({ url: `http://127.0.0.1:${server.address().port}` })}\n`);
});
