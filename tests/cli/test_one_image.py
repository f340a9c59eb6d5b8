"""`linocut data show --index`, `--rows` and `--binarise` as a person meets them."""

import json

import pytest
from PIL import Image

from linocut.data import load_dataset


def test_one_image_is_shown_as_numbers_and_drawn(linocut, tmp_path):
    done = linocut("data", "show", "digits", "--index", "8", "-o", "eight.png")
    assert done.returncode == 0, done.stderr
    said, *rows = done.stdout.splitlines()
    digits = load_dataset("digits")
    assert f"labelled “{digits.class_names[digits.train.labels[8]]}”" in said
    numbers = [[int(cell.replace("·", "0")) for cell in row.split()] for row in rows]
    assert numbers == digits.train.images[8].tolist()
    with Image.open(tmp_path / "eight.png") as picture:
        assert picture.width > 600


def test_one_image_speaks_json_and_leaves_no_figure_unasked(linocut, tmp_path):
    done = linocut("data", "show", "digits", "--index", "8", "--json")
    assert json.loads(done.stdout)["index"] == 8
    assert list(tmp_path.iterdir()) == []


def test_no_such_image_is_one_line(linocut):
    done = linocut("data", "show", "digits", "--index", "99999")
    assert done.returncode == 2
    assert "digits has training images 0 to 1437" in done.stderr


@pytest.mark.parametrize("option", [["--rows", "200"], ["--binarise"]])
def test_rows_and_binarise_change_the_images(linocut, option):
    done = linocut("data", "show", "digits", *option, "--json")
    assert done.returncode == 0, done.stderr
    found = json.loads(done.stdout)
    if option == ["--binarise"]:
        grey = json.loads(linocut("data", "show", "digits", "--json").stdout)
        assert 0 < found["ink"] < grey["ink"]
    else:
        assert sum(found["train_counts"]) + sum(found["test_counts"]) == 200


def test_a_binarised_model_binarises_what_it_is_shown(linocut):
    done = linocut("fit", "digits", "--rung", "softmax", "--binarise", "-o", "two.linocut")
    assert done.returncode == 0, done.stderr
    assert "becomes ink, the rest paper" in linocut("show", "two.linocut").stdout
    done = linocut("explain", "two.linocut", "--index", "3", "--json")
    assert done.returncode == 0, done.stderr
    done = linocut("explain", "two.linocut", "--index", "3", "--binarise")
    assert done.returncode == 2
    assert "leave out --size, --normalise, --ink and --binarise" in done.stderr
