"""Commands whose modules are imported when they are called, and no sooner."""

from __future__ import annotations

import difflib
from dataclasses import dataclass
from importlib import import_module
from typing import Any

import typer
from typer.core import TyperCommand, TyperGroup

from linocut.core import LinocutError


@dataclass(frozen=True)
class Row:
    """One command in a table of commands.

    Attributes
    ----------
    name : str
        What the user types.
    module, attribute : str
        Where its function, or its ``typer.Typer`` with commands of its own, is found.
    help : str
        The one line that is listed: the first line of the function's docstring, or the help of
        the ``typer.Typer``.
    """

    name: str
    module: str
    attribute: str
    help: str

    def load(self) -> Any:
        """Import the module and return the command as the command line library wants it.

        Examples
        --------
        >>> Row("data", "linocut.cli.data", "app", "List, fetch and look at datasets.").load().name
        'data'
        """
        found = getattr(import_module(self.module), self.attribute)
        if not isinstance(found, typer.Typer):
            from linocut.cli.console import can_be_quiet  # Rich: no list of commands needs it

            one = typer.Typer(add_completion=False, pretty_exceptions_enable=False)
            one.command(self.name)(can_be_quiet(found))
            found = one
        command = typer.main.get_command(found)
        command.name = self.name
        return command


class LazyCommand(TyperCommand):
    """Stand in a list of commands for one that is not imported yet.

    A group asks a command for its context first of all, and then for nothing but the command in
    that context. So this one gives the context of the real command, which it imports for that.
    """

    def __init__(self, row: Row) -> None:
        super().__init__(row.name, help=row.help)
        self.row = row

    def make_context(self, *given: Any, **named: Any) -> Any:
        """Import the command, and let it read its arguments."""
        return self.row.load().make_context(*given, **named)


class CommandGroup(TyperGroup):
    """A group that answers a name it does not know in one line."""

    def get_command(self, ctx: Any, cmd_name: str) -> Any:
        """Return a command, or tell which was probably meant."""
        if cmd_name not in self.commands:
            close = difflib.get_close_matches(cmd_name, self.commands, n=1)
            hint = f"did you mean {close[0]}? " if close else ""
            known = ", ".join(self.commands)
            raise LinocutError(f"{cmd_name!r} is no command — {hint}known: {known}")
        return self.commands[cmd_name]
