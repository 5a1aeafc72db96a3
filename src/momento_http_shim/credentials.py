"""Which key to send, and where to.

Momento has two shapes of key (https://docs.momentohq.com/platform/authentication/api-keys): v1 keys and
disposable tokens are base64 of JSON that holds the endpoint and the key proper; v2 keys are JWTs whose
claim `t` is `g`, valid in every region, so that the endpoint is given apart. Hosts are `api.`, `web.` …
before the endpoint. An endpoint that is a URL, such as `http://127.0.0.1:8080/a`, is a local Momento:
every host is that URL.
"""

from __future__ import annotations

from .errors import InvalidArgument

_LOOPBACK = ("127.0.0.1", "localhost", "[::1]")


class Credentials:
    """A key and the base URLs it is for; the key itself is in `authorization` and nowhere else."""

    __slots__ = ("api_cache", "authorization", "endpoint", "web_cache", "web_control", "web_token")

    def __init__(self, authorization: str, endpoint: str) -> None:
        """Take the key as it goes into the header, and the endpoint: a host name or a local base URL."""
        if not authorization or not authorization.isascii() or not authorization.isprintable():
            raise InvalidArgument("the Momento key is empty, or has characters that no key has")
        self.authorization = authorization
        self.endpoint = endpoint = _checked(endpoint)
        local = "://" in endpoint
        self.api_cache = endpoint if local else f"https://api.cache.{endpoint}"
        self.web_cache = endpoint if local else f"https://web.cache.{endpoint}"
        self.web_control = endpoint if local else f"https://web.control.{endpoint}"
        self.web_token = endpoint if local else f"https://web.token.{endpoint}"

    @classmethod
    def from_key(cls, key: str, endpoint: str | None = None) -> Credentials:
        """Read any of Momento's keys. `endpoint` is needed for a v2 key and wins over the one in a v1 key."""
        key = key.strip()
        inner = _unwrapped(key)
        if inner is not None:
            return cls(inner[1], endpoint or inner[0])
        if endpoint:
            return cls(key, endpoint)
        if _claims(key).get("t") == "g":
            raise InvalidArgument("a v2 Momento key works in every region: give the endpoint beside it")
        raise InvalidArgument("this is no Momento key: neither a v1 key, a disposable token nor a v2 key")

    def __repr__(self) -> str:
        return f"Credentials({self.endpoint!r}, key hidden)"


def _checked(endpoint: str) -> str:
    endpoint = endpoint.strip().rstrip("/")
    scheme, separator, rest = endpoint.partition("://")
    if not separator:
        if not endpoint or not endpoint.replace("-", "").replace(".", "").isalnum():
            raise InvalidArgument(f"not an endpoint of Momento's: {endpoint!r}")
        return endpoint
    host = rest.partition("/")[0]
    name = host if host.endswith("]") else host.rpartition(":")[0] or host
    if "@" in host or not name or not (scheme == "https" or (scheme == "http" and name in _LOOPBACK)):
        # A key must not travel in clear text beyond this machine.
        raise InvalidArgument(
            "an endpoint that is a URL is https, or http to this machine, without credentials"
        )
    return endpoint


def _unwrapped(key: str) -> tuple[str, str] | None:
    """Give endpoint and key of a v1 key or disposable token; only these are base64."""
    content = _json_in(key)
    endpoint, inner = content.get("endpoint"), content.get("api_key")
    return (endpoint, inner) if isinstance(endpoint, str) and isinstance(inner, str) else None


def _claims(key: str) -> dict[str, object]:
    pieces = key.split(".")
    if len(pieces) != 3:
        return {}
    payload = pieces[1].replace("-", "+").replace("_", "/")
    return _json_in(payload + "=" * (-len(payload) % 4))


def _json_in(base64: str) -> dict[str, object]:
    import json
    from binascii import a2b_base64

    try:
        content = json.loads(a2b_base64(base64, strict_mode=True))
    except ValueError:  # binascii.Error, JSONDecodeError and UnicodeError are all ValueErrors
        return {}
    return content if isinstance(content, dict) else {}
