"""nginx and Varnish as caching proxies before the origin, as Debian and Homebrew pack them, on memory or disk."""

from __future__ import annotations

import contextlib
import getpass
import os
import re
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit

from benchmarks.rig.cores import Family
from benchmarks.rig.surroundings import Surroundings
from benchmarks.rig.workerd import Served
from local.stack.process import Process
from local.stack.wrangler import await_ready, free_port

_NGINX = """\
user {user};
pid {directory}/nginx.pid;
error_log stderr;
events {{ worker_connections 1024; }}
http {{
  access_log off;
  client_body_temp_path {directory}/body;
  proxy_temp_path {directory}/proxy;
  fastcgi_temp_path {directory}/fastcgi;
  uwsgi_temp_path {directory}/uwsgi;
  scgi_temp_path {directory}/scgi;
  proxy_cache_path {directory}/cache keys_zone=pages:1m;
  keepalive_requests 1000000;
  server {{
    listen 127.0.0.1:{port};
    location / {{
      proxy_pass {origin};
      proxy_cache pages;
    }}
  }}
}}
"""


class AbsentError(RuntimeError):
    """A peer's program is not on this machine; the message says which."""


def program(name: str) -> str:
    """Where it is; raises `AbsentError`."""
    # Where servers are installed is not in everybody's path.
    found = shutil.which(
        name, path=f"{os.environ.get('PATH', '')}:/usr/sbin:/usr/local/sbin:/opt/homebrew/sbin"
    )
    if found is None:
        raise AbsentError(f"{name} is not installed")
    return found


def version(name: str, option: str) -> str:
    """What it says it is; empty where it is not there."""
    try:
        run = subprocess.run([program(name), option], capture_output=True, text=True, check=False)
    except AbsentError:
        return ""
    found = re.search(r"[0-9]+(\.[0-9]+)+", run.stderr + run.stdout)
    return found[0] if found else ""


@contextlib.contextmanager
def nginx(around: Surroundings) -> Iterator[Served]:
    """A cache of files, which the system keeps in memory."""
    command, directory, port = program("nginx"), _directory(around, "nginx"), free_port()
    configuration = directory / "nginx.conf"
    configuration.write_text(
        _NGINX.format(user=getpass.getuser(), directory=directory, port=port, origin=around.origin)
    )
    words = [command, "-p", str(directory), "-c", str(configuration), "-e", "stderr", "-g", "daemon off;"]
    with _proxy("nginx", words, directory, port) as served:
        yield served


@contextlib.contextmanager
def varnish(around: Surroundings) -> Iterator[Served]:
    """A cache in memory."""
    command, directory, port = program("varnishd"), _directory(around, "varnish"), free_port()
    words = [command, "-F", "-j", "none", "-n", str(directory / "work"), "-a", f"127.0.0.1:{port}"]
    words += ["-b", urlsplit(around.origin).netloc, "-s", "malloc,64m", "-T", "none"]
    with _proxy("varnish", words, directory, port) as served:
        yield served


@contextlib.contextmanager
def _proxy(name: str, command: list[str], directory: Path, port: int) -> Iterator[Served]:
    url = f"http://127.0.0.1:{port}"
    with Process(name, command, directory / "log", speaks=False, directory=directory) as process:
        await_ready(f"{url}/hit/1000", process, lambda answer: answer.status_code == 200)
        yield Served(url, Family(process.guard))


def _directory(around: Surroundings, name: str) -> Path:
    directory = around.directory / name
    directory.mkdir()
    return directory
