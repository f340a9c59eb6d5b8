"""Other names for the classes of a dataset."""

import pytest

from linocut.core import LinocutError
from linocut.data import load_dataset

WORDS = ("zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine")


def test_classes_take_other_names_and_keep_their_own():
    named = load_dataset("digits", class_names=WORDS)
    assert named.class_names == WORDS
    assert named.original_names == tuple("0123456789")
    assert "zero (was 0), one (was 1)" in named.notes[-1]
    assert named.loaded_with.class_names == WORDS
    assert load_dataset("digits").original_names is None


def test_a_set_is_loaded_again_with_the_names_it_was_given():
    named = load_dataset("digits", class_names=WORDS)
    again = load_dataset("digits", **vars(named.loaded_with))
    assert again.class_names == WORDS
    assert again.fingerprint == named.fingerprint


@pytest.mark.parametrize(
    ("names", "told"),
    [
        (WORDS[:9], "9 class names — digits has 10 classes: 0, 1, 2"),
        ((*WORDS[:9], " "), "the class name for '9' is empty"),
        ((*WORDS[:9], "two"), "the class name 'two' is given twice"),
    ],
    ids=["count", "empty", "twice"],
)
def test_names_that_do_not_fit_are_refused(names, told):
    with pytest.raises(LinocutError, match="class name") as caught:
        load_dataset("digits", class_names=names)
    assert told in str(caught.value)
