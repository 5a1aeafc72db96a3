"""Print how every test of the suite stands: `python -m tests.conformance [--suite FOLDER] [ID…]`.

Named tests run alone, and all that client, cache and origin exchanged is printed too. Without a folder it is npm's
version, of which differences.toml speaks.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
from collections.abc import Mapping, Sequence
from itertools import groupby
from pathlib import Path

from local.stack.process import StackError, end_on_sigterm

from .judge import Result, of_kind, standing, surprises
from .suite import PACKAGE, known, run


def table(results: Mapping[str, Result], reasons: Mapping[str, str]) -> str:
    """Suite by suite, a line for each test; one that fails tells what the suite says and why that is so."""
    lines = []
    for suite, of_suite in groupby(results.values(), key=lambda each: each.suite):
        lines += ["", suite]
        for each in of_suite:
            how = standing(results, each.id)
            mark = {"pass": "yes", "fail": "no"}.get(how, how) if each.kind == "check" else how
            lines.append(f"  {mark:<9}{each.kind:<9} {each.id}")
            if how == "fail" and each.kind != "check":
                lines += [f"{'':21}{each.name}", f"{'':21}suite:  {each.fault}"]
                lines.append(f"{'':21}reason: {reasons.get(each.id, 'NONE in differences.toml')}")
    return "\n".join(lines)


def summary(results: Mapping[str, Result], reasons: Mapping[str, str]) -> str:
    """The counts, and where differences.toml does not say what was found."""
    lines = [""]
    for kind in ("required", "optimal", "check"):
        passed, failed, unjudged = (len(of_kind(results, kind, how)) for how in ("pass", "fail", "unjudged"))
        lines.append(f"{kind:<9} {passed:>4} pass {failed:>4} fail {unjudged:>4} unjudged")
    found = surprises(results, reasons)
    lines += [f"not in differences.toml: {each}" for each in found.failing]
    lines += [f"in differences.toml, but does not fail: {each}" for each in found.listed]
    return "\n".join(lines)


def said(logs: Path) -> str:
    """All that the suite and its origin have logged."""
    return "".join(log.read_text() for log in sorted(logs.iterdir()))


def main(words: Sequence[str]) -> int:
    """Run and print; 1 where something did not start."""
    parser = argparse.ArgumentParser(prog="python -m tests.conformance")
    parser.add_argument(
        "--suite", type=Path, default=PACKAGE, help="npm's package, or a clone of http-tests/cache-tests"
    )
    parser.add_argument("only", nargs="*", metavar="ID")
    asked = parser.parse_args(words)
    suite, only = asked.suite.resolve(), asked.only
    end_on_sigterm()
    with tempfile.TemporaryDirectory() as folder:
        logs = Path(folder)
        try:
            results = run(logs, only, suite)
        except StackError as error:
            sys.stderr.write(f"{said(logs)}{error}\n")
            return 1
        exchanged = said(logs) if only else ""
    reasons = {test: why for test, why in known().items() if not only or test in only}
    sys.stdout.write(f"{exchanged}{table(results, reasons)}\n{summary(results, reasons)}\n")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
