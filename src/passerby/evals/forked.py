"""Processes that start at once, because the process they are forked from has imported the packages already."""

from __future__ import annotations

import multiprocessing
import os
from collections.abc import Callable, Mapping
from multiprocessing.context import ForkServerProcess
from pathlib import Path
from typing import Any

PACKAGES = ("passerby.evals.centre_receiver", "passerby.evals.centre_sender")


def forked(
    target: Callable[..., None], args: tuple[Any, ...], named: Mapping[str, Any], log: Path
) -> ForkServerProcess:
    """Start a function in a process of its own, which writes to `log`."""
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload([*PACKAGES])
    process = context.Process(target=_run, args=(target, args, dict(named), log), daemon=True)
    process.start()
    return process


def _run(target: Callable[..., None], args: tuple[Any, ...], named: dict[str, Any], log: Path) -> None:
    file = os.open(log, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o644)
    os.dup2(file, 1)
    os.dup2(file, 2)
    target(*args, **named)
