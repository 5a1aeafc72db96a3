// What the suite needs of `fetch`, over node:http. Node's own fetch obeys the Fetch standard, as a browser's does, and
// adds to requests what the test does not say: `Cache-Control: no-cache` to each that has none or is conditional.
// It also refuses statuses above 599, by which the suite's origin tells the client what it missed.
import http from "node:http";

export function ask(url, { method = "GET", headers = [], body } = {}) {
  return new Promise((resolve, reject) => {
    // No agent: a connection that is used once cannot be closed by the other side just before it is used again.
    const options = { agent: false, method, headers: ["Host", new URL(url).host, ...framing(body), ...headers.flat()] };
    const interim = [];
    const request = http.request(url, options, (response) => read(response, interim).then(resolve, reject));
    request.on("information", (told) => interim.push([told.statusCode, told.headers]));
    request.on("error", reject);
    request.end(body);
  });
}

function framing(body) {
  return body === undefined ? [] : ["Content-Length", String(Buffer.byteLength(body))];
}

async function read(response, interimResponses) {
  const pieces = [];
  for await (const piece of response) pieces.push(piece);
  const headers = new Headers();
  for (let at = 0; at < response.rawHeaders.length; at += 2) {
    headers.append(response.rawHeaders[at], response.rawHeaders[at + 1]);
  }
  const text = Buffer.concat(pieces).toString();
  const status = { status: response.statusCode, statusText: response.statusMessage };
  return { ...status, headers, interimResponses, text: async () => text };
}
