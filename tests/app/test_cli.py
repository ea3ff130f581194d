"""The program starts fast: a command's modules are imported when that command runs."""

from __future__ import annotations

import subprocess
import sys

import pytest
import typer
from typer.main import get_command
from typer.testing import CliRunner

from passerby.app.cli import app
from support.stage import command

THIRD_PARTY = (
    "av",
    "cv2",
    "jinja2",
    "numpy",
    "onnxruntime",
    "openvino",
    "pydantic",
    "rich",
    "ruamel",
    "scipy",
    "shapely",
)
PIXELS_AND_FITS = ("av", "cv2", "onnxruntime", "openvino", "scipy", "shapely")
REPORTED = """
import sys
from passerby.app.cli import main
try:
    main()
except SystemExit:
    pass
print("imported:", *(name for name in sys.modules if "." not in name), file=sys.stderr)
"""
COMMANDS = sorted(command.name or "" for command in app.registered_commands)


def imported(*arguments: str) -> set[str]:
    """The top-level modules that `passerby ARGUMENTS` imports."""
    done = subprocess.run([sys.executable, "-c", REPORTED, *arguments], capture_output=True, text=True, check=True)
    return set(done.stderr.rpartition("imported: ")[2].split())


def test_version_imports_no_third_party_package_but_typer() -> None:
    assert imported("--version") & set(THIRD_PARTY) == set()


def test_the_list_of_commands_needs_no_command() -> None:
    assert imported("--help") & set(PIXELS_AND_FITS) == set()


@pytest.mark.parametrize("name", ["alarms", "audit", "events", "evidence", "ledger"])
def test_a_command_that_reads_results_needs_no_pictures(name: str) -> None:
    assert imported(name, "--help") & set(PIXELS_AND_FITS) == set()


def test_the_guard_sees_an_import() -> None:
    assert "scipy" in imported("analyze", "--help")


@pytest.mark.parametrize("name", COMMANDS)
def test_the_list_says_of_a_command_what_its_own_help_says(name: str) -> None:
    group = get_command(app)
    context = typer.Context(group)
    listed = group.get_command(context, name)  # type: ignore[attr-defined]
    _, loaded, rest = group.resolve_command(context, [name, "--help"])  # type: ignore[attr-defined]
    assert rest == ["--help"]
    assert listed.help.split("\n\n")[0] == loaded.help.split("\n\n")[0]


def test_a_wrong_name_gets_a_suggestion() -> None:
    answer = CliRunner().invoke(app, ["evnts"])
    assert answer.exit_code == 2
    assert "events" in answer.output


def test_completion_of_an_option_loads_its_command() -> None:
    spoken = {"_PASSERBY_COMPLETE": "complete_bash", "COMP_WORDS": "passerby events --sev", "COMP_CWORD": "2"}
    answer = CliRunner().invoke(app, [], prog_name="passerby", env=spoken)
    assert "--severity" in answer.output


@pytest.mark.parametrize("words", [("analyze",), ("audit", "verify"), ("events",)], ids=" ".join)
def test_a_flag_takes_no_value_in_the_help(words: tuple[str, ...]) -> None:
    lines = command(*words, "--help").out.splitlines()
    assert any("--json" in line for line in lines)
    assert [line for line in lines if "<bool>" in line and "--help" not in line] == []
