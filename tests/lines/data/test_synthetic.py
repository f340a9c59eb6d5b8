"""Strings made of single glyphs: as asked for, and no glyph on both sides."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from linocut.core import LinocutError
from linocut.data import ImageDataset, ImagePart, load_dataset
from linocut.lines import summarise_strings, synthetic_strings


@pytest.fixture(scope="module")
def digits():
    return load_dataset("digits")


@settings(max_examples=15)
@given(st.integers(1, 30), st.tuples(st.integers(1, 4), st.integers(0, 4)), st.integers(0, 99))
def test_lengths_and_numbers_are_those_asked_for(n, span, seed):
    low, high = span[0], span[0] + span[1]
    made = synthetic_strings(load_dataset("digits"), n, length=(low, high), random_state=seed)
    assert len(made.train) == n
    assert len(made.test) == max(1, n // 4)
    assert all(low <= len(text) <= high for text in made.train.texts)
    again = synthetic_strings(load_dataset("digits"), n, length=(low, high), random_state=seed)
    assert again.fingerprint == made.fingerprint


def dataset_of_blocks():
    """Glyphs that are full blocks, lighter in the training part than in the test part."""
    parts = [
        ImagePart(np.full((2, 10, 6), grey, np.uint8), np.array([0, 1])) for grey in (200, 100)
    ]
    return ImageDataset("blocks", ("a", "b"), *parts)


def test_no_glyph_of_one_part_is_in_the_other():
    made = synthetic_strings(dataset_of_blocks(), 20)
    assert {value for image in made.train.images for value in np.unique(image)} == {0, 200}
    assert {value for image in made.test.images for value in np.unique(image)} == {0, 100}


@pytest.mark.parametrize(("overlap", "wide"), [(0.0, 18), (0.5, 12), (-0.5, 24)])
def test_an_overlap_is_a_share_of_the_width_of_a_glyph(overlap, wide):
    made = synthetic_strings(
        dataset_of_blocks(), 12, length=(3, 3), overlap=(overlap, overlap), jitter=0
    )
    for image in made.train.images:
        inked = np.flatnonzero(image.any(axis=0))
        assert inked[-1] - inked[0] + 1 == wide
        assert image.shape[0] == 10


def test_a_class_of_several_letters_is_no_symbol(digits):
    named = replace(digits, class_names=("zero", *digits.class_names[1:]))
    with pytest.raises(LinocutError, match=r"class 'zero' is not one symbol .*--class-names"):
        synthetic_strings(named, 5)


@pytest.mark.parametrize(
    "wrong",
    [
        {"n": 0},
        {"n": 5, "length": (0, 3)},
        {"n": 5, "length": (4, 3)},
        {"n": 5, "overlap": (0.0, 0.95)},
        {"n": 5, "overlap": (0.5, 0.1)},
        {"n": 5, "jitter": 0.9},
    ],
)
def test_values_out_of_range_are_refused(digits, wrong):
    name = list(wrong)[-1]
    with pytest.raises(LinocutError, match=f"{name}="):
        synthetic_strings(digits, **wrong)


def test_a_summary_counts_what_is_there():
    made = synthetic_strings(dataset_of_blocks(), 40, length=(1, 2))
    summary = summarise_strings(made)
    assert sum(summary.train_counts) == sum(map(len, made.train.texts))
    assert summary.repeated == sum(
        text in {"aa", "bb"} for text in (*made.train.texts, *made.test.texts)
    )
    assert summary.known == len(made.test)
    assert "40 training and 10 test images of 1 to 2 of 2 symbols" in summary.sentence
    assert summary.to_dict()["lengths"][0][0] == 1
