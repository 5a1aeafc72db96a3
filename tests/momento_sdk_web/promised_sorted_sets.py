"""What Momento promises about sorted sets.

https://docs.momentohq.com/cache/develop/api-reference/sorted-set-collections; the eight dishes and what is fetched of
them are those of the integration tests of Momento's JavaScript SDK.
"""

from __future__ import annotations

from typing import Any

from tests.momento_sdk_web.promised_scalars import MISS, SUCCESS, remaining

FOO, BAR, BAZ, HABANERO = ["foo", 1], ["bar", 2], ["baz", 42], ["habanero", 68]
BAM, BURRITO, TACO, JALAPENO = ["bam", 1000], ["burrito", 9000], ["taco", 90210], ["jalapeno", 1_000_000]
MENU = [FOO, BAR, BAZ, HABANERO, BAM, BURRITO, TACO, JALAPENO]


def elements(*found: list[Any]) -> dict[str, Any]:
    return {"type": "Hit", "valueArrayUint8Elements": list(found)}


def score(value: str, score: float) -> dict[str, Any]:
    return {"type": "Hit", "valueUint8Array": value, "score": score}


def no_score(value: str) -> dict[str, Any]:
    return {"type": "Miss", "valueUint8Array": value}


def rank(value: int) -> dict[str, Any]:
    return {"type": "Hit", "rank": value}


def length(value: int) -> dict[str, Any]:
    return {"type": "Hit", "length": value}


def risen(value: float) -> dict[str, Any]:
    return {"type": "Success", "score": value}


BY_RANK: dict[str, Any] = {
    "no set": MISS,
    "all": elements(*MENU),
    "ascending": elements(*MENU),
    "descending": elements(*reversed(MENU)),
    "from": elements(BAM, BURRITO, TACO, JALAPENO),
    "to": elements(FOO, BAR, BAZ),
    "from and to": elements(BAR, BAZ, HABANERO, BAM),
    "from beyond": elements(),
    "to beyond": elements(BURRITO, TACO, JALAPENO),
    "from the end": elements(HABANERO, BAM, BURRITO, TACO, JALAPENO),
    "but the last": elements(FOO, BAR, BAZ, HABANERO, BAM, BURRITO),
    "from the end, but the last": elements(HABANERO, BAM, BURRITO),
    "descending, from": elements(BAZ, BAR, FOO),
    "descending, to": elements(JALAPENO, TACO, BURRITO),
    "descending, from and to": elements(BAM, HABANERO),
    "descending, from the end": elements(BAR, FOO),
    "equal scores by value, any number, any octets": elements(
        ["a", -2.5], ["b", -2.5], ["c", 1e-9], [[0xFF, 0], 1e300]
    ),
    "after removals": elements(["b", 1], ["d", 10]),
    "deleted": MISS,
}

BY_SCORE: dict[str, Any] = {
    "no set": MISS,
    "all": elements(*MENU),
    "at least": elements(BAM, BURRITO, TACO, JALAPENO),
    "at most": elements(FOO, BAR, BAZ, HABANERO, BAM),
    "between": elements(BAM, BURRITO),
    "both ends are in": elements(BAZ, HABANERO),
    "above all": elements(),
    "below all": elements(),
    "offset": elements(TACO, JALAPENO),
    "count": elements(BAM, BURRITO),
    "offset and count": elements(BAM, BURRITO, TACO),
    "offset beyond": elements(),
    "count beyond": elements(BAM, BURRITO, TACO, JALAPENO),
    "descending": elements(JALAPENO, TACO, BURRITO, BAM),
    "descending, offset and count": elements(BAM, HABANERO),
    "expired": MISS,
}

QUESTIONS: dict[str, Any] = {
    "sortedSetGetRank": rank(2),
    "sortedSetGetRank: the first": rank(0),
    "sortedSetGetRank: descending": rank(5),
    "sortedSetGetRank: no element": MISS,
    "sortedSetGetRank: no set": MISS,
    "sortedSetGetScore": score("taco", 90210),
    "sortedSetGetScore: no element": no_score("nothing"),
    "sortedSetGetScore: no set": no_score("taco"),
    "sortedSetGetScores": {
        "type": "Hit",
        "responses": [score("bar", 2), no_score("nothing"), score("foo", 1)],
    },
    "sortedSetGetScores: no set": MISS,
    "sortedSetLength": length(8),
    "sortedSetLength: no set": MISS,
    "sortedSetLengthByScore: all": length(8),
    "sortedSetLengthByScore: both ends are in": length(3),
    "sortedSetLengthByScore: at least": length(3),
    "sortedSetLengthByScore: at most": length(2),
    "sortedSetLengthByScore: above all": MISS,  # the web SDK makes a miss of a length of 0
    "sortedSetLengthByScore: no set": MISS,
}

CHANGES: dict[str, Any] = {
    "sortedSetPutElements": SUCCESS,
    "sortedSetPutElement": SUCCESS,
    "sortedSetPutElement: another score": SUCCESS,
    "sortedSetIncrementScore": risen(10),
    "sortedSetIncrementScore: by one": risen(11),
    "sortedSetIncrementScore: down": risen(1),
    "sortedSetIncrementScore: no element": risen(10),
    "sortedSetIncrementScore: no set": risen(10),
    "sortedSetRemoveElement": SUCCESS,
    "sortedSetRemoveElement: no element": SUCCESS,
    "sortedSetRemoveElement: no set": SUCCESS,
    "sortedSetRemoveElements": SUCCESS,
    "delete: a sorted set": SUCCESS,
    "itemGetTtl: a set refreshed": remaining(20_000),
    "itemGetTtl: a set not refreshed": remaining(20_000),
}

SORTED_SETS: dict[str, Any] = {
    **{f"sortedSetFetchByRank: {name}": answer for name, answer in BY_RANK.items()},
    **{f"sortedSetFetchByScore: {name}": answer for name, answer in BY_SCORE.items()},
    **QUESTIONS,
    **CHANGES,
}
