"""Runs the golden tests' cases and says how they differ from what is recorded.

From the folder tests:
    python -m support.golden                            a line per difference; ends with 1 if there is any
    python -m support.golden CASE...                    only these
    python -m support.golden --update --reason "WHY"    the same, then takes what came out as what must come out
The reason is kept in tests/golden/CHANGES.md.
"""

from __future__ import annotations

import argparse
import sys
from collections import Counter
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from tempfile import TemporaryDirectory

from support.golden.case import RECORDED, Case, Outcome, judge, keep
from support.golden.cases import CASES

# Lines per case that a person reads; --all shows the rest.
MOST_LINES = 40
LEAST_REASON = 15


def main(arguments: Sequence[str] | None = None, cases: Sequence[Case] = CASES, recorded: Path = RECORDED) -> int:
    """Run the command; return its exit code."""
    wanted = _parsed(arguments, [case.name for case in cases])
    found, changed = 0, dict[str, Outcome]()
    for case in cases:
        if wanted.cases and case.name not in wanted.cases:
            continue
        with TemporaryDirectory() as folder:
            outcome = judge(case, Path(folder), recorded)
        _say(case.name, outcome.differences, len(outcome.differences) if wanted.all else MOST_LINES)
        found += len(outcome.differences)
        if outcome.differences and wanted.update:
            keep(case, outcome, recorded)
            changed[case.name] = outcome
    if changed:
        _log(recorded.parent / "CHANGES.md", wanted.reason, changed)
    return 1 if found and not wanted.update else 0


def _parsed(arguments: Sequence[str] | None, names: Sequence[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m support.golden")
    parser.add_argument("cases", nargs="*", metavar="CASE", help=f"one of {', '.join(names)}")
    parser.add_argument("--update", action="store_true", help="take what came out as what must come out")
    parser.add_argument("--reason", default="", help="why the results are right now; needed with --update")
    parser.add_argument("--all", action="store_true", help=f"show more than {MOST_LINES} lines of a case")
    wanted = parser.parse_args(arguments)
    if unknown := sorted({*wanted.cases} - {*names}):
        parser.error(f"no case {', '.join(unknown)}; there are {', '.join(names)}")
    wanted.reason = " ".join(wanted.reason.split())
    if wanted.update and len(wanted.reason) < LEAST_REASON:
        parser.error('--update needs a reason: say with --reason "..." why the new results are right')
    return wanted


def _say(name: str, lines: Sequence[str], most: int) -> None:
    for line in lines[:most]:
        sys.stdout.write(f"{name}: {line}\n")
    if len(lines) > most:
        sys.stdout.write(f"{name}: ... and {len(lines) - most} more; --all shows them\n")


def _log(path: Path, reason: str, changed: dict[str, Outcome]) -> None:
    """Enter an update below the title, newest last."""
    counted = Counter(line.split()[0] for outcome in changed.values() for line in outcome.differences)
    figures = ", ".join(f"{n} {how}" for how, n in sorted(counted.items()))
    with path.open("a", encoding="utf-8") as log:
        log.write(f"- {datetime.now(UTC):%Y-%m-%d}, {', '.join(changed)} ({figures}): {reason}\n")


if __name__ == "__main__":
    sys.exit(main())
