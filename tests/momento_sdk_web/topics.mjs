// Publish and subscribe, and webhooks. A subscription is known to have begun when the SDK returns it.
export async function topics({ client, topicClient, tell }) {
  const octets = Uint8Array.of(0, 1, 0xfe, 0xff);

  /** Subscribes; `until(n)` waits for n items, and `seen` are those that came, numbers included. */
  async function subscribe(name, cache, topic) {
    const seen = [], ends = [];
    let wake = () => {};
    const subscription = await tell(`subscribe: ${name}`, topicClient.subscribe(cache, topic, {
      onItem: (item) => { seen.push([item.sequenceNumber(), typeof item.value(), item.valueUint8Array()]); wake(); },
      onError: (error, of) => { ends.push([error.errorCode(), of.isSubscribed]); wake(); },
    }));
    const until = async (list, count) => { while (list.length < count) await new Promise((done) => { wake = done; }); };
    return { subscription, seen, ends, items: (count) => until(seen, count), end: () => until(ends, 1) };
  }

  await tell("publish: nobody listens", topicClient.publish("ships", "news", "lost"));
  const first = await subscribe("a topic", "ships", "news");
  await tell("publish: text", topicClient.publish("ships", "news", "grüße"));
  await tell("publish: octets", topicClient.publish("ships", "news", octets));
  await first.items(2);
  await tell("subscribe: what came", first.seen);

  first.subscription.unsubscribe();
  const second = await subscribe("again", "ships", "news");
  await topicClient.publish("ships", "news", "later");
  await second.items(1);
  second.subscription.unsubscribe();
  await tell("subscribe: what came to the second", second.seen);
  await tell("subscribe: nothing came after the end", first.seen.length);

  await subscribe("no cache", "nowhere", "news");
  await tell("publish: no cache", topicClient.publish("nowhere", "news", "v"));
  await tell("publish: too large", topicClient.publish("ships", "news", "x".repeat(4097)));

  await client.createCache("short-lived");
  const third = await subscribe("a cache that will go", "short-lived", "news");
  await client.deleteCache("short-lived");
  await third.end();
  await tell("subscribe: the cache is gone", third.ends);

  const options = { topicName: "news", destination: "http://127.0.0.1:9/hook" };
  const put = await tell("putWebhook", topicClient.putWebhook("ships", "hook", options));
  const listed = await topicClient.listWebhooks("ships");
  await tell("listWebhooks", listed.getWebhooks().map((each) => [each.id.webhookName, each.topicName, each.destination.url()]));
  const got = await tell("getWebhookSecret", topicClient.getWebhookSecret("ships", "hook"));
  await tell("getWebhookSecret: the one that was told", got.secret() === put.secretString());
  const rotated = await tell("rotateWebhookSecret", topicClient.rotateWebhookSecret("ships", "hook"));
  await tell("rotateWebhookSecret: another one", rotated.secret() !== put.secretString());
  await tell("deleteWebhook", topicClient.deleteWebhook("ships", "hook"));
  await tell("listWebhooks: deleted", (await topicClient.listWebhooks("ships")).getWebhooks());
}
