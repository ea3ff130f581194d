"""Commands in the pages exist with their options, the tutorial works, and the site has no dead link."""

from __future__ import annotations

import os
import re
import shlex
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import typer
from typer.core import TyperGroup
from typer.main import get_command

from passerby.app.cli import app

ROOT = Path(__file__).parents[1]
PAGES = [ROOT / "README.md", *sorted((ROOT / "docs").rglob("*.md"))]
FENCE = re.compile(r"^( *)```(\w*)\n(.*?)^ *```", re.M | re.S)
WRONG_USAGE = typer.BadParameter.__mro__[1]
# A comment, an alternative, a redirection or a chain ends what the command itself gets.
ENDS = ("#", ">", "|", "&&", ";")


def blocks(page: Path, language: str | None = None) -> Iterator[str]:
    for match in FENCE.finditer(page.read_text("utf-8")):
        if language in (None, match[2]):
            yield re.sub(rf"^{match[1]}", "", match[3], flags=re.M)


def commands(page: Path) -> Iterator[tuple[str, ...]]:
    """Return the words of each passerby command of a page; text in columns beside a command is cut off."""
    for block in blocks(page):
        for line in re.sub(r"\\\n", " ", block).splitlines():
            if re.match(r"(?:\S*/)?passerby +[a-z]", line):
                words = shlex.split(re.split(r"\s{3,}", line)[0], comments=True)
                end = next((k for k, word in enumerate(words) if word.startswith(ENDS)), len(words))
                yield tuple(words[1:end])


SHOWN = sorted({(str(page.relative_to(ROOT)), words) for page in PAGES for words in commands(page)})


def parsed(words: tuple[str, ...]) -> None:
    """Parse `words` as the program does, without running anything. Raises the program's error of usage."""
    command: Any = get_command(app)
    context, rest = typer.Context(command, info_name="passerby"), list(words)
    while isinstance(command, TyperGroup):
        name, found, rest = command.resolve_command(context, rest)
        assert found is not None, f"no command {name}"
        command, context = found, typer.Context(found, info_name=name, parent=context)
    command.make_parser(context).parse_args(args=rest)


@pytest.mark.parametrize(("page", "words"), SHOWN, ids=[f"{page}: {' '.join(w)[:60]}" for page, w in SHOWN])
def test_a_command_in_a_page_exists_with_its_options(page: str, words: tuple[str, ...]) -> None:
    parsed(words)


def test_commands_are_found_and_wrong_ones_are_refused() -> None:
    assert len(SHOWN) > 40
    for wrong in (("analyse", "x.mp4"), ("analyze", "x.mp4", "--no-such-option")):
        with pytest.raises(WRONG_USAGE):
            parsed(wrong)


def test_fragments_of_the_changelog_have_a_type() -> None:
    """`towncrier` passes over a file with another name without a word."""
    names = [path.name for path in (ROOT / "changelog.d").iterdir() if path.name != ".gitkeep"]
    assert [name for name in names if not re.fullmatch(r"\+[\w-]+\.(added|changed|fixed)(\.\d+)?\.md", name)] == []


def test_each_decision_gives_context_decision_and_cost_and_is_in_the_index() -> None:
    records = sorted((ROOT / "docs/decisions").glob("[0-9]*.md"))
    index = (ROOT / "docs/decisions/README.md").read_text("utf-8")
    assert re.findall(r"\]\((\d{4}-[\w-]+\.md)\)", index) == [record.name for record in records]
    lacks = {
        (record.name, part)
        for record in records
        for part in ("Context", "Decision", "Cost")
        if f"\n**{part}" not in record.read_text("utf-8")
    }
    assert lacks == set()


@pytest.mark.slow
def test_the_first_tutorial_works(tmp_path: Path) -> None:
    script = "set -eu\n" + "".join(blocks(ROOT / "docs/tutorials/first-recording.md", "sh"))
    path = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
    done = subprocess.run(
        ["/bin/bash", "-c", script],
        cwd=tmp_path, env={**os.environ, "PATH": path}, capture_output=True, text=True, timeout=600, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr[-2000:]
    assert "fast movement" in done.stdout
    assert (tmp_path / "results/report.html").is_file()


@pytest.mark.slow
def test_the_site_is_built_without_a_warning(tmp_path: Path) -> None:
    build = [sys.executable, "-m", "sphinx", "-q", "-W", "--keep-going", "-b", "html", ROOT / "docs", tmp_path]
    done = subprocess.run(build, capture_output=True, text=True, timeout=600, check=False)
    assert done.returncode == 0, done.stderr[-3000:]
    assert (tmp_path / "tutorials/first-recording.html").is_file()


def test_the_description_of_the_package_has_no_link_that_ends_in_nothing() -> None:
    """As pyproject.toml makes it of README.md, for a package index, where there are no pages beside it."""
    hook = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))
    settings = hook["tool"]["hatch"]["metadata"]["hooks"]["fancy-pypi-readme"]
    readme = (ROOT / "README.md").read_text("utf-8")
    assert [part["path"] for part in settings["fragments"] if "path" in part] == ["README.md"] * 2
    for mark in (part.get("end-before") or part.get("start-at") for part in settings["fragments"]):
        assert mark is None or readme.count(mark) == 1
    assert re.search(r"\]\((?!https?:)", readme) is not None
    for one in settings["substitutions"]:
        readme = re.sub(one["pattern"], one["replacement"], readme)
    assert re.findall(r"\]\((?!https?:)[^)]*\)|!\[", readme) == []
    assert "(`docs/comparison.md`)" in readme


@pytest.mark.slow
def test_spelling() -> None:
    files = [*PAGES, *ROOT.glob("*.md"), *(ROOT / "src").rglob("*.py"), *(ROOT / "changelog.d").glob("*.md")]
    not_wrong = "mot,paeth,livetime"
    done = subprocess.run(
        [sys.executable, "-m", "codespell_lib", "--builtin", "clear,rare", "-L", not_wrong, *map(str, files)],
        capture_output=True, text=True, timeout=120, check=False,
    )  # fmt: skip
    assert done.stdout == ""


def events_of(text: str) -> dict[str, tuple[str, str, str]]:
    """Return (found, true, false) by kind, from the last table of events of the page of accuracy."""
    table = text[text.rindex("| event | true | found | false |") :].partition("\n\n")[0]
    rows = re.findall(r"^\| (\w+) \| (\d+) \| (\d+) \| (\d+) \|", table, re.M)
    return {kind: (found, true, false) for kind, true, found, false in rows}


def test_the_figures_of_the_readme_are_those_of_the_page() -> None:
    known = events_of((ROOT / "docs/accuracy.md").read_text("utf-8"))
    rows = re.findall(
        r"^\| (`\w+`(?:, `\w+`)*) \| [^|]* \| (\d+ of [^|]*) \|$", (ROOT / "README.md").read_text("utf-8"), re.M
    )
    assert len(rows) >= 7
    for names, figures in rows:
        said = ["{} of {}, {}".format(*known[kind]) for kind in re.findall(r"`(\w+)`", names)]
        assert figures.strip() == "; ".join(said), names
