// Caches come, are listed, flushed, and go.
export async function caches({ client, tell }) {
  await tell("createCache", client.createCache("harbour"));
  await tell("createCache: it exists", client.createCache("harbour"));
  await tell("listCaches", client.listCaches());
  await client.set("harbour", "k", "v");
  await client.sortedSetPutElement("harbour", "s", "v", 1);
  await tell("get: another cache's key", client.get("ships", "k"));
  await tell("flushCache", client.flushCache("harbour"));
  await tell("get: flushed", client.get("harbour", "k"));
  await tell("sortedSetLength: flushed", client.sortedSetLength("harbour", "s"));
  await tell("flushCache: nothing in it", client.flushCache("harbour"));
  await tell("deleteCache", client.deleteCache("harbour"));
  await tell("deleteCache: not there", client.deleteCache("harbour"));
  await tell("flushCache: not there", client.flushCache("harbour"));
  await tell("get: a cache deleted", client.get("harbour", "k"));
  await tell("listCaches: deleted", client.listCaches());
}
