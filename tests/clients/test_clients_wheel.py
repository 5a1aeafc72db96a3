"""The wheel, in an empty environment of its own: it publishes to a Momento on this machine."""

from __future__ import annotations

import asyncio
import json
import os
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

from homeport import keys
from homeport.entry import Entry, decode
from homeport.reading.key import resource
from local.stack.process import Process
from momento_http_shim import CacheClient, Credentials
from momento_http_shim.outcomes import Hit
from momento_http_shim.runtime.aio import AioTransport

ROOT = Path(__file__).parents[2]
ORIGIN = "https://origin.test"
PROGRAM = """
import asyncio, sys
from homeport_origin import Publisher, Route, Routes

async def main():
    async with Publisher.from_settings(Routes(Route("/", ttl=60)), sole=True) as publisher:
        for state in ("enough", "few"):
            published = await publisher.publish("/", lambda: f"<p>{state}", state=state)
    print(sorted((name, told.state) for name, told in published.regions.items()))

asyncio.run(main())
"""


def run(*command: str | Path, **environment: str) -> str:
    kept = {name: value for name, value in os.environ.items() if name != "PYTHONPATH"}
    done = subprocess.run(
        command, env=kept | environment, capture_output=True, text=True, check=False, cwd="/", timeout=100
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("wheel")
    built = ("-m", "pip", "wheel", "--quiet", "--no-deps", "--no-build-isolation", "--wheel-dir", folder)
    run(sys.executable, *built, ROOT / "clients" / "homeport_origin")
    (found,) = folder.glob("homeport_origin-*.whl")
    return found


def test_it_brings_its_modules_and_nothing_compiled(wheel: Path) -> None:
    names = zipfile.ZipFile(wheel).namelist()
    assert {
        "homeport_origin/publisher.py",
        "homeport/pushing/verdict.py",
        "momento_http_shim/client.py",
    } <= set(names)
    assert not [name for name in names if name.endswith(".pyc")]
    assert {name.partition("/")[0] for name in names} <= {
        "homeport",
        "homeport_origin",
        "homeport_origin-0.1.0.dist-info",
        "momento_http_shim",
    }


async def test_installed_alone_it_publishes_over_the_network(wheel: Path, tmp_path: Path) -> None:
    run(sys.executable, "-m", "venv", tmp_path / "venv")
    python = tmp_path / "venv" / "bin" / "python"
    run(python, "-m", "pip", "install", "--quiet", "--no-index", "--no-deps", wheel)
    options = ("--regions", "us-east-1,eu-central-1", "--caches", "homeport-{region}", "--api-key", "k" * 20)
    momento = [sys.executable, "-m", "local.momento_local", *options]
    with Process("momento_local", momento, tmp_path / "momento_local.log") as process:
        regions = (await asyncio.to_thread(process.first_line, 30.0))["regions"]
        said = await asyncio.to_thread(
            run,
            python,
            "-c",
            PROGRAM,
            HOMEPORT_ORIGIN=ORIGIN,
            HOMEPORT_REGIONS=" ".join(f"{name}={url}" for name, url in regions.items()),
            MOMENTO_API_KEY="k" * 20,
        )
        assert json.loads(said.replace("(", "[").replace(")", "]").replace("'", '"')) == [
            ["eu-central-1", "stored"],
            ["us-east-1", "stored"],
        ]
        async with AioTransport() as transport:
            for name, url in regions.items():
                cache = CacheClient(transport, Credentials.from_key("k" * 20, url), f"homeport-{name}")
                hit = await cache.get(keys.entry(resource(ORIGIN, "/").key))
                assert isinstance(hit, Hit)
                entry = decode(hit.value)
                assert isinstance(entry, Entry)
                assert bytes(entry.body) == b"<p>few"
