"""``linocut completion``: a script that completes the command line, for one of three shells.

The script holds all that there is to complete, so that a press of the tab key starts no Python.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Annotated, Any

import typer

from linocut.cli.rungs import RUNGS, STRING_RUNGS
from linocut.core import LinocutError

RUNG_OPTIONS = ("--rung", "--rungs")
NAMES = " ".join((*RUNGS, *STRING_RUNGS))

Shell = Annotated[
    str, typer.Argument(metavar="bash|zsh|fish", help="The shell that is to complete.")
]


@dataclass(frozen=True)
class Words:
    """What may follow one command.

    Attributes
    ----------
    path : str
        The command, without ``linocut``: empty, ``report``, ``data list``, ….
    commands : dict of str to str
        Commands below it, each with its line of help.
    options : dict of str to str
        Likewise.
    datasets : tuple of str
        Names that may stand in place of a file.
    """

    path: str
    commands: dict[str, str]
    options: dict[str, str]
    datasets: tuple[str, ...]


def completion(shell: Shell) -> None:
    """Print a script that lets a shell complete commands, options, rungs and datasets.

    bash: eval "$(linocut completion bash)" in ~/.bashrc; zsh: the same in ~/.zshrc; fish: linocut
    completion fish > ~/.config/fish/completions/linocut.fish.
    """
    from linocut.cli.main import commands

    if shell not in SCRIPTS:
        raise LinocutError(f"{shell!r} is no shell that is known — one of {', '.join(SCRIPTS)}")
    sys.stdout.write(SCRIPTS[shell](list(words_of(commands()))))


def words_of(command: Any, path: str = "") -> Iterator[Words]:
    """Yield what may follow a command and each command below it.

    Parameters
    ----------
    command : command or group
        As the command line library has it.
    path : str
        Of the command, without ``linocut``.
    """
    from linocut.data import catalogue

    below = getattr(command, "commands", {})
    helps = {name: _line(each.help) for name, each in below.items()}
    options = {
        word: _line(parameter.help)
        for parameter in command.params
        if parameter.param_type_name == "option"
        for word in (*parameter.opts, *parameter.secondary_opts)
    }
    takes_data = any(parameter.name in {"source", "train"} for parameter in command.params)
    yield Words(
        path,
        helps,
        {**options, "--help": "Show how it is used."},
        tuple(catalogue()) if takes_data else (),
    )
    for name, each in below.items():
        loaded = each.row.load() if hasattr(each, "row") else each
        yield from words_of(loaded, f"{path} {name}".strip())


def _bash(words: list[Words]) -> str:
    cases = "\n".join(
        f"    '{each.path}') words='{' '.join((*each.commands, *each.datasets, *each.options))}' ;;"
        for each in words
    )
    return f"""\
{_HEAD}
_linocut() {{
  local cur="${{COMP_WORDS[COMP_CWORD]}}" path="" words="" word
  for word in "${{COMP_WORDS[@]:1:COMP_CWORD-1}}"; do
    case "${{path:+$path }}$word" in
      {_paths(words)}) path="${{path:+$path }}$word" ;;
    esac
  done
  case "${{COMP_WORDS[COMP_CWORD-1]}}" in
    {"|".join(RUNG_OPTIONS)}) COMPREPLY=($(compgen -W '{NAMES}' -- "$cur")); return ;;
  esac
  case "$path" in
{cases}
  esac
  COMPREPLY=($(compgen -W "$words" -- "$cur"))
}}
complete -o default -F _linocut linocut
"""


def _zsh(words: list[Words]) -> str:
    def described(given: dict[str, str]) -> str:
        texts = (f"{word}:{line}".replace("'", "’") for word, line in given.items())
        return " ".join(f"'{text}'" for text in texts)

    def case(each: Words) -> str:
        known = {**each.commands, **dict.fromkeys(each.datasets, "dataset")}
        return (
            f"    '{each.path}') known=({described(known)}) options=({described(each.options)}) ;;"
        )

    cases = "\n".join(map(case, words))
    return f"""\
#compdef linocut
{_HEAD}
_linocut() {{
  local -a known options
  local path_="" word
  for word in ${{words[2,CURRENT-1]}}; do
    case "${{path_:+$path_ }}$word" in
      {_paths(words)}) path_="${{path_:+$path_ }}$word" ;;
    esac
  done
  case "${{words[CURRENT-1]}}" in
    {"|".join(RUNG_OPTIONS)}) compadd -- {NAMES}; return ;;
  esac
  case "$path_" in
{cases}
  esac
  if [[ "$PREFIX" == -* ]]; then
    _describe 'option' options
  else
    (( $#known )) && _describe 'word' known
    [[ -n "$path_" ]] && _files
  fi
}}
compdef _linocut linocut
"""


def _fish(words: list[Words]) -> str:
    lines = [_HEAD]
    for each in words:
        seen = each.path.split()
        condition = "; and ".join(f"__fish_seen_subcommand_from {name}" for name in seen)
        if each.commands:
            none = f"not __fish_seen_subcommand_from {' '.join(each.commands)}"
            condition_below = f"{condition}; and {none}" if condition else none
            for name, line in each.commands.items():
                lines.append(_fish_line(condition_below, f"-f -a {name}", line))
        lines += [_fish_line(condition, f"-a {name}", "dataset") for name in each.datasets]
        for word, line in each.options.items():
            spelled = f"-l {word[2:]}" if word.startswith("--") else f"-s {word[1:]}"
            if word in RUNG_OPTIONS:
                spelled += f" -x -a '{NAMES}'"
            lines.append(_fish_line(condition, spelled, line))
    return "\n".join(lines) + "\n"


def _fish_line(condition: str, what: str, line: str) -> str:
    when = f" -n '{condition}'" if condition else " -n __fish_use_subcommand"
    told = line.replace("'", "’")
    return f"complete -c linocut{when} {what} -d '{told}'"


_HEAD = "# Completion of linocut; made by `linocut completion`."
SCRIPTS = {"bash": _bash, "zsh": _zsh, "fish": _fish}


def _paths(words: list[Words]) -> str:
    return "|".join(f"'{each.path}'" for each in words if each.path)


def _line(text: str | None) -> str:
    """Return the first sentence of a help text, as one line."""
    first = " ".join((text or "").split()).split(". ")[0].split(";")[0]
    return first.rstrip(".:")[:80]
