"""What the command line says of a table, and what overrules it."""

import numpy as np
import pytest
from sklearn.datasets import load_digits


@pytest.fixture
def table(tmp_path):
    """Write digits with a number before and one behind that may each be the label."""
    pixels, labels = (array[:200] for array in load_digits(return_X_y=True))
    rows = np.column_stack([labels, pixels * 15, 9 - labels]).astype(int)
    np.savetxt(tmp_path / "both.csv", rows, fmt="%d", delimiter=",")
    return "both.csv"


def test_two_readings_are_named_and_an_option_chooses_one(linocut, table):
    done = linocut("data", "show", table)
    assert done.returncode == 2
    assert "--label-column 1 or --label-column 66" in " ".join(done.stderr.split())
    done = linocut("data", "show", table, "--label-column", "1", "--skip-columns", "66")
    assert done.returncode == 0, done.stderr
    done = linocut("data", "show", table, "--label-column", "-1", "--no-header", "--shape", "5x13")
    assert done.returncode == 0, done.stderr


@pytest.mark.parametrize(
    ("options", "told"),
    [
        (["--shape", "flat"], "--shape 'flat'"),
        (["--label-column", "digit"], "--label-column 'digit'"),
        (["--skip-columns", "1,99"], "--skip-columns '99'"),
        (["--labels", "nowhere.txt", "--label-column", "1"], "nowhere.txt: no such file of labels"),
    ],
)
def test_a_wrong_option_is_told_in_one_line(linocut, table, options, told):
    done = linocut("data", "show", table, *options)
    assert done.returncode == 2
    assert told in " ".join(done.stderr.split())
