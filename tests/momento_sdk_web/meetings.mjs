// What the project's client wrote before is read here, and what it will read is written.
export async function meetings({ client, topicClient, tell }) {
  const cache = client.cache("meeting");
  const octets = Uint8Array.from({ length: 256 }, (_, at) => at);

  await tell("from the shim: text", cache.get("shim/text é"));
  await tell("from the shim: octets under octets", cache.get(octets));
  await tell("from the shim: its time to live", cache.itemGetTtl("shim/text é"));
  await tell("from the shim: a batch", cache.getBatch(["shim/b1", "shim/b2"]));
  await tell("from the shim: a counter, on", cache.increment("shim/counter", 2));
  await tell("from the shim: a lease that is held", cache.setIfAbsent("shim/lease", "the SDK"));
  await tell("from the shim: a lease given over", cache.setIfEqual("shim/lease", "the SDK", "the shim"));
  await tell("from the shim: a sorted set", cache.sortedSetFetchByScore("shim/queue", { maxScore: 1e15 }));
  await tell("from the shim: an element removed", cache.sortedSetRemoveElement("shim/queue", "job-2"));
  const found = await tell("from the shim: a value and its hash", cache.getWithHash("shim/hashed"));
  await tell(
    "from the shim: replaced on top of what was read",
    cache.setIfPresentAndHashEqual("shim/hashed", "by the SDK", found.hashUint8Array()),
  );

  let seen = [], received;
  const both = new Promise((done) => { received = done; });
  const subscription = await topicClient.subscribe("meeting", "shim/news", {
    onItem: (item) => { seen.push(item.value()); if (seen.length === 2) received(); },
  });
  await tell("listening to the shim", subscription.type);
  await both;
  subscription.unsubscribe();
  await tell("from the shim: its messages", seen);

  await cache.set("sdk/text é", "grüße", { ttl: 30 });
  await cache.set(Uint8Array.of(0xff, 0x00), octets);
  await cache.setBatch({ "sdk/b1": "one", "sdk/b2": "two" });
  await cache.increment("sdk/counter", 40);
  await cache.setIfAbsent("sdk/lease", "the SDK");
  await cache.setWithHash("sdk/hashed", "by the SDK");
  await cache.sortedSetPutElements("sdk/queue", { "job-3": 3, "job-1": 1_790_000_000_000.5, "job-2": -1 });
  await topicClient.publish("meeting", "sdk/news", "grüße");
  await topicClient.publish("meeting", "sdk/news", octets);
}
