// What Python asks of JavaScript in one crossing each. From Python every attribute and every call costs microseconds,
// and every promise two turns of the event loop: here they cost next to nothing (docs/adr/0021-what-a-hit-costs.md).

// A request as JSON: method, URL, fields, and the members `place` of `request.cf` as JSON.
export function asked(request, place) {
  const where = JSON.stringify(request.cf ?? null, place);
  return JSON.stringify([request.method, request.url, named(request.headers), where]);
}

// Fields as JSON: by name or, where Set-Cookie stands, the one that is kept apart, as a list (Fetch standard).
export function fields(headers) {
  return JSON.stringify(named(headers));
}

function named(headers) {
  return headers.has("set-cookie") ? [...headers] : Object.fromEntries(headers);
}

let wake;

// Python's function that goes on with what it waited for: the number that it gave, and what came.
export function wakes(called) {
  wake = called;
}

// Wakes with a response and its whole body within so many milliseconds, to a request of these parts: its status, headers,
// octets and their number; or with the name and the text of an error. A 204 has no body to be read.
export function whole(waiting, url, options, milliseconds, ...parts) {
  arrived(url, options, milliseconds, parts).then(
    ({ status, headers, octets }) => wake(waiting, status, headers, octets, octets.length),
    (error) => wake(waiting, error.name, String(error)),
  );
}

async function arrived(url, options, milliseconds, parts) {
  const signal = AbortSignal.timeout(milliseconds);
  const response = await fetch(url, { ...options, body: parts.length < 2 ? parts[0] : joined(parts), signal });
  const octets = new Uint8Array(response.status === 204 ? 0 : await response.arrayBuffer());
  return { status: response.status, headers: response.headers, octets };
}

function joined(parts) {
  const joined = new Uint8Array(parts.reduce((length, part) => length + part.length, 0));
  let at = 0;
  for (const part of parts) {
    joined.set(part, at);
    at += part.length;
  }
  return joined;
}

// The whole body of a request or response.
export async function body(message) {
  const octets = new Uint8Array(await message.arrayBuffer());
  return { octets, length: octets.length };
}

const promises = new WeakMap();

// A promise of the answer to a request; one for each.
export function promised(request) {
  return new Promise((resolve) => promises.set(request, resolve));
}

// Keeps it.
export function keep(request, response) {
  promises.get(request)(response);
}

// Keeps an invocation alive until the function that this gives is called.
export function held(context) {
  let release;
  context.waitUntil(new Promise((resolve) => (release = resolve)));
  return release;
}

// A response from its status and fields as JSON, and a part of some octets, which nobody may change from now on. `last`:
// nobody else has them. They are the response's alone then, and their memory is given back when it has been sent: V8 would
// learn late of so much garbage outside its heap, and then stop for a tenth of a second.
export function answer(init, octets, start, end, last) {
  const response = new Response(octets && octets.subarray(start, end), JSON.parse(init));
  if (last) octets.buffer.transfer(0);
  return response;
}
