"""Fits to rows weighted at random share what they read, and are those of each weighting alone."""

import numpy as np
import pytest
from numpy.testing import assert_allclose

from linocut.core import LinocutError
from linocut.data import load_dataset
from linocut.models import (
    BinaryRegression,
    OneVsRestRegression,
    SoftmaxRegression,
    bootstrap,
)
from linocut.solve import minimising

DIGITS = load_dataset("digits").train
X, y = DIGITS.images[:600], DIGITS.labels[:600]


def drawn(random_state: int, n: int) -> list[np.ndarray]:
    rng = np.random.default_rng(random_state)
    weights = [rng.exponential(size=n) for _ in range(2)]
    return [each / each.mean() for each in weights]


@pytest.mark.parametrize("kind", [SoftmaxRegression, OneVsRestRegression])
def test_each_fit_is_that_of_its_weights_alone(kind: type) -> None:
    model = kind(C=1e-3, tol=1e-8)
    found = bootstrap(model, X, y, n_fits=2, random_state=3)
    for fit, weights in enumerate(drawn(3, len(X))):
        alone = kind(C=1e-3, tol=1e-8).fit(X, y, sample_weight=weights)
        assert_allclose(found.coef[fit], alone.coef_, atol=1e-4 * np.abs(alone.coef_).max())
    assert_allclose(found.best_coef, kind(C=1e-3, tol=1e-8).fit(X, y).coef_, atol=1e-6)
    assert (found.gap <= 1e-8).all()


def test_two_classes_have_a_row_of_weights_each() -> None:
    two = np.isin(y, [3, 8])
    found = bootstrap(BinaryRegression(C=1e-3, tol=1e-4), X[two], y[two], n_fits=2)
    assert found.coef.shape == (2, 2, 64)
    assert_allclose(found.coef[:, 0], 0)


def test_weights_of_rows_multiply_the_random_ones() -> None:
    weights = np.where(y == 0, 5.0, 1.0)
    found = bootstrap(SoftmaxRegression(C=1e-3, tol=1e-6), X, y, n_fits=2, sample_weight=weights)
    alone = SoftmaxRegression(C=1e-3, tol=1e-6).fit(X, y, sample_weight=weights)
    assert_allclose(found.best_coef, alone.coef_, atol=1e-4 * np.abs(alone.coef_).max())


def test_fits_after_the_first_read_less(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(minimising.TruncatedNewton, "suits", lambda _: False)
    found = bootstrap(SoftmaxRegression(C=1e-4, tol=1e-4), X, y, n_fits=4)
    assert found.passes[1:].mean() < 0.8 * found.passes[0]


def test_standard_errors_are_those_of_the_information() -> None:
    rng = np.random.default_rng(0)
    x = rng.normal(size=2000)
    labels = rng.random(2000) < 1 / (1 + np.exp(-1.5 * x))
    found = bootstrap(BinaryRegression(C=1e4, tol=1e-8), x[:, None], labels, n_fits=200)
    p = 1 / (1 + np.exp(-found.best_coef[1, 0] * x))
    information = np.sum(p * (1 - p) * x**2)
    assert_allclose(found.standard_error[1, 0], information**-0.5, rtol=0.15)


def test_it_shows_itself() -> None:
    found = bootstrap(SoftmaxRegression(C=1e-4, tol=1e-3), X, y, n_fits=2)
    assert "2 fits to rows weighted at random" in found.sentence
    assert len(found.rows()) == 10
    assert found.plot().axes


@pytest.mark.parametrize(
    ("model", "options", "said"),
    [
        (SoftmaxRegression(), {"n_fits": 1}, "n_fits=1"),
        (SoftmaxRegression(l1_ratio=0.5), {}, "models without L1"),
        (SoftmaxRegression(C=0), {}, "C=0"),
    ],
)
def test_what_cannot_be_drawn_is_refused(
    model: SoftmaxRegression, options: dict[str, int], said: str
) -> None:
    with pytest.raises(LinocutError, match=said):
        bootstrap(model, X, y, **options)
