"""The suite itself: that it covers every method, and that what is left out is left out by name."""

from __future__ import annotations

import ast
import contextlib
import inspect
from pathlib import Path

import pytest

from local.momento_local.in_memory import InMemoryCache
from momento_http_shim import CacheClient, Done, Limits, Miss
from tests.contract import backends
from tests.contract.conftest import skip_without_variables

FILES = ("scalars", "conditions", "sorted_sets", "lists", "limits", "topics")


def public(kind: type) -> set[str]:
    return {name for name, _ in inspect.getmembers(kind, inspect.isfunction) if not name.startswith("_")}


def test_every_method_of_the_client_is_called_by_a_test() -> None:
    here = Path(__file__).parent
    trees = [ast.parse((here / f"test_contract_{name}.py").read_text()) for name in FILES]
    named = {node.attr for tree in trees for node in ast.walk(tree) if isinstance(node, ast.Attribute)}
    assert public(CacheClient) - named == set()


def test_the_twin_lacks_what_is_listed_and_nothing_else() -> None:
    assert public(CacheClient) - public(InMemoryCache) == backends.TWIN_LACKS
    assert public(InMemoryCache) <= public(CacheClient)


def test_a_twins_method_has_the_clients_parameters() -> None:
    def parameters(method: object) -> list[tuple[str, object, object]]:
        assert callable(method)
        return [
            (each.name, each.kind, each.default) for each in inspect.signature(method).parameters.values()
        ]

    for name in public(InMemoryCache):
        assert parameters(getattr(InMemoryCache, name)) == parameters(getattr(CacheClient, name)), name


async def test_the_real_momento_keeps_the_contract_too(key: str) -> None:
    # Where this is skipped, no other test of this folder is collected for the real service.
    skip_without_variables()
    async with contextlib.aclosing(backends.real()) as places:
        cache = (await anext(places)).client(Limits(), None)
        assert await cache.set(key, b"v", ttl_seconds=60) == Done()
        assert await cache.get_with_hash(key, consistent=True) != Miss()


def test_the_skip_names_the_variables_that_are_not_set(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MOMENTO_ENDPOINT", "cell-1.example.test")
    monkeypatch.delenv("MOMENTO_API_KEY", raising=False)
    monkeypatch.delenv("MOMENTO_CACHE", raising=False)
    with pytest.raises(pytest.skip.Exception, match=r"not set: MOMENTO_API_KEY, MOMENTO_CACHE$"):
        skip_without_variables()
