// Caches that are not there, keys of the wrong kind, limits, and every error that can be asked for.
const ERRORS = [
  "cancelled", "unknown", "invalid-argument", "deadline-exceeded", "not-found", "already-exists", "permission-denied",
  "resource-exhausted", "failed-precondition", "internal", "unavailable", "unauthenticated",
];

export async function failures({ client, hasty, tell, fault }) {
  const nowhere = client.cache("nowhere");
  await tell("no cache: get", nowhere.get("k"));
  await tell("no cache: set", nowhere.set("k", "v"));
  await tell("no cache: delete", nowhere.delete("k"));
  await tell("no cache: increment", nowhere.increment("k"));
  await tell("no cache: setIfAbsent", nowhere.setIfAbsent("k", "v"));
  await tell("no cache: getWithHash", nowhere.getWithHash("k"));
  await tell("no cache: keysExist", nowhere.keysExist(["k"]));
  await tell("no cache: updateTtl", nowhere.updateTtl("k", 1000));
  await tell("no cache: getBatch", nowhere.getBatch(["k"]));
  await tell("no cache: setBatch", nowhere.setBatch({ k: "v" }));
  await tell("no cache: sortedSetPutElement", nowhere.sortedSetPutElement("s", "v", 1));
  await tell("no cache: sortedSetFetchByScore", nowhere.sortedSetFetchByScore("s"));

  const cache = client.cache("ships");
  await cache.set("scalar", "v");
  await cache.sortedSetPutElement("sorted", "v", 1);
  await tell("wrong kind: get", cache.get("sorted"));
  await tell("wrong kind: increment", cache.increment("sorted"));
  await tell("wrong kind: setIfPresent", cache.setIfPresent("sorted", "v"));
  await tell("wrong kind: sortedSetPutElement", cache.sortedSetPutElement("scalar", "v", 1));
  await tell("wrong kind: sortedSetFetchByRank", cache.sortedSetFetchByRank("scalar"));
  await tell("wrong kind: sortedSetGetScore", cache.sortedSetGetScore("scalar", "v"));
  await tell("wrong kind: sortedSetRemoveElement", cache.sortedSetRemoveElement("scalar", "v"));
  await tell("wrong kind: sortedSetLength", cache.sortedSetLength("scalar"));

  // The words before the colon are the SDK's, chosen by the cause in the `err` trailer.
  const cause = (response) => [response.errorCode(), response.message().split(":")[0]];
  await tell("limit: item", cause(await cache.set("k", "x".repeat(8200))));
  await tell("limit: element", cause(await cache.sortedSetPutElement("s", "x".repeat(1100), 1)));

  for (const error of ERRORS) {
    await fault({ kind: "error", error, method: "Get", count: 1 });
    await tell(`error: ${error}`, cache.get("scalar"));
  }
  await tell("error: none left", cache.get("scalar"));
  await fault({ kind: "reset", method: "Get", count: 1 });
  await tell("the connection is reset", cache.get("scalar"));
  await fault({ kind: "latency", ms: 5000, method: "Get", count: 1 });
  await tell("the deadline passes", hasty.get("ships", "scalar"));
}
