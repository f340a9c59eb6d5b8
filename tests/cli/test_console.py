"""What a command prints where: quiet, into a pipe, and as a script of completion."""

import subprocess

import pytest

from linocut.cli.completion import SCRIPTS, words_of
from linocut.cli.main import commands
from linocut.cli.rungs import RUNGS
from linocut.ladder import recipes

QUICK = ("ladder", "digits", "--rungs", "mean-dot,mean-difference")


def test_tables_in_a_pipe_have_tabs_and_all_columns(linocut):
    done = linocut(*QUICK)
    heading, *rows = (line.split("\t") for line in done.stdout.splitlines())
    assert heading[:2] == ["model", "rung"]
    assert "top confusion" in heading
    assert [row[1] for row in rows] == ["mean-dot", "mean-difference"]
    assert all(len(row) == len(heading) for row in rows)
    assert not any(cell != cell.strip() for row in rows for cell in row)


def test_facts_in_a_pipe_are_a_line_each(linocut):
    names = ",".join(f"a class with a long name and number {k}" for k in range(10))
    linocut("fit", "digits", "--rung", "mean-dot", "-o", "m.linocut", "--class-names", names)
    facts = dict(line.split("\t") for line in linocut("show", "m.linocut").stdout.splitlines())
    assert facts["classes"] == f"10: {names.replace(',', ', ')}"


@pytest.mark.parametrize("short", ["-q", "--quiet"])
def test_a_quiet_command_gives_its_result_and_says_nothing(linocut, tmp_path, short):
    done = linocut(*QUICK, short)
    assert done.returncode == 0
    assert done.stderr == ""
    assert "mean-dot" in done.stdout
    assert (tmp_path / "digits-ladder.png").exists()


def test_a_quiet_command_still_tells_of_errors(linocut):
    done = linocut("report", "absent", "-q")
    assert done.returncode == 2
    assert done.stderr.startswith("linocut: 'absent' is no known dataset")
    linocut("fit", "digits", "--rung", "mean-dot", "-q", "-o", "m.linocut")
    unread = linocut("predict", "m.linocut", "m.linocut", "-q")
    assert unread.returncode == 2
    assert "could not be read" in unread.stderr


def test_help_lists_every_rung():
    assert set(RUNGS) == {recipe.name for recipe in recipes()}


def test_completion_knows_every_command_and_option():
    words = {each.path: each for each in words_of(commands())}
    assert {"ladder", "data show", "completion"} <= set(words)
    assert "report" in words[""].commands
    assert {"--rungs", "--class-names", "--quiet", "--help"} <= set(words["ladder"].options)
    assert "mnist" in words["ladder"].datasets
    assert "--install-completion" not in words["data"].options


@pytest.mark.parametrize(
    ("typed", "offered"),
    [
        ("linocut rep", {"report", "replay"}),
        ("linocut ladder --rung", {"--rungs"}),
        ("linocut fit digits --rung deskew-", {"deskew-softmax", "deskew-quadratic"}),
        ("linocut data sh", {"show"}),
        ("linocut report fash", {"fashion-mnist"}),
    ],
)
def test_bash_completes(tmp_path, typed, offered, need):
    need(subprocess.run(["bash", "-c", ":"], check=False).returncode == 0, "bash is not installed")
    (tmp_path / "script").write_text(SCRIPTS["bash"](list(words_of(commands()))))
    last = len(typed.split()) - 1
    ask = f"source ./script; COMP_WORDS=({typed}); COMP_CWORD={last}; _linocut"
    done = subprocess.run(
        ["bash", "-c", f'{ask}; printf "%s\\n" "${{COMPREPLY[@]}}"'],
        capture_output=True, text=True, check=True, cwd=tmp_path,
    )  # fmt: skip
    assert set(done.stdout.split()) == offered


@pytest.mark.parametrize("shell", SCRIPTS)
def test_a_script_of_completion_is_printed_for_each_shell(linocut, shell):
    done = linocut("completion", shell)
    assert done.returncode == 0
    assert all(name in done.stdout for name in ("separability", "class-names", "kannada-mnist"))


def test_an_unknown_shell_is_one_line(linocut):
    done = linocut("completion", "csh")
    assert done.returncode == 2
    assert done.stderr == "linocut: 'csh' is no shell that is known — one of bash, zsh, fish\n"
