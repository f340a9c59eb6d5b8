"""Replaced model files are taken up; bad ones are refused and the old model stays."""

import shutil

import pytest

from linocut.classifier import ImageClassifier
from linocut.core import LinocutError
from linocut.data import load_dataset
from linocut.serve.refusals import Refusal
from linocut.serve.shelf import Shelf

DIGITS = load_dataset("digits")


@pytest.fixture
def path(model_file, tmp_path):
    return shutil.copy(model_file, tmp_path / "digits.linocut")


def test_a_file_that_stays_is_not_read_again(path):
    shelf = Shelf([path])
    before = shelf.get(None)
    assert shelf.refresh() == ([], {})
    assert shelf.get(None) is before


def test_a_replaced_file_is_taken_up(path):
    shelf = Shelf([path])
    two = ImageClassifier().fit(
        DIGITS.train.images[DIGITS.train.labels < 2], DIGITS.train.labels[DIGITS.train.labels < 2]
    )
    two.save(path)
    assert shelf.refresh() == (["digits"], {})
    assert shelf.get("digits").class_names == ("0", "1")


def test_a_bad_file_is_refused_once_and_the_old_model_stays(path, model_file):
    shelf = Shelf([path])
    before = shelf.get(None)
    path.write_bytes(b"no model")
    loaded, refused = shelf.refresh()
    assert not loaded
    assert "digits.linocut" in refused["digits"]
    assert shelf.get(None) is before
    assert shelf.problems == refused
    assert shelf.refresh() == ([], {})
    path.unlink()
    assert shelf.refresh()[0] == []
    shutil.copy(model_file, path)
    assert shelf.refresh() == (["digits"], {})
    assert not shelf.problems


def test_what_cannot_be_served_is_told_in_one_line(path, tmp_path):
    with pytest.raises(LinocutError, match="no model to serve"):
        Shelf([])
    with pytest.raises(LinocutError, match="two models named 'digits'"):
        Shelf([path, path])
    with pytest.raises(LinocutError, match="missing"):
        Shelf([tmp_path / "missing.linocut"])
    with pytest.raises(Refusal, match="no model named 'x' — there are digits"):
        Shelf([path]).get("x")
