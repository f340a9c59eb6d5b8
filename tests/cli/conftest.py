"""What the tests of the command line share."""

import os
import subprocess
import sys

import pytest


@pytest.fixture
def linocut(tmp_path):
    """Run the command in an empty folder."""

    def run(*arguments, env=None):
        return subprocess.run(
            [sys.executable, "-m", "linocut", *map(str, arguments)],
            capture_output=True,
            text=True,
            check=False,
            cwd=tmp_path,
            env={**os.environ, **(env or {})},
        )

    return run
