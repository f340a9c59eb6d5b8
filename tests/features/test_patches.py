"""Patch dictionaries and filter banks: what each response is, checked by hand."""

import numpy as np
import pytest
from sklearn.base import clone
from sklearn.datasets import load_digits

from linocut.core import LinocutError
from linocut.features import ConvolutionBank, PatchDictionary, RandomUnits
from linocut.features.convolution import filter_bank
from linocut.features.patches import FLOOR
from linocut.features.responses import contrast_normalised, patches_of, pooled_responses, pooling

DIGITS = load_digits().images


def test_responses_are_products_above_a_threshold_averaged_in_cells():
    rng = np.random.default_rng(0)
    images, filters = rng.random((40, 9, 11)), rng.normal(size=(5, 9)).astype(np.float32)
    responses = pooled_responses(
        images, filters, side=3, cells=2, threshold=0.1, floor=0.02, full=1.0, both_signs=True
    )
    P = pooling(7, 9, 2)
    for row in (0, 33, 39):
        made = []
        for y in range(7):
            for x in range(9):
                patch = images[row, y : y + 3, x : x + 3].ravel()
                patch = (patch - patch.mean()) / np.sqrt(patch.var() + 0.02)
                answers = filters @ patch
                made.append(np.concatenate([np.maximum(answers - 0.1, 0),
                                            np.maximum(-answers - 0.1, 0)]))  # fmt: skip
        expected = P @ np.array(made)
        np.testing.assert_allclose(responses[row], expected.ravel(), atol=1e-5)


@pytest.mark.parametrize(("size", "cells"), [((23, 23), 4), ((7, 9), 3), ((5, 5), 1)])
def test_pooling_counts_every_place_alike(size, cells):
    P = pooling(*size, cells)
    assert P.shape == (cells**2, size[0] * size[1])
    np.testing.assert_allclose(P.sum(axis=0), cells**2 / np.prod(size), rtol=1e-5)


def test_patches_lose_brightness_and_contrast():
    patches = patches_of(DIGITS[:3] / 16, 4)
    made = contrast_normalised(patches.copy(), 0.0)
    varied = patches.var(axis=-1) > 1e-6
    np.testing.assert_allclose(made.mean(axis=-1)[varied], 0, atol=1e-5)
    np.testing.assert_allclose(made.var(axis=-1)[varied], 1, rtol=1e-3)


@pytest.mark.parametrize("method", ["kmeans", "pca"])
def test_a_dictionary_reads_digits(method):
    from sklearn.linear_model import RidgeClassifier

    dictionary = PatchDictionary(16, side=4, cells=2, method=method, full=16)
    X, y = dictionary.fit_transform(DIGITS), load_digits().target
    assert X.dtype == np.float32
    assert RidgeClassifier().fit(X[:1200], y[:1200]).score(X[1200:], y[1200:]) > 0.9


def test_the_atoms_look_like_patches():
    """Each atom is nearer to some real patch than patches are to each other."""
    dictionary = PatchDictionary(12, side=3, cells=2, full=16).fit(DIGITS)
    patches = patches_of(DIGITS[:200] / 16, 3).reshape(-1, 9)
    patches = contrast_normalised(patches[patches.var(axis=1) > FLOOR], FLOOR)
    atoms = dictionary.atoms_.reshape(12, 9)
    nearest = np.sqrt(np.square(atoms[:, None] - patches[None, :4000]).sum(axis=2)).min(axis=1)
    apart = np.linalg.norm(patches[:2000] - patches[2000:4000], axis=1).mean()
    assert nearest.mean() < 0.5 * apart


def test_the_same_random_state_gives_the_same_dictionary():
    one, same, other = (PatchDictionary(8, side=3, cells=2, full=16, random_state=s).fit(DIGITS)
                        for s in (1, 1, 2))  # fmt: skip
    np.testing.assert_array_equal(one.atoms_, same.atoms_)
    assert (one.atoms_ != other.atoms_).any()


def test_blank_images_have_no_dictionary():
    with pytest.raises(LinocutError, match="no image has ink"):
        PatchDictionary(4, side=3, cells=2).fit(np.zeros((5, 8, 8)))


@pytest.mark.parametrize(
    ("wrong", "named"),
    [
        ({"side": 9}, "side=9"),
        ({"cells": 7, "side": 3}, "cells=7"),
        ({"method": "sift"}, "method='sift'"),
        ({"method": "pca", "n_atoms": 17, "side": 4}, "n_atoms=17"),
        ({"n_atoms": 0, "side": 4}, "n_atoms=0"),
    ],
)
def test_wrong_parameters_are_named(wrong, named):
    with pytest.raises(LinocutError, match=named):
        PatchDictionary(**wrong).fit(DIGITS)


def test_an_upright_stroke_answers_to_the_filters_across_it():
    bank = filter_bank(7, 4)
    stroke = np.zeros((7, 7))
    stroke[:, 3] = 1
    answers = (bank * stroke).sum(axis=(1, 2))
    lines = answers[1 : 2 * 4 : 2]  # of the narrow width, by direction
    assert int(np.argmax(np.abs(lines))) == 0
    np.testing.assert_allclose(bank.sum(axis=(1, 2)), 0, atol=1e-5)


def test_the_bank_ignores_an_even_grey():
    bank = ConvolutionBank(5, directions=4, cells=2, full=1.0).fit(np.zeros((1, 12, 12)))
    assert not bank.transform(np.full((2, 12, 12), 0.7)).any()


def test_random_units_are_rectified_and_drawn_by_the_random_state():
    made = RandomUnits(30, random_state=1).fit_transform(DIGITS)
    np.testing.assert_array_equal(made, RandomUnits(30, random_state=1).fit_transform(DIGITS))
    assert (made != RandomUnits(30, random_state=2).fit_transform(DIGITS)).any()
    assert made.min() == 0
    assert 0.2 < (made > 0).mean() < 0.8


def test_on_images_each_unit_has_a_window_of_its_own():
    units = RandomUnits(40).fit(DIGITS)
    seen = (units.weights_ != 0).reshape(8, 8, 40)
    for k in range(40):
        rows, columns = np.flatnonzero(seen[..., k].any(1)), np.flatnonzero(seen[..., k].any(0))
        assert seen[rows[0] : rows[-1] + 1, columns[0] : columns[-1] + 1, k].all()
    assert len({seen[..., k].tobytes() for k in range(40)}) > 30
    assert (RandomUnits(5).fit(DIGITS.reshape(-1, 64)).weights_ != 0).all()


@pytest.mark.parametrize("generator", [np.random.default_rng, np.random.RandomState])
def test_draws_may_come_from_a_generator_which_moves_on(generator):
    steps = RandomUnits(5), PatchDictionary(4, side=3, cells=2, full=16)
    for step in steps:
        random_state = generator(1)
        first, second = (
            clone(step).set_params(random_state=random_state).fit_transform(DIGITS)
            for _ in range(2)
        )
        again = clone(step).set_params(random_state=generator(1)).fit_transform(DIGITS)
        np.testing.assert_array_equal(first, again)
        assert (first != second).any()
