"""Parts, splits and summaries."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from linocut.core import LinocutError
from linocut.data import ImageDataset, ImagePart, TableOptions, load_dataset, split_rows, summarise
from support.files import toy_images

LABELS = hnp.arrays(np.int64, st.integers(1, 80), elements=st.integers(0, 4))
SHARES = st.floats(0.01, 0.99)


@given(LABELS, SHARES, st.sampled_from(["stratified", "ordered"]), st.integers(0, 5))
def test_a_split_is_disjoint_whole_and_by_class(labels, test_size, split, seed):
    train, test = split_rows(labels, test_size=test_size, seed=seed, split=split)
    assert sorted([*train, *test]) == list(range(len(labels)))
    for label in np.unique(labels):
        n, kept = (labels == label).sum(), (labels[test] == label).sum()
        if n > 1:
            assert 1 <= kept <= n - 1
            assert abs(kept - test_size * n) <= 1


@given(LABELS, SHARES)
def test_an_ordered_split_keeps_the_last_rows(labels, test_size):
    train, test = split_rows(labels, test_size=test_size, split="ordered")
    for label in np.unique(labels):
        here, there = train[labels[train] == label], test[labels[test] == label]
        if len(there):
            assert here.max() < there.min()


def test_the_seed_decides_the_split():
    labels = np.repeat([0, 1], 50)
    first, again, other = (split_rows(labels, seed=seed)[1] for seed in (1, 1, 2))
    np.testing.assert_array_equal(first, again)
    assert not np.array_equal(first, other)


@pytest.mark.parametrize("test_size", [0, 1, -0.5, 20, float("nan")])
def test_a_test_size_that_is_no_share_is_refused(test_size):
    with pytest.raises(LinocutError, match="a share above 0 and below 1"):
        load_dataset("digits", test_size=test_size)


def test_digits_are_the_embedded_default():
    digits = load_dataset()
    assert (digits.name, digits.n_classes, len(digits.images)) == ("digits", 10, 1797)
    assert digits.images.dtype == np.uint8
    assert (digits.images.min(), digits.images.max()) == (0, 255)
    assert digits.split == "stratified"


@pytest.mark.parametrize(
    ("told", "option"),
    [({"split": "ordered"}, "--split ordered"), ({"test_size": 0.3}, "--test-size 0.3")],
    ids=["split", "test size"],
)
def test_a_split_of_a_set_with_a_test_part_is_refused(told, option, tmp_path):
    images, labels = np.zeros((4, 3, 3), np.uint8), np.array([0, 1, 0, 1])
    np.savez(tmp_path / "a.npz", x_train=images, y_train=labels, x_test=images, y_test=labels)
    with pytest.raises(LinocutError, match=f"has a test part of its own.*leave out {option}"):
        load_dataset(tmp_path / "a.npz", **told)


@pytest.mark.parametrize("seed", [-1, 2**32, 0.5, None])
def test_a_seed_that_not_all_take_is_refused_before_any_work(seed):
    with pytest.raises(LinocutError, match="a whole number from 0 to 4294967295"):
        load_dataset(seed=seed)


def test_a_dataset_is_loaded_again_as_it_was(tmp_path):
    rows = np.arange(40)[:, None] * np.ones(4, int) + np.arange(4)
    table = np.column_stack([rows[:, 0] % 2, rows, rows[:, 0] % 5])
    np.savetxt(tmp_path / "a.csv", table, fmt="%d", delimiter=",")
    columns = TableOptions("1", header=False, skip_columns=("6",))
    loaded = load_dataset(tmp_path / "a.csv", test_size=0.4, seed=3, table=columns, shape=(1, 4))
    again = load_dataset(loaded.loaded_from, intake=loaded.intake, **vars(loaded.loaded_with))
    assert again.fingerprint == loaded.fingerprint


def test_floats_are_no_images():
    with pytest.raises(LinocutError, match="float64"):
        ImagePart(np.zeros((2, 3, 3)), np.zeros(2, np.int64))
    with pytest.raises(LinocutError, match="one label for each image"):
        ImagePart(np.zeros((2, 3, 3), np.uint8), np.zeros(3, np.int64))


def test_a_summary_counts_duplicates():
    images, labels = toy_images()
    train = ImagePart(np.concatenate([images[:18], images[:2]]), np.r_[labels[:18], [2, 1]])
    test = ImagePart(np.concatenate([images[18:], images[5:6]]), np.r_[labels[18:], labels[5]])
    summary = summarise(ImageDataset("toys", ("a", "b", "c"), train, test))
    assert vars(summary.duplicates) == {
        "within_train": 2,
        "within_test": 0,
        "across": 1,
        "conflicting": 1,
    }
    assert summary.zero_pixels == 6 * 5 - 4 * 3
    assert sum(summary.train_counts) == 20
    assert len(summary.to_frame()) == 3


def test_the_figures_of_mnist(real_data):
    real_data("mnist")
    summary = summarise(load_dataset("mnist"))
    assert summary.zero_pixels == 67
    assert summary.ink == pytest.approx(0.191, abs=5e-4)
