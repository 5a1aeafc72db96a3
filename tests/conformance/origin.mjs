// The suite's origin on a free port of 127.0.0.1: what it comes with listens on every address of the machine.
// `node origin.mjs SUITE`; the first line on standard output says where it is.
import http from "node:http";
import { engine } from "./engine.mjs";

console.log = console.error;
const part = async (name) => (await engine(process.argv[2], `server/handle-${name}.mjs`)).default;
const handlers = { config: await part("config"), state: await part("state"), test: await part("test") };

const server = http.createServer((request, response) => {
  const [, first, ...rest] = new URL(request.url, "http://origin").pathname.split("/");
  const handle = handlers[first];
  if (handle) return handle(rest, request, response);
  response.writeHead(404).end();
});
server.listen(0, "127.0.0.1", () => {
  process.stdout.write(`${JSON.stringify({ url: `http://127.0.0.1:${server.address().port}` })}\n`);
});
