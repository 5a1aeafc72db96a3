// The check-and-set family: every condition on a key that is absent, one that holds the value, one that holds another.
const ON_VALUES = {
  setIfNotExists: (cache, key) => cache.setIfNotExists(key, "new"),
  setIfAbsent: (cache, key) => cache.setIfAbsent(key, "new"),
  setIfPresent: (cache, key) => cache.setIfPresent(key, "new"),
  setIfEqual: (cache, key) => cache.setIfEqual(key, "new", "old"),
  setIfNotEqual: (cache, key) => cache.setIfNotEqual(key, "new", "old"),
  setIfPresentAndNotEqual: (cache, key) => cache.setIfPresentAndNotEqual(key, "new", "old"),
  setIfAbsentOrEqual: (cache, key) => cache.setIfAbsentOrEqual(key, "new", "old"),
};
const ON_HASHES = [
  "setIfPresentAndHashEqual", "setIfPresentAndHashNotEqual", "setIfAbsentOrHashEqual", "setIfAbsentOrHashNotEqual",
];
const PRESENT = { absent: undefined, same: "old", other: "else" };

export async function conditions({ client, tell, pass }) {
  const cache = client.cache("ships");
  for (const [method, call] of Object.entries(ON_VALUES))
    for (const [state, value] of Object.entries(PRESENT)) {
      const key = `${method} ${state}`;
      if (value !== undefined) await cache.setIfAbsent(key, value);
      await tell(`${method}: ${state}`, call(cache, key));
      await tell(`${method}: ${state}, read`, cache.get(key));
    }

  await tell("getWithHash: nothing there", cache.getWithHash("h"));
  const stored = await tell("setWithHash", cache.setWithHash("h", "old"));
  const found = await tell("getWithHash", cache.getWithHash("h"));
  await tell("getWithHash: the hash that was told", stored.hashString() === found.hashString());
  const hash = found.hashUint8Array();
  for (const method of ON_HASHES)
    for (const [state, value] of Object.entries(PRESENT)) {
      const key = `${method} ${state}`;
      if (value !== undefined) await cache.setWithHash(key, value);
      await tell(`${method}: ${state}`, cache[method](key, "new", hash));
      const read = await tell(`${method}: ${state}, read`, cache.getWithHash(key));
      const shown = read.type === "Hit" && Buffer.from(read.hashUint8Array()).equals(Buffer.from(hash));
      await tell(`${method}: ${state}, its hash is the old`, shown);
    }

  await cache.setIfAbsent("lease", "me", { ttl: 5 });
  await tell("setIfAbsent: held by another", cache.setIfAbsent("lease", "you", { ttl: 5 }));
  await pass(5000);
  await tell("setIfAbsent: expired", cache.setIfAbsent("lease", "you", { ttl: 5 }));
  await tell("itemGetTtl: of a lease", cache.itemGetTtl("lease"));
}
