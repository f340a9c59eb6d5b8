"""Whatever stops a command: the older file is there or the new one whole, and nothing else.

The moments are those at which most could go wrong, just before and just after a file is moved to
its place; ``python -m fuzz.interruptions`` takes random ones.
"""

import os
import resource
import shutil
import signal
import subprocess
import sys
import time
from dataclasses import replace
from pathlib import Path

import pytest

from fuzz.interruptions import COMMANDS, OLD, Place, make_inputs, mirror
from linocut.cli.main import main
from linocut.cli.stopping import STOPS
from linocut.data import find_entry
from linocut.data.entries import RemoteFile

NAMES = [command.name for command in COMMANDS]
# Who says more than what was written.
KEPT = {"separability": "55 certificates are kept in out.npz; run it again"}


@pytest.fixture(scope="module")
def inputs(tmp_path_factory):
    folder = tmp_path_factory.mktemp("inputs")
    make_inputs(folder)
    return folder


@pytest.fixture(scope="module")
def address():
    with mirror() as found:
        yield found


@pytest.fixture
def place(inputs, tmp_path, address):
    """Make the folder that a command runs in, and say what it may replace."""

    def make(command):
        made = Place(command, Path(shutil.copytree(inputs, tmp_path / "here")), address)
        made.target.parent.mkdir(parents=True, exist_ok=True)
        if command.replaces:
            made.target.write_bytes(OLD)
        return made

    return make


@pytest.fixture
def run(monkeypatch, capfd, address):
    """Run a command in this process; return its exit status and what it said last."""
    before = {number: signal.getsignal(number) for number in STOPS}
    entry = find_entry("mnist")
    files = {key: RemoteFile(file.name) for key, file in entry.files.items()}
    nearby = replace(entry, mirrors=(address,), files=files)
    monkeypatch.setattr("linocut.data.find_entry", lambda _: nearby)
    monkeypatch.delenv("LINOCUT_DATA", raising=False)
    monkeypatch.setenv("no_proxy", "127.0.0.1")

    def go(where):
        monkeypatch.chdir(where.folder)
        monkeypatch.setenv("LINOCUT_CACHE", str(where.folder / "cache"))
        monkeypatch.setattr(sys, "argv", ["linocut", *where.command.arguments])
        with pytest.raises(SystemExit) as end:
            main()
        return end.value.code, capfd.readouterr().err.strip().splitlines()[-1]

    yield go
    for number, handler in before.items():
        signal.signal(number, handler)


@pytest.fixture
def at_the_move(monkeypatch):
    """Let a function be called once, before or after a file is moved to its place."""
    moved = Path.replace

    def let(what, *, after):
        left = [what]

        def patched(part, target):
            if after:
                result = moved(part, target)
                if left:
                    left.pop()()
                return result
            if left:
                left.pop()()
            return moved(part, target)

        monkeypatch.setattr(Path, "replace", patched)

    return let


@pytest.mark.parametrize("command", COMMANDS, ids=NAMES)
def test_a_signal_before_a_file_is_in_its_place(command, place, run, at_the_move):
    where = place(command)
    at_the_move(lambda: signal.raise_signal(signal.SIGINT), after=False)
    code, said = run(where)
    assert code == 130
    told = KEPT.get(command.name, "nothing was written")
    assert said == f"linocut: interrupted; {told}"
    assert list(where.wrong(old=command.replaces)) == []
    if command.replaces:
        assert where.target.read_bytes() == OLD


@pytest.mark.parametrize("command", COMMANDS, ids=NAMES)
def test_a_signal_after_a_file_is_in_its_place(command, place, run, at_the_move):
    where = place(command)
    at_the_move(lambda: signal.raise_signal(signal.SIGTERM), after=True)
    code, said = run(where)
    assert code == 143
    told = KEPT.get(command.name, f"{where.target.name} was written")
    assert said == f"linocut: terminated; {told}"
    assert list(where.wrong(old=False)) == []
    assert where.is_new(old=True)


@pytest.mark.parametrize("command", COMMANDS, ids=NAMES)
def test_a_disk_that_is_full(command, place, run, at_the_move):
    def full():
        raise OSError(28, "No space left on device")

    where = place(command)
    at_the_move(full, after=False)
    code, said = run(where)
    assert code == 2
    assert said.startswith("linocut: cannot write")
    assert "No space left on device" in said
    assert list(where.wrong(old=command.replaces)) == []


@pytest.mark.parametrize("command", COMMANDS[-2:], ids=NAMES[-2:])
def test_a_killed_command_leaves_the_older_file_or_none(command, place):
    where = place(command)
    process = where.start()
    before = where.listing()
    while process.poll() is None and where.listing() == before:
        time.sleep(0.001)
    process.kill()
    process.communicate()
    assert list(where.wrong(old=command.replaces, killed=True)) == []


@pytest.mark.parametrize("asked", [["--version"], ["--help"], ["data", "list", "--json"]])
def test_a_full_disk_behind_the_output_is_told_in_one_line(asked):
    with Path("/dev/full").open("w") as full:
        done = subprocess.run(
            [sys.executable, "-m", "linocut", *asked],
            stdout=full, stderr=subprocess.PIPE, text=True, check=False,
        )  # fmt: skip
    assert done.returncode == 2
    assert done.stderr == (
        "linocut: cannot write the output: No space left on device; nothing was written\n"
    )


def test_without_an_output_a_command_still_does_its_work(inputs, tmp_path):
    def closed():
        os.close(1)
        os.close(2)

    command = [sys.executable, "-m", "linocut", "export", inputs / "digits.linocut"]
    done = subprocess.run(
        [*command, "--json", tmp_path / "out.json"], preexec_fn=closed, check=False
    )
    assert done.returncode == 0
    assert (tmp_path / "out.json").read_text().startswith("{")


def test_a_limit_of_file_sizes_is_a_full_disk(inputs, tmp_path):
    (tmp_path / "out.json").write_bytes(OLD)
    done = subprocess.run(
        [sys.executable, "-m", "linocut", "export", inputs / "digits.linocut", "--json",
         tmp_path / "out.json"],
        preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (1000, 1000)),
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode == 2
    (line,) = done.stderr.splitlines()
    assert line.startswith(f"linocut: cannot write {tmp_path}/out.json: File too large")
    assert (tmp_path / "out.json").read_bytes() == OLD
    assert [path.name for path in tmp_path.iterdir()] == ["out.json"]


@pytest.mark.parametrize("sent", STOPS, ids=lambda sent: sent.name)
def test_a_signal_while_the_command_line_is_imported_is_one_line(sent):
    code = f"""
import signal, sys
class Finder:
    def find_spec(self, name, *_):
        if name == "typer":
            signal.raise_signal({int(sent)})
sys.meta_path.insert(0, Finder())
from linocut.__main__ import main
main()
"""
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert done.returncode == 128 + sent
    assert done.stderr == f"linocut: {STOPS[sent]}; nothing was written\n"
