// Does with Momento's own web SDK what the client of this project does, against a local Momento, and prints one line
// of JSON for each operation: node operations.mjs <URL of a region> <URL of the admin interface>
import sdk from "@gomomento/sdk-web";
import xmlhttprequest from "xmlhttprequest";

import { caches } from "./caches.mjs";
import { conditions } from "./conditions.mjs";
import { failures } from "./failures.mjs";
import { meetings } from "./meetings.mjs";
import { scalars } from "./scalars.mjs";
import { sortedSets } from "./sorted_sets.mjs";
import { topics } from "./topics.mjs";

// The SDK is made for browsers. grpc-web, which it stands on, is itself tested in Node with this package.
globalThis.XMLHttpRequest = xmlhttprequest.XMLHttpRequest;

const [url, admin] = process.argv.slice(2);
const key = btoa(JSON.stringify({ endpoint: "momento.test", api_key: "any-key" }));
const credentialProvider = sdk.CredentialProvider.fromDisposableToken({
  apiKey: key,
  endpointOverrides: { cacheEndpoint: url, controlEndpoint: url, tokenEndpoint: url },
});
const configuration = sdk.Configurations.Browser.latest();

// What tells more than its type is asked for by the SDK's own accessors.
const ACCESSORS = [
  "errorCode", "valueUint8Array", "valueNumber", "valueArrayUint8Elements", "score", "rank", "length", "exists",
  "remainingTtlMillis", "itemType", "getCaches", "results", "responses",
];

/** Octets as text where they are UTF-8, else as a list of numbers. */
function shown(octets) {
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(octets);
  } catch {
    return Array.from(octets);
  }
}

function plain(value) {
  if (value instanceof Uint8Array) return shown(value);
  if (Array.isArray(value)) return value.map(plain);
  if (typeof value?.getName === "function") return value.getName();
  if (typeof value?.type === "string") return described(value);
  if (value !== null && typeof value === "object" && "score" in value) return [plain(value.value), value.score];
  return value;
}

function described(response) {
  const told = { type: response.type };
  for (const name of ACCESSORS) {
    const value = typeof response[name] === "function" ? response[name]() : undefined;
    if (value !== undefined) told[name] = plain(value);
  }
  return told;
}

async function post(path, body) {
  const answer = await fetch(`${admin}/${path}`, { method: "POST", body: JSON.stringify(body) });
  if (!answer.ok) throw new Error(`${path}: ${answer.status} ${await answer.text()}`);
}

const world = {
  sdk,
  client: new sdk.CacheClient({ configuration, credentialProvider, defaultTtlSeconds: 60 }),
  hasty: new sdk.CacheClient({
    configuration: configuration.withClientTimeoutMillis(100),
    credentialProvider,
    defaultTtlSeconds: 60,
  }),
  topicClient: new sdk.TopicClient({ configuration: sdk.TopicConfigurations.Default.latest(), credentialProvider }),
  /** Performs an operation and prints what came of it. */
  async tell(operation, promise) {
    const response = await promise;
    console.log(JSON.stringify({ operation, answer: plain(response) }));
    return response;
  },
  /** Moves the local Momento's clock. */
  pass: (ms) => post("clock", { advance_ms: ms }),
  fault: (fault) => post("faults", fault),
};

for (const part of [scalars, conditions, sortedSets, topics, caches, failures, meetings]) await part(world);
process.exit();
