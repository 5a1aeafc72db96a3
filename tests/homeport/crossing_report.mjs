// What `crossing.js` gives on Node, whose Request, Response and fetch are the same standard's: as JSON.
import { createServer } from "node:http";

const crossing = await import(process.argv[2]);
const seen = {};

const request = new Request("http://here/a%20b?c=1#d", {
  method: "PUT",
  headers: [["X-One", "1"], ["content-type", "text/plain"], ["x-one", "2"], ["__proto__", "own"]],
  body: "x",
});
seen.without_cf = JSON.parse(crossing.asked(request, ["country"]));
Object.defineProperty(request, "cf", { value: { country: "JP", tlsVersion: "TLSv1.3" } });
seen.with_cf = JSON.parse(crossing.asked(request, ["country"]));

seen.body = await crossing.body(request).then(({ octets, length }) => [[...octets], length]);

const cookies = new Headers([["Set-Cookie", "a=1"], ["Set-Cookie", "b=2"], ["X", "y"]]);
seen.cookies = JSON.parse(crossing.fields(cookies));

const octets = new Uint8Array([1, 2, 3, 4]);
const answer = crossing.answer('{"status":203,"headers":{"x":"y"}}', octets, 1, 3);
seen.answer = [answer.status, answer.headers.get("x"), [...new Uint8Array(await answer.arrayBuffer())]];
const last = crossing.answer('{"status":200}', octets, 0, 2, true);
seen.last = [octets.length, [...new Uint8Array(await last.arrayBuffer())]];
const empty = crossing.answer('{"status":304,"headers":[["set-cookie","a=1"],["set-cookie","b=2"]]}');
seen.empty = [empty.status, empty.headers.getSetCookie(), empty.body];

const promise = crossing.promised(request);
crossing.keep(request, answer);
seen.promised = (await promise) === answer;

let kept;
const release = crossing.held({ waitUntil: (promise) => (kept = promise.then(() => "released")) });
seen.held = [await Promise.race([kept, new Promise((resolve) => setImmediate(resolve, "held"))])];
release();
seen.held.push(await kept);

const server = createServer((asked, answered) => {
  if (asked.url === "/none") answered.writeHead(204).end();
  if (asked.url === "/echo") asked.pipe(answered.writeHead(200, { "x-method": asked.method, "x-key": asked.headers.key }));
  if (asked.url === "/half") answered.writeHead(200, { "content-length": "9" }).write("half");
});
await new Promise((resolve) => server.listen(0, "127.0.0.1", resolve));
const at = `http://127.0.0.1:${server.address().port}`;
const options = { method: "POST", headers: { key: "k" } };
let woken;
crossing.wakes((...given) => woken(given));
const whole = (...given) => {
  const waking = new Promise((resolve) => (woken = resolve));
  crossing.whole(7, ...given);
  return waking;
};
const parts = [Uint8Array.of(104), Uint8Array.of(105)];
const [number, status, headers, found, length] = await whole(`${at}/echo`, options, 5000, ...parts);
seen.echoed = [number, status, length, [...found], headers.get("x-method"), headers.get("x-key")];
seen.options = Object.keys(options);
const none = await whole(`${at}/none`, {}, 5000);
seen.none = [none[1], none[4]];
for (const path of ["half", "never"]) seen[path] = await whole(`${at}/${path}`, {}, 50);
seen.nowhere = await whole("no URL", {}, 50);
console.log(JSON.stringify(seen));
process.exit(0);
