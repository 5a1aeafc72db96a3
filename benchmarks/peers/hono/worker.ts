// What one would write instead of Homeport's hit path: TypeScript and Hono; region choice, key, look-up, answer.
// It reads only. There are no conditional requests, no variants, no fail-over, no writes.
import { Hono } from "hono";
import { v5 } from "uuid";

type Env = { Bindings: { ORIGIN: string; REGIONS: string; MOMENTO_API_KEY: string } };
type Stored = { url: string; at: number; ttl: number; header: Record<string, string> };

const NEAREST: Record<string, string> = {
  AF: "eu-central-1",
  AN: "us-east-1",
  AS: "ap-northeast-1",
  EU: "eu-central-1",
  NA: "us-east-1",
  OC: "ap-northeast-1",
  SA: "us-east-1",
};
const TTL = 86_400;

const app = new Hono<Env>();

app.get("/hit/:octets", async (c) => {
  const { ORIGIN, REGIONS, MOMENTO_API_KEY } = c.env;
  const url = ORIGIN + c.req.path;
  const region = NEAREST[(c.req.raw.cf?.continent as string) ?? "NA"];
  const key = v5(JSON.stringify({ url, method: "GET", headers: {}, body: null }), v5.URL);
  const item = `${REGIONS.replaceAll("{region}", region)}?key=hono:${key}`;
  const headers = { Authorization: MOMENTO_API_KEY };

  const found = await fetch(item, { headers, signal: AbortSignal.timeout(1000) });
  if (found.status === 200) {
    const octets = new Uint8Array(await found.arrayBuffer());
    const end = octets.indexOf(10);
    const stored: Stored = JSON.parse(new TextDecoder().decode(octets.subarray(0, end)));
    const age = Math.floor((Date.now() - stored.at) / 1000);
    if (stored.url === url && age < stored.ttl) {
      const ttl = stored.ttl - age;
      const status = `hono; hit; ttl=${ttl}; detail="${region}"`;
      return c.body(octets.subarray(end + 1), 200, { ...stored.header, Age: `${age}`, "Cache-Status": status });
    }
  }

  const answer = await fetch(url);
  const body = await answer.arrayBuffer();
  const stored: Stored = { url, at: Date.now(), ttl: TTL, header: Object.fromEntries(answer.headers) };
  const line = new TextEncoder().encode(JSON.stringify(stored) + "\n");
  if (answer.status === 200) {
    const whole = await new Blob([line, body]).arrayBuffer();
    c.executionCtx.waitUntil(fetch(`${item}&ttl_seconds=${TTL}`, { method: "PUT", headers, body: whole }));
  }
  return c.body(body, answer.status as 200, stored.header);
});

export default app;
