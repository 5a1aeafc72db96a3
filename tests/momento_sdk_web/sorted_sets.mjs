// All methods of sorted sets that the project's client has as well.
const MENU = {
  bam: 1000, foo: 1, taco: 90210, bar: 2, burrito: 9000, baz: 42, habanero: 68, jalapeno: 1_000_000,
};

export async function sortedSets({ sdk, client, tell, pass }) {
  const cache = client.cache("ships");
  const { Ascending, Descending } = sdk.SortedSetOrder;
  const byRank = (name, options, of = "menu") => tell(`sortedSetFetchByRank: ${name}`, cache.sortedSetFetchByRank(of, options));
  const byScore = (name, options, of = "menu") => tell(`sortedSetFetchByScore: ${name}`, cache.sortedSetFetchByScore(of, options));

  await byRank("no set", {}, "nobody");
  await tell("sortedSetPutElements", cache.sortedSetPutElements("menu", MENU));
  await byRank("all");
  await byRank("ascending", { order: Ascending });
  await byRank("descending", { order: Descending });
  await byRank("from", { startRank: 4 });
  await byRank("to", { endRank: 3 });
  await byRank("from and to", { startRank: 1, endRank: 5 });
  await byRank("from beyond", { startRank: 10 });
  await byRank("to beyond", { startRank: 5, endRank: 100 });
  await byRank("from the end", { startRank: -5 });
  await byRank("but the last", { endRank: -2 });
  await byRank("from the end, but the last", { startRank: -5, endRank: -2 });
  await byRank("descending, from", { order: Descending, startRank: 5 });
  await byRank("descending, to", { order: Descending, endRank: 3 });
  await byRank("descending, from and to", { order: Descending, startRank: 3, endRank: 5 });
  await byRank("descending, from the end", { order: Descending, startRank: -2 });

  await byScore("no set", {}, "nobody");
  await byScore("all");
  await byScore("at least", { minScore: 100 });
  await byScore("at most", { maxScore: 1000 });
  await byScore("between", { minScore: 100, maxScore: 10_000 });
  await byScore("both ends are in", { minScore: 42, maxScore: 68 });
  await byScore("above all", { minScore: 2_000_000 });
  await byScore("below all", { maxScore: 0 });
  await byScore("offset", { minScore: 100, offset: 2 });
  await byScore("count", { minScore: 100, count: 2 });
  await byScore("offset and count", { minScore: 10, offset: 2, count: 3 });
  await byScore("offset beyond", { minScore: 100, offset: 5 });
  await byScore("count beyond", { minScore: 100, count: 100 });
  await byScore("descending", { order: Descending, minScore: 100 });
  await byScore("descending, offset and count", {
    order: Descending, minScore: 20, maxScore: 100_000, offset: 2, count: 2,
  });

  await tell("sortedSetGetRank", cache.sortedSetGetRank("menu", "baz"));
  await tell("sortedSetGetRank: the first", cache.sortedSetGetRank("menu", "foo"));
  // The short form of an SDK's cache drops the order here (1.118.0).
  const descending = client.sortedSetGetRank("ships", "menu", "baz", { order: Descending });
  await tell("sortedSetGetRank: descending", descending);
  await tell("sortedSetGetRank: no element", cache.sortedSetGetRank("menu", "nothing"));
  await tell("sortedSetGetRank: no set", cache.sortedSetGetRank("nobody", "baz"));
  await tell("sortedSetGetScore", cache.sortedSetGetScore("menu", "taco"));
  await tell("sortedSetGetScore: no element", cache.sortedSetGetScore("menu", "nothing"));
  await tell("sortedSetGetScore: no set", cache.sortedSetGetScore("nobody", "taco"));
  await tell("sortedSetGetScores", cache.sortedSetGetScores("menu", ["bar", "nothing", "foo"]));
  await tell("sortedSetGetScores: no set", cache.sortedSetGetScores("nobody", ["bar"]));
  await tell("sortedSetLength", cache.sortedSetLength("menu"));
  await tell("sortedSetLength: no set", cache.sortedSetLength("nobody"));
  const between = (name, options, of = "menu") => tell(`sortedSetLengthByScore: ${name}`, cache.sortedSetLengthByScore(of, options));
  await between("all", {});
  await between("both ends are in", { minScore: 42, maxScore: 1000 });
  await between("at least", { minScore: 1001 });
  await between("at most", { maxScore: 2 });
  await between("above all", { minScore: 2_000_000 });
  await between("no set", {}, "nobody");

  await tell("sortedSetPutElement", cache.sortedSetPutElement("few", "b", 2));
  await tell("sortedSetPutElement: another score", cache.sortedSetPutElement("few", "b", -2.5));
  await cache.sortedSetPutElements("few", new Map([["c", 1e-9], [Uint8Array.of(0xff, 0), 1e300], ["a", -2.5]]));
  await byRank("equal scores by value, any number, any octets", {}, "few");
  await tell("sortedSetIncrementScore", cache.sortedSetIncrementScore("few", "b", 12.5));
  await tell("sortedSetIncrementScore: by one", cache.sortedSetIncrementScore("few", "b"));
  await tell("sortedSetIncrementScore: down", cache.sortedSetIncrementScore("few", "b", -10));
  await tell("sortedSetIncrementScore: no element", cache.sortedSetIncrementScore("few", "d", 10));
  await tell("sortedSetIncrementScore: no set", cache.sortedSetIncrementScore("fresh", "d", 10));
  await tell("sortedSetRemoveElement", cache.sortedSetRemoveElement("few", Uint8Array.of(0xff, 0)));
  await tell("sortedSetRemoveElement: no element", cache.sortedSetRemoveElement("few", "nothing"));
  await tell("sortedSetRemoveElement: no set", cache.sortedSetRemoveElement("nobody", "a"));
  await tell("sortedSetRemoveElements", cache.sortedSetRemoveElements("few", ["a", "nothing", "c"]));
  await byRank("after removals", {}, "few");
  await tell("delete: a sorted set", cache.delete("few"));
  await byRank("deleted", {}, "few");

  await cache.sortedSetPutElement("kept", "a", 1, { ttl: sdk.CollectionTtl.of(2) });
  await cache.sortedSetPutElement("kept", "b", 2, { ttl: sdk.CollectionTtl.of(20) });
  await tell("itemGetTtl: a set refreshed", cache.itemGetTtl("kept"));
  await cache.sortedSetIncrementScore("kept", "b", 1, { ttl: sdk.CollectionTtl.of(2).withNoRefreshTtlOnUpdates() });
  await tell("itemGetTtl: a set not refreshed", cache.itemGetTtl("kept"));
  await pass(20_000);
  await byScore("expired", {}, "kept");
}
