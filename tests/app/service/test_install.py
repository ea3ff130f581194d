"""The files of the service: hardened, checked by systemd where it is installed, and never over changes by hand."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

import pytest

from passerby.app.service.layout import SERVICE_FILE, service_files
from support import stage
from support.file_limit import file_size_limit

FILES = ["etc/systemd/system/passerby.service", "etc/sysusers.d/passerby.conf", "etc/tmpfiles.d/passerby.conf"]
ANALYZE = shutil.which("systemd-analyze")


def test_a_dry_run_shows_every_file_and_writes_none(tmp_path: Path) -> None:
    answer = stage.command("service", "install", "--dry-run", "--root", tmp_path, "--program", "/usr/bin/passerby")
    assert answer.code == 0
    assert all(f"# {tmp_path / name}" in answer.out for name in FILES)
    assert "ExecStart=/usr/bin/passerby run /etc/passerby/unit.yaml --out /var/lib/passerby" in answer.out
    assert "systemctl daemon-reload && systemctl enable --now passerby" in answer.out
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    "line",
    [
        "NoNewPrivileges=yes",
        "ProtectSystem=strict",
        "MemoryMax=700M",
        "LimitCORE=0",
        "UMask=0077",
        "CapabilityBoundingSet=",
        "Type=notify",
        "WatchdogSec=60",
        "RestartPreventExitStatus=2",
    ],
)
def test_the_unit_is_hardened(line: str) -> None:
    assert line in service_files(Path("/usr/bin/passerby"), 700)[0].text.splitlines()


def test_files_are_written_again_but_not_over_a_change_by_hand(tmp_path: Path) -> None:
    words = ("service", "install", "--root", tmp_path, "--program", "/usr/bin/passerby")
    for _ in range(2):
        assert stage.command(*words).code == 0
    assert sorted(str(p.relative_to(tmp_path)) for p in tmp_path.rglob("*") if p.is_file()) == sorted(FILES)
    unit = tmp_path / SERVICE_FILE
    assert unit.stat().st_mode & 0o777 == 0o644
    unit.write_text("mine")
    (tmp_path / FILES[1]).unlink()
    refused = stage.command(*words)
    assert refused.code == 2
    assert "exists and differs" in refused.err
    assert not (tmp_path / FILES[1]).exists(), "nothing is written where one file is refused"
    assert stage.command(*words, "--replace").code == 0
    assert "ExecStart" in unit.read_text()


def test_a_full_disk_is_one_sentence(tmp_path: Path) -> None:
    with file_size_limit(100):
        answer = stage.command("service", "install", "--root", tmp_path, "--program", "/usr/bin/passerby")
    assert "cannot be written" in answer.err


def test_a_program_in_a_home_folder_is_pointed_out(tmp_path: Path) -> None:
    answer = stage.command("service", "install", "--dry-run", "--root", tmp_path, "--program", "/home/a/passerby")
    assert "the service cannot read" in answer.err


@pytest.mark.skipif(ANALYZE is None, reason="systemd-analyze is not installed")
def test_systemd_finds_no_fault_in_it(tmp_path: Path) -> None:
    assert stage.command("service", "install", "--root", tmp_path, "--program", "/bin/true").code == 0
    done = subprocess.run(
        [str(ANALYZE), "verify", str(tmp_path / SERVICE_FILE)], capture_output=True, text=True, check=False
    )
    assert (done.returncode, "passerby.service" in done.stderr) == (0, False), done.stderr
