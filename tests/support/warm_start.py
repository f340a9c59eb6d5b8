"""Commands run in children of a process that has imported what they need.

A command alone takes a second or two to import its libraries, and hundreds of tests call one. Each
child is a process of its own, forked before anything has run, with its own folder and streams.
"""

from __future__ import annotations

import multiprocessing
import os
import subprocess
import sys
import warnings
from pathlib import Path
from tempfile import TemporaryDirectory

import linocut

LIMIT = 300  # seconds that a command may take
ROOT = Path(linocut.__file__).parent
# What is imported on use, by one command or another.
ON_USE = ["matplotlib.figure", "matplotlib.backends.backend_agg", "sklearn.linear_model"]
COMPILED = "kernels"  # ends the names of modules with compiled loops, whose import takes longest

_context = multiprocessing.get_context("forkserver")
_context.set_forkserver_preload(
    [
        *(
            ".".join(["linocut", *path.relative_to(ROOT).with_suffix("").parts])
            for path in sorted(ROOT.rglob("*.py"))
            if path.stem not in {"__init__", "__main__"} and not path.stem.endswith(COMPILED)
        ),
        *ON_USE,
    ]
)


def run_warm(folder: Path, arguments: list[str]) -> subprocess.CompletedProcess[str]:
    """Run the command in a folder, with every warning an error.

    Raises
    ------
    subprocess.TimeoutExpired
        If it takes longer than `LIMIT`.
    """
    with TemporaryDirectory() as kept:
        streams = Path(kept, "stdout"), Path(kept, "stderr")
        child = _context.Process(target=_run, args=(folder, arguments, dict(os.environ), streams))
        child.start()
        child.join(LIMIT)
        if child.is_alive():
            child.kill()
            raise subprocess.TimeoutExpired(arguments, LIMIT)
        told = [path.read_text("utf-8") if path.exists() else "" for path in streams]
    return subprocess.CompletedProcess(arguments, child.exitcode or 0, *told)


def _run(
    folder: Path, arguments: list[str], environment: dict[str, str], streams: tuple[Path, Path]
) -> None:
    from linocut.__main__ import main

    os.chdir(folder)
    os.environ.clear()
    os.environ.update(environment)
    os.dup2(os.open(os.devnull, os.O_RDONLY), 0)
    for name, number, path in zip(("stdout", "stderr"), (1, 2), streams, strict=True):
        os.dup2(os.open(path, os.O_WRONLY | os.O_CREAT), number)
        setattr(sys, name, os.fdopen(number, "w", encoding="utf-8", closefd=False))
    sys.argv = ["linocut", *arguments]
    sys.warnoptions[:] = ["error"]
    warnings.simplefilter("error")
    main()
