"""What the tests of the command line share."""

import os
import subprocess
import sys

import pytest

from support.warm_start import run_warm


@pytest.fixture(scope="session")
def run_in():
    """Run the command in a folder: from the very start only where the environment is changed."""

    def run(folder, *arguments, env=None):
        if env is None:
            return run_warm(folder, list(map(str, arguments)))
        return subprocess.run(
            [sys.executable, "-m", "linocut", *map(str, arguments)],
            capture_output=True,
            text=True,
            check=False,
            cwd=folder,
            env={**os.environ, "PYTHONWARNINGS": "error", **env},
        )

    return run


@pytest.fixture
def linocut(run_in, tmp_path):
    """Run the command in an empty folder."""

    def run(*arguments, env=None):
        return run_in(tmp_path, *arguments, env=env)

    return run
