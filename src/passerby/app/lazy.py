"""A group of commands with modules that are imported when a command runs, not when the program starts."""

from __future__ import annotations

from collections.abc import Callable
from importlib import import_module  # noqa: TID251  see `loader`
from typing import Any

import typer
from typer.core import TyperGroup
from typer.main import get_command, get_group

from passerby.contracts.errors import UsageError

LARGEST = 2.0**63
Loaded = typer.Typer | Callable[..., Any]


class LazyGroup(TyperGroup):
    """A group whose commands are loaders: a loader imports a command and returns it.

    `--help` and shell completion list the loaders, so only the command that is named is imported.
    """

    def resolve_command(self, ctx: Any, args: list[str]) -> tuple[str | None, Any, list[str]]:
        """Return the name, the imported command and the other arguments."""
        name, loader, rest = super().resolve_command(ctx, args)
        if loader is None or loader.callback is None:
            return name, None, rest
        return name, _loaded(name or "", loader.callback()), rest


def loader(where: str) -> Callable[[], Loaded]:
    """Return the loader of MODULE:ATTRIBUTE in passerby.app."""

    def load() -> Loaded:
        module, _, attribute = where.partition(":")
        # The import contracts read every module of passerby.app, also those that only this table names.
        found: Loaded = getattr(import_module(f"passerby.app.{module}"), attribute)
        return found

    return load


def _loaded(name: str, command: Loaded) -> Any:
    if isinstance(command, typer.Typer):
        group = get_group(command)
        group.name = name
        _prepare(group)
        return group
    alone = typer.Typer(add_completion=False, pretty_exceptions_enable=False)
    alone.command(name)(command)
    made = get_command(alone)
    made.callback = _with_ordinary_numbers(made.callback)
    _name_no_type_of_flags(made)
    return made


def _prepare(group: Any) -> None:
    for part in group.commands.values():
        if isinstance(part, TyperGroup):
            _prepare(part)
            continue
        part.callback = _with_ordinary_numbers(part.callback)
        _name_no_type_of_flags(part)


def _name_no_type_of_flags(command: Any) -> None:
    """Show a flag in the help without `<bool>`, since it takes no value."""
    for option in command.params:
        if getattr(option, "is_flag", False):
            option.metavar = ""


def _with_ordinary_numbers(callback: Callable[..., Any] | None) -> Callable[..., Any]:
    """Return a command that refuses nan, infinity and numbers that no database can store, in every option."""

    def call(*arguments: Any, **options: Any) -> Any:
        for name, value in options.items():
            is_number = isinstance(value, int | float) and not isinstance(value, bool)
            if is_number and not abs(value) < LARGEST:  # nan is not less than anything
                raise UsageError(
                    f"--{name.replace('_', '-')}: {value:.12g} is out of range; write an ordinary number"
                )
        assert callback is not None
        return callback(*arguments, **options)

    return call
