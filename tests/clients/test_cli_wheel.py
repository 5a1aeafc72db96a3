"""The command's wheel: it brings what it needs, and a program of its name."""

from __future__ import annotations

import subprocess
import sys
import zipfile
from pathlib import Path

CLIENT = Path(__file__).parents[2] / "clients" / "homeport_cli"


def test_the_wheel_brings_its_modules_and_the_program(tmp_path: Path) -> None:
    built = ("-m", "pip", "wheel", "--quiet", "--no-deps", "--no-build-isolation", "--wheel-dir", tmp_path)
    subprocess.run([sys.executable, *built, CLIENT], check=True, capture_output=True, timeout=100)
    (wheel,) = tmp_path.glob("homeport_cli-*.whl")
    with zipfile.ZipFile(wheel) as archive:
        names = set(archive.namelist())
        programs = archive.read("homeport_cli-0.1.0.dist-info/entry_points.txt").decode()
    assert {
        "homeport_cli/verbs/doctor.py",
        "homeport/draining/settle.py",
        "momento_http_shim/client.py",
    } <= names
    assert "homeport = homeport_cli.app:main" in programs


def test_as_a_module_it_names_its_exit_codes() -> None:
    asked = [sys.executable, "-m", "homeport_cli", "--help"]
    done = subprocess.run(asked, check=True, capture_output=True, text=True, timeout=60, env=_environment())
    assert "3 a region did not answer" in " ".join(done.stdout.split())


def _environment() -> dict[str, str]:
    paths = (CLIENT, CLIENT.parents[1] / "src", CLIENT.parents[1])
    return {"PYTHONPATH": ":".join(map(str, paths)), "COLUMNS": "200", "TERM": "dumb"}
