// Get, set, delete, increment, batches, times to live, kinds and presence.
export async function scalars({ client, tell, pass }) {
  const cache = client.cache("ships");
  const octets = Uint8Array.from({ length: 256 }, (_, at) => at);

  await tell("get: nothing there", cache.get("a"));
  await tell("set", cache.set("a", "one"));
  await tell("get: something there", cache.get("a"));
  await cache.set("a", "two");
  await tell("get: set again", cache.get("a"));
  await tell("set: octets", cache.set(octets, octets));
  await tell("get: octets", cache.get(octets));
  await cache.set("schön/é?&=+ %20", "grüße");
  await tell("get: a key with everything in it", cache.get("schön/é?&=+ %20"));
  await cache.set("empty", "");
  await tell("get: an empty value", cache.get("empty"));
  await cache.sortedSetPutElement("was a set", "x", 1);
  await tell("set: over another kind", cache.set("was a set", "v"));
  await tell("get: written over another kind", cache.get("was a set"));
  await tell("delete", cache.delete("a"));
  await tell("get: deleted", cache.get("a"));
  await tell("delete: nothing there", cache.delete("a"));
  await tell("set: a negative TTL", cache.set("a", "v", { ttl: -1 }));

  await tell("increment: nothing there", cache.increment("n"));
  await tell("increment: up", cache.increment("n", 41));
  await tell("increment: down below zero", cache.increment("n", -1042));
  await tell("get: a counter", cache.get("n"));
  await cache.set("n", "10");
  await tell("increment: by zero", cache.increment("n", 0));
  await tell("increment: a number that was set", cache.increment("n", 90));
  await cache.set("n", "abcxyz");
  await tell("increment: no number", cache.increment("n"));
  await cache.set("n", "9223372036854775807");
  await tell("increment: beyond 64 bits", cache.increment("n"));

  await tell("setBatch: a map", cache.setBatch(new Map([["b1", "one"], ["b2", octets]])));
  await tell("getBatch: in the order asked", cache.getBatch(["b2", "nobody", "b1", "b1"]));
  await tell("setBatch: own TTLs", cache.setBatch([{ key: "b3", value: "3", ttl: 5 }, { key: "b4", value: "4" }]));
  await tell("itemGetTtl: of its own in a batch", cache.itemGetTtl("b3"));
  await tell("itemGetTtl: the batch's default", cache.itemGetTtl("b4"));

  await cache.set("t", "v", { ttl: 10 });
  await tell("itemGetTtl: just set", cache.itemGetTtl("t"));
  await pass(4000);
  await tell("itemGetTtl: later", cache.itemGetTtl("t"));
  await tell("itemGetTtl: nothing there", cache.itemGetTtl("nobody"));
  await tell("updateTtl", cache.updateTtl("t", 20_000));
  await tell("itemGetTtl: updated", cache.itemGetTtl("t"));
  await tell("updateTtl: nothing there", cache.updateTtl("nobody", 20_000));
  await tell("increaseTtl: to more", cache.increaseTtl("t", 30_000));
  await tell("itemGetTtl: increased", cache.itemGetTtl("t"));
  await tell("increaseTtl: to less", cache.increaseTtl("t", 5000));
  await tell("itemGetTtl: not increased", cache.itemGetTtl("t"));
  await tell("increaseTtl: nothing there", cache.increaseTtl("nobody", 20_000));
  await tell("decreaseTtl: to less", cache.decreaseTtl("t", 3000));
  await tell("itemGetTtl: decreased", cache.itemGetTtl("t"));
  await tell("decreaseTtl: to more", cache.decreaseTtl("t", 20_000));
  await tell("itemGetTtl: not decreased", cache.itemGetTtl("t"));
  await tell("decreaseTtl: nothing there", cache.decreaseTtl("nobody", 20_000));
  await pass(2999);
  await tell("get: a moment before it expires", cache.get("t"));
  await pass(1);
  await tell("get: expired", cache.get("t"));

  await cache.setAddElement("a set", "x");
  await cache.listPushBack("a list", "x");
  await cache.dictionarySetField("a dictionary", "x", "1");
  await cache.sortedSetPutElement("a sorted set", "x", 1);
  for (const key of ["n", "a set", "a list", "a dictionary", "a sorted set", "nobody"])
    await tell(`itemGetType: ${key}`, cache.itemGetType(key));
  await tell("keyExists: it does", cache.keyExists("n"));
  await tell("keyExists: it does not", cache.keyExists("nobody"));
  await tell("keysExist: in the order asked", cache.keysExist(["nobody", "n", "a set", "t"]));
  await tell("keysExist: none asked", cache.keysExist([]));
}
