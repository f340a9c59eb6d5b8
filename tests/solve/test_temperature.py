from __future__ import annotations

import numpy as np
import pytest
from scipy.special import log_softmax, softmax

from linocut.solve.temperature import fit_temperature


def loss(scores, labels, temperature):
    return -log_softmax(scores / temperature, axis=1)[np.arange(len(labels)), labels].mean()


@pytest.mark.parametrize("unit", [1e-3, 1.0, 1e4])
def test_the_temperature_that_made_the_labels_is_found(unit):
    rng = np.random.default_rng(0)
    scores = rng.normal(scale=3, size=(20_000, 4))
    labels = np.array([rng.choice(4, p=p) for p in softmax(scores / 2.5, axis=1)])
    assert fit_temperature(unit * scores, labels) == pytest.approx(2.5 * unit, rel=0.05)


def test_no_other_temperature_fits_better():
    rng = np.random.default_rng(1)
    scores = rng.normal(size=(300, 3))
    labels = (scores + rng.normal(size=(300, 3))).argmax(axis=1)
    best = fit_temperature(scores, labels)
    found = loss(scores, labels, best)
    for factor in (0.5, 0.9, 1.1, 2.0):
        assert found <= loss(scores, labels, factor * best) + 1e-9


def test_scores_that_are_all_alike_need_no_temperature():
    assert fit_temperature(np.zeros((3, 2)), np.array([0, 1, 0])) == 1.0
