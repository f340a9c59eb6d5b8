"""A path over C is its fits, and cross-validation chooses from it by the rule it names."""

from itertools import pairwise

import numpy as np
import pytest
from sklearn.datasets import load_digits
from sklearn.exceptions import ConvergenceWarning
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import accuracy_score, log_loss
from sklearn.model_selection import GroupKFold, StratifiedKFold

from linocut.core import LinocutError
from linocut.models import (
    OneVsRestRegression,
    SoftmaxRegression,
    SoftmaxRegressionCV,
    regularisation_path,
)
from linocut.models.cross_validation import choose
from linocut.models.regression import minimised
from linocut.solve import Outcome

Cs = [1e-3, 1e-2, 1e-1, 1.0]


@pytest.fixture(scope="module")
def digits():
    X, y = load_digits(return_X_y=True)
    return X / 16, y


@pytest.mark.parametrize("loss", ["softmax", "one-vs-rest"])
def test_a_path_is_its_single_fits(digits, loss):
    X, y = digits
    path = regularisation_path(X[:900], y[:900], Cs, loss=loss, test=(X[900:], y[900:]), tol=1e-6)
    assert path.outcome is Outcome.CONVERGED
    model = {"softmax": SoftmaxRegression, "one-vs-rest": OneVsRestRegression}[loss]
    for k, C in enumerate(Cs):
        alone = model(C, tol=1e-6).fit(X[:900], y[:900])
        assert path.objective[k] == pytest.approx(alone.objective_, rel=2e-6)
        assert path.test_accuracy[k] == pytest.approx(alone.score(X[900:], y[900:]), abs=0.003)
    assert np.all(np.diff(path.train_loss) < 0)
    assert len(path.rows()) == len(Cs)
    assert "coef" not in path.to_dict()


def test_each_fit_starts_from_the_one_before(digits):
    X, y = digits
    grid = np.geomspace(1e-2, 1, 9)
    path = regularisation_path(X, y, grid, tol=1e-6)
    cold = [SoftmaxRegression(C, tol=1e-6).fit(X, y).record_.last.passes for C in grid]
    assert path.passes.sum() < 0.9 * sum(cold)


def fits_begun(passes):
    """Count the fits that a callback was called by: each begins to count passes anew."""
    return 1 + sum(b <= a for a, b in pairwise(passes))


@pytest.mark.parametrize("l1_ratio", [0.5, 1.0])
def test_a_path_with_a_lasso_is_its_single_fits(digits, l1_ratio):
    X, y = digits
    test = X[600:], y[600:]
    path = regularisation_path(X[:600], y[:600], Cs, l1_ratio=l1_ratio, test=test, tol=1e-6)
    assert path.outcome is Outcome.CONVERGED
    assert path.gap.max() <= 1e-6
    for k, C in enumerate(Cs):
        alone = SoftmaxRegression(C, l1_ratio=l1_ratio, tol=1e-6).fit(X[:600], y[:600])
        assert path.objective[k] == pytest.approx(alone.objective_, rel=2e-6)
        assert path.test_accuracy[k] == pytest.approx(alone.score(*test), abs=0.003)
        assert path.nonzero[k] == pytest.approx(np.mean(alone.coef_ != 0), abs=0.01)
    assert 0 < path.nonzero[-1] < 1
    assert path.to_dict()["l1_ratio"] == l1_ratio


@pytest.mark.parametrize("l1_ratio", [0.5, 1.0])
def test_folds_with_a_lasso_are_the_fits_of_their_rows(digits, l1_ratio):
    X, y = digits[0][:500], digits[1][:500]
    grid = [0.03, 0.3]
    ours = SoftmaxRegressionCV(grid, cv=2, l1_ratio=l1_ratio, fold_tol=1e-6).fit(X, y)
    for fold, (train, test) in enumerate(StratifiedKFold(2).split(X, y)):
        for k, C in enumerate(grid):
            alone = SoftmaxRegression(C, l1_ratio=l1_ratio).fit(X[train], y[train])
            expected = log_loss(y[test], alone.predict_proba(X[test]))
            assert ours.log_loss_[fold, k] == pytest.approx(expected, abs=1e-4)
    alone = SoftmaxRegression(ours.C_, l1_ratio=l1_ratio).fit(X, y)
    assert ours.objective_ == pytest.approx(alone.objective_, rel=2e-6)
    assert ours.converged_
    assert np.isnan(ours.residual_)  # with a lasso, weights are no sum of rows


@pytest.mark.parametrize("l1_ratio", [-0.1, 1.5])
def test_a_share_of_the_lasso_past_its_ends_is_refused(digits, l1_ratio):
    X, y = digits
    with pytest.raises(LinocutError, match="a number from 0 to 1"):
        regularisation_path(X, y, Cs, l1_ratio=l1_ratio)
    with pytest.raises(LinocutError, match="a number from 0 to 1"):
        SoftmaxRegressionCV(Cs, l1_ratio=l1_ratio).fit(X, y)


def test_ctrl_c_keeps_the_fits_that_were_done(digits):
    X, y = digits
    passes = []

    def interrupt(line):
        passes.append(line.passes)
        if fits_begun(passes) == 3:
            raise KeyboardInterrupt

    with pytest.warns(ConvergenceWarning, match="interrupted at C=0.1; 2 of 4 fits"):
        path = regularisation_path(X, y, Cs, callback=interrupt)
    assert path.outcome is Outcome.INTERRUPTED
    np.testing.assert_array_equal(path.Cs, Cs[:2])
    np.testing.assert_array_equal(path.left, Cs[2:])


def test_folds_are_judged_as_scikit_learn_would(digits):
    X, y = digits
    ours = SoftmaxRegressionCV(Cs, cv=3, fold_tol=1e-7, tol=1e-4).fit(X, y)
    for fold, (train, test) in enumerate(StratifiedKFold(3).split(X, y)):
        for k, C in enumerate(Cs):
            theirs = LogisticRegression(C=C, tol=1e-7, max_iter=5000).fit(X[train], y[train])
            P = theirs.predict_proba(X[test])
            assert ours.log_loss_[fold, k] == pytest.approx(log_loss(y[test], P), abs=1e-4)
            right = accuracy_score(y[test], theirs.predict(X[test]))
            assert ours.accuracy_[fold, k] == pytest.approx(right, abs=0.004)


def test_the_chosen_penalty_is_fitted_on_all_rows(digits):
    X, y = digits
    model = SoftmaxRegressionCV(Cs, tol=1e-6).fit(X, y)
    alone = SoftmaxRegression(model.C_, tol=1e-6).fit(X, y)
    assert model.C_ in Cs
    assert model.converged_
    assert model.objective_ == pytest.approx(alone.objective_, rel=2e-6)


def test_one_standard_error_takes_the_smallest_c_within_it():
    # Means 0.50, 0.33, 0.30, 0.40; the standard error at the third is 0.04.
    log_loss = np.array([[0.50, 0.30, 0.26, 0.4], [0.50, 0.36, 0.34, 0.4]])
    assert choose(log_loss, "one-standard-error") == (2, 1)
    assert choose(log_loss, "best") == (2, 2)
    log_loss[:, 2] = np.nan
    assert choose(log_loss, "best") == (1, 1)


def test_a_splitter_decides_the_folds(digits):
    X, y = digits
    folds = list(GroupKFold(3).split(X, y, groups=np.arange(len(y)) // 100))
    model = SoftmaxRegressionCV([0.1, 1.0], cv=folds, tol=1e-3).fit(X, y)
    assert model.log_loss_.shape == (3, 2)


def test_ctrl_c_in_the_folds_chooses_from_what_all_have_fitted(digits, monkeypatch):
    X, y = digits
    begun = []

    def interrupted(*arguments, **options):
        begun.append(arguments)
        if len(begun) == 6:  # two folds, in the third C
            raise KeyboardInterrupt
        return minimised(*arguments, **options)

    monkeypatch.setattr("linocut.models.warm_starts.minimised", interrupted)
    with pytest.warns(ConvergenceWarning, match=r"cut short at C=0.1; C_ is chosen from 2 of 4"):
        model = SoftmaxRegressionCV(Cs, cv=2, tol=1e-3).fit(X, y)
    assert np.isnan(model.log_loss_[:, 2:]).all()
    assert model.C_ <= 0.01


def test_figures_are_drawn(digits):
    X, y = digits
    model = SoftmaxRegressionCV(Cs, cv=3, tol=1e-3).fit(X, y)
    assert len(model.plot_path().axes) >= 1
    assert len(regularisation_path(X, y, Cs, tol=1e-2).plot().axes) >= 1


@pytest.mark.parametrize(
    ("model", "message"),
    [
        (SoftmaxRegressionCV(cv=1), "cv=1"),
        (SoftmaxRegressionCV(rule="least"), "rule='least' — one of one-standard-error, best"),
        (SoftmaxRegressionCV([1, -1]), "Cs="),
        (SoftmaxRegressionCV(0), "Cs=0"),
        (SoftmaxRegressionCV(cv=200), "has 174 rows, fewer than cv=200 folds"),
    ],
)
def test_a_wrong_parameter_is_named(digits, model, message):
    with pytest.raises(LinocutError, match=message.replace("[", r"\[")):
        model.fit(*digits)
