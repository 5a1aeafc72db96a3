// What stands behind the Cache API where Cloudflare is not: workerd hands a GET, or a PUT of a whole HTTP message.
const held = new Map();

export default {
  async fetch(request) {
    if (request.method === "PUT") {
      held.set(request.url, message(new Uint8Array(await request.arrayBuffer())));
      return new Response(null, { status: 204 });
    }
    const found = held.get(request.url);
    if (!found) return new Response(null, { status: 504, headers: { "CF-Cache-Status": "MISS" } });
    return new Response(found.body, { status: found.status, headers: found.headers });
  },
};

function message(octets) {
  const end = octets.findIndex((_, at) => octets[at] === 13 && octets[at + 2] === 13);
  const [start, ...fields] = new TextDecoder().decode(octets.subarray(0, end)).split("\r\n");
  const pairs = fields.map((field) => [field.slice(0, field.indexOf(":")), field.slice(field.indexOf(":") + 1).trim()]);
  const headers = pairs.filter(([name]) => !/^(transfer-encoding|connection)$/i.test(name));
  headers.push(["CF-Cache-Status", "HIT"]);
  return { status: Number(start.split(" ")[1]), headers, body: unchunked(pairs, octets.subarray(end + 4)) };
}

function unchunked(pairs, octets) {
  if (!pairs.some(([name, value]) => /^transfer-encoding$/i.test(name) && /chunked/i.test(value))) return octets;
  const parts = [];
  for (let at = 0; ; ) {
    const line = octets.indexOf(13, at);
    const size = parseInt(new TextDecoder().decode(octets.subarray(at, line)), 16);
    if (!size) return new Uint8Array(parts);
    parts.push(...octets.subarray(line + 2, line + 2 + size));
    at = line + 2 + size + 2;
  }
}
