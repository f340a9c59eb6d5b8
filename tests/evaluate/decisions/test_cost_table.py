"""Tables of costs as people write them, and what is none."""

import numpy as np
import pytest

from linocut.core import LinocutError
from linocut.evaluate import read_costs

NAMES = ["cat", "dog", "no, cat"]
GOOD = ['what,dog,cat,"no, cat"', "dog,0,1,2", '"no, cat",3,4,0', "cat,5,0,6"]


def written(folder, lines):
    path = folder / "costs.csv"
    path.write_bytes("\r\n".join(lines).encode("utf-8-sig"))
    return path


def test_names_tell_rows_and_columns_in_any_order(tmp_path):
    found = read_costs(written(tmp_path, ["", *GOOD, ",,"]), NAMES)
    np.testing.assert_array_equal(found, [[0, 5, 6], [1, 0, 2], [4, 3, 0]])


def test_the_price_of_rejecting_comes_last_wherever_it_stands(tmp_path):
    lines = ["t,reject,a,b", "b,0.5,1,0", "a,0.25,0,1"]
    found = read_costs(written(tmp_path, lines), ["a", "b"])
    np.testing.assert_array_equal(found, [[0, 1, 0.25], [1, 0, 0.5]])


def test_a_class_may_be_called_reject(tmp_path):
    found = read_costs(written(tmp_path, ["t,reject,a", "a,1,0", "reject,0,2"]), ["a", "reject"])
    np.testing.assert_array_equal(found, [[0, 1], [2, 0]])


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (lambda rows: [], "0 rows — one with the names"),
        (lambda rows: [rows[0].replace("dog", "dig"), *rows[1:]], "column 'dig' is no class"),
        (lambda rows: [rows[0].replace("dog", "cat"), *rows[1:]], "column 'cat' comes twice"),
        (lambda rows: rows[:-1], "there is no row for class 'cat'"),
        (lambda rows: [*rows[:-1], "cat,1,1"], "the row of 'cat' has 3 cells — 4"),
        (lambda rows: [*rows[:-1], "cat,1,much,2"], "'much' in the row of 'cat' and the column"),
        (lambda rows: [*rows[:-1], "cat,1,inf,2"], "'inf' in the row of 'cat'"),
        (lambda rows: [*rows[:-1], "cat,1,,2"], "'' in the row of 'cat'"),
    ],
)
def test_a_bad_table_is_one_line(change, said, tmp_path):
    with pytest.raises(LinocutError, match=said) as caught:
        read_costs(written(tmp_path, change(GOOD)), NAMES)
    assert "costs.csv" in str(caught.value)
    assert "\n" not in str(caught.value)


def test_what_cannot_be_read_is_one_line(tmp_path):
    with pytest.raises(LinocutError, match="cannot be read: No such file"):
        read_costs(tmp_path / "none.csv", NAMES)
    (tmp_path / "binary.csv").write_bytes(b"\xff\xfe\x00")
    with pytest.raises(LinocutError, match="no CSV in UTF-8"):
        read_costs(tmp_path / "binary.csv", NAMES)
