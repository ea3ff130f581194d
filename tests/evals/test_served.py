from __future__ import annotations

from pathlib import Path

from passerby.evals.served import last_line, program, strict_rules
from support import stage
from support.waiting import until


def test_strict_rules_are_for_each_line_and_zone() -> None:
    rules = strict_rules(stage.camera())
    assert [(rule.kind, getattr(rule, "line", None) or getattr(rule, "zone", "")) for rule in rules] == [
        ("line_crossing", "stairs"),
        *((kind, "platform") for kind in ("fast_movement", "loitering", "crowding")),
        *((kind, "track") for kind in ("fast_movement", "loitering", "crowding")),
    ]


def test_a_program_ends_with_the_block_and_what_it_said_is_kept(tmp_path: Path) -> None:
    log = tmp_path / "log"
    with program(["sh", "-c", "echo one; echo two >&2; sleep 3600"], log) as child:
        until(lambda: log.read_text() == "one\ntwo\n")
        assert child.poll() is None
    assert child.returncode == -9
    assert last_line(log) == "two"


def test_a_program_that_said_nothing(tmp_path: Path) -> None:
    (tmp_path / "log").touch()
    assert last_line(tmp_path / "log") == "it said nothing"
