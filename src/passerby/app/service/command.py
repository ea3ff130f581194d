"""The commands: install the files of the service, or show them."""

from __future__ import annotations

import shutil
import sys
from pathlib import Path
from typing import Annotated

import typer

from passerby.app.service.layout import CONFIG, SECRETS, USER, ServiceFile, service_files
from passerby.contracts.errors import StoreError, UsageError

MODE, FOLDER_MODE = 0o644, 0o755
app = typer.Typer(help="Run a unit as a service of systemd.", no_args_is_help=True)


@app.callback()
def service() -> None:
    """Run a unit as a service of systemd."""


@app.command()
def install(
    *,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Show the files and write nothing.")] = False,
    replace: Annotated[bool, typer.Option("--replace", help="Replace files that differ.")] = False,
    root: Annotated[Path, typer.Option(metavar="DIR", help="Write below this folder.")] = Path("/"),
    program: Annotated[
        Path | None, typer.Option(metavar="FILE", help="The command passerby; default: the one that runs now.")
    ] = None,
    memory_mb: Annotated[
        int, typer.Option(min=256, max=1_000_000, help="Most memory of the unit, megabytes.")
    ] = 1500,
) -> None:
    """Write the unit of systemd, its user and its folders; then print the commands that start it.

    No program is run and nothing is started. The unit may write only /var/lib/passerby, has no privileges, and is
    restarted if it fails or does not answer for a minute.
    """
    command = program or _own_program()
    files = service_files(command, memory_mb)
    if dry_run:
        for file in files:
            sys.stdout.write(f"# {root / file.path}\n{file.text}\n")
    else:
        _refuse_others(root, files, replace=replace)
        for file in files:
            _write(root / file.path, file.text)
            sys.stdout.write(f"{root / file.path}\n")
    sys.stdout.write(_next_steps(command))
    if _is_hidden(command):
        sys.stderr.write(
            f"passerby: {command} is in a folder that the service cannot read; install passerby elsewhere, "
            "for example into /opt/passerby, and run this command again\n"
        )


def _own_program() -> Path:
    """Return the path of the running command. Raises UsageError if it is not an installed one."""
    beside = Path(sys.executable).with_name("passerby")
    found = beside if beside.is_file() else shutil.which("passerby")
    if found is None:
        raise UsageError("the command passerby was not found; give it with --program")
    return Path(found).absolute()


def _is_hidden(program: Path) -> bool:
    """Return whether ProtectHome or PrivateTmp of the unit hides the program."""
    return any(program.is_relative_to(hidden) for hidden in ("/home", "/root", "/tmp", "/var/tmp"))  # noqa: S108  compared only


def _refuse_others(root: Path, files: tuple[ServiceFile, ...], *, replace: bool) -> None:
    """Raise UsageError if a file exists with another text, so that changes by hand are not lost."""
    for file in files:
        path = root / file.path
        try:
            differs = path.exists() and path.read_text("utf-8") != file.text
        except (OSError, UnicodeDecodeError):
            differs = True
        if differs and not replace:
            raise UsageError(f"{path} exists and differs; compare it with --dry-run, then add --replace")


def _write(path: Path, text: str) -> None:
    try:
        _make_readable(path.parent)
        part = path.with_name(f"{path.name}.part")
        part.write_text(text, encoding="utf-8")
        part.chmod(MODE)  # systemd reads it as any user may; it holds no secret
        part.replace(path)
    except OSError as error:
        raise StoreError(
            f"{path} cannot be written ({error.strerror}); run it as root, or with --dry-run"
        ) from error


def _make_readable(folder: Path) -> None:
    """Make a folder and those above it with the usual rights: the umask of this program forbids others to read."""
    if not folder.exists():
        _make_readable(folder.parent)
        folder.mkdir()
        folder.chmod(FOLDER_MODE)


def _next_steps(program: Path) -> str:
    return f"""
Next:
  systemd-sysusers && systemd-tmpfiles --create     # the user {USER} and the folders
  put the configuration into {CONFIG} and passwords, if there are any, into {SECRETS}
  chown root:{USER} /etc/passerby/*; chmod 0640 /etc/passerby/*
  {program} check {CONFIG}
  systemctl daemon-reload && systemctl enable --now passerby
  journalctl -u passerby -f
"""
