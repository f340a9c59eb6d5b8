"""The list of commands: in step with the commands, and there before any of them is imported."""

import inspect
import os
import subprocess
import sys
from importlib import import_module

import pytest
import typer

from linocut.cli.main import COMMANDS
from linocut.ladder.studies import STUDIES

HEAVY = {"matplotlib", "sklearn", "scipy", "numpy", "PIL", "pandas", "numba", "torch"}
NAMES = [row.name for row in COMMANDS]


# What a run has imported, told when all is over.
TELLTALE = """
import atexit, sys
atexit.register(lambda: sys.stderr.write("\\n".join(sys.modules)))
from linocut.cli.main import main
main()
"""


def imported(*arguments):
    """Run the command; name the modules that it has imported, and what was printed."""
    done = subprocess.run(
        [sys.executable, "-c", TELLTALE, *arguments],
        capture_output=True,
        text=True,
        check=True,
        env={**os.environ, "COLUMNS": "200"},
    )
    return set(done.stderr.splitlines()), done.stdout


@pytest.mark.parametrize("row", COMMANDS, ids=NAMES)
def test_the_listed_line_is_the_first_of_the_commands_own_help(row):
    found = getattr(import_module(row.module), row.attribute)
    told = found.info.help if isinstance(found, typer.Typer) else inspect.getdoc(found)
    assert row.help == told.splitlines()[0]


@pytest.mark.parametrize("arguments", [["--version"], ["--help"], ["-h"]], ids=" ".join)
def test_what_needs_no_command_imports_none(arguments):
    modules, printed = imported(*arguments)
    assert "linocut.cli.main" in modules
    assert modules & HEAVY == set()
    assert {row.module for row in COMMANDS} & modules == set()
    assert printed


@pytest.mark.parametrize("row", COMMANDS, ids=NAMES)
def test_help_on_a_command_imports_it_and_nothing_heavy(row):
    modules, printed = imported(row.name, "--help")
    assert row.module in modules
    assert modules & HEAVY == set()
    assert row.help in printed


def test_commands_are_listed_in_the_order_of_the_table():
    _, printed = imported("--help")
    lines = [line.strip("│ ").split("  ")[0] for line in printed.splitlines()]
    assert [line for line in lines if line in NAMES] == NAMES
    assert all(row.help in printed for row in COMMANDS)


@pytest.mark.parametrize("before", [[], ["data"]], ids=["linocut", "linocut data"])
def test_h_is_short_for_help(linocut, before):
    asked = linocut(*before, "-h")
    assert asked.returncode == 0
    assert asked.stdout == linocut(*before, "--help").stdout


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (["reprot"], "'reprot' is no command — did you mean report? known: report, ladder,"),
        (["xyzzy"], "'xyzzy' is no command — known: report, ladder,"),
        (["data", "shwo"], "'shwo' is no command — did you mean show? known: list, fetch, show"),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, list) else "",
)
def test_an_unknown_command_is_answered_in_one_line(linocut, arguments, told):
    done = linocut(*arguments)
    assert done.returncode == 2
    assert done.stdout == ""
    (line,) = done.stderr.splitlines()
    assert line.startswith(f"linocut: {told}")


def test_the_help_of_study_lists_all_studies():
    _, printed = imported("study", "--help")
    assert f"What to study: {', '.join(STUDIES)}." in " ".join(printed.replace("│", " ").split())
