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


def test_a_model_remembers_how_its_images_were_read(linocut, table):
    told = ["--label-column", "1", "--skip-columns", "66", "--seed", "7", "--test-size", "0.3"]
    done = linocut("fit", table, *told, "--rung", "nearest-mean", "-o", "m.linocut")
    assert done.returncode == 0, done.stderr
    done = linocut("explain", "m.linocut", "--index", "3")
    assert done.returncode == 0, done.stderr
    assert done.stderr == "30% of each class, drawn with seed 7, are the test part.\n"
    shown = linocut("show", "m.linocut").stdout
    assert "--test-size 0.3 --seed 7 --label-column 1 --skip-columns 66" in shown


def test_what_is_told_comes_before_what_a_model_remembers(linocut, table):
    told = ["--label-column", "1", "--skip-columns", "66", "--seed", "7"]
    linocut("fit", table, *told, "--rung", "nearest-mean", "-o", "m.linocut")
    done = linocut("explain", "m.linocut", "--index", "3", "--seed", "42")
    assert done.returncode == 0, done.stderr
    assert "drawn with seed 42" in done.stderr
    assert "are not those that m.linocut was fitted on" in done.stderr


def test_other_images_are_read_as_told_not_as_remembered(linocut, table):
    told = ["--label-column", "1", "--skip-columns", "66"]
    linocut("fit", table, *told, "--rung", "nearest-mean", "-o", "m.linocut")
    done = linocut("explain", "m.linocut", "--index", "3", "--data", table)
    assert done.returncode == 2
    assert "--label-column 1 or --label-column 66" in " ".join(done.stderr.split())


def test_a_path_that_is_no_text_is_to_be_named_again(linocut, table, tmp_path):
    (tmp_path / table).rename(tmp_path / "caf\udce9.csv")
    told = ["--label-column", "1", "--skip-columns", "66"]
    linocut("fit", "caf\udce9.csv", *told, "--rung", "nearest-mean", "-o", "m.linocut")
    done = linocut("explain", "m.linocut", "--index", "3")
    assert done.returncode == 2
    (line,) = done.stderr.splitlines()
    assert "m.linocut was fitted on it; name other images with --data" in line
    done = linocut("explain", "m.linocut", "--index", "3", "--data", "caf\udce9.csv", *told)
    assert done.returncode == 0, done.stderr
