"""LogisticRegressionCV is scikit-learn's: what it chooses, keeps and says."""

import pickle
import warnings

import numpy as np
import pandas as pd
import pytest
import sklearn
from scipy import sparse
from sklearn import linear_model
from sklearn.base import clone
from sklearn.exceptions import ConvergenceWarning
from sklearn.metrics import get_scorer
from sklearn.model_selection import GroupKFold, KFold, StratifiedKFold
from threadpoolctl import threadpool_limits

from linocut.core import LinocutError
from linocut.models import LogisticRegression, LogisticRegressionCV

VERSION = tuple(map(int, sklearn.__version__.split(".")[:2]))
GRID = [1.0, 0.01, 0.1]


def theirs(X, y, weight=None, **parameters):
    if VERSION >= (1, 8):
        parameters.setdefault("use_legacy_attributes", True)
    own = {"solver": "newton-cg", "tol": 1e-9, "max_iter": 20_000, **parameters}
    with warnings.catch_warnings(), threadpool_limits(1):
        warnings.simplefilter("ignore")
        model = linear_model.LogisticRegressionCV(**own)
        return model.fit(X, y, weight)


@pytest.fixture(scope="module", params=[2, 3], ids=["two classes", "three classes"])
def rows(request):
    rng = np.random.default_rng(request.param)
    y = np.arange(150) % request.param
    X = 0.5 * rng.normal(size=(request.param, 6))[y] + rng.normal(size=(150, 6))
    return X, np.array(["ant", "bee", "cow"])[y]


def alike(found, expected):
    if isinstance(expected, dict):
        assert list(found) == list(expected)
        for key, value in expected.items():
            alike(found[key], value)
        return
    assert np.shape(found) == np.shape(expected)
    np.testing.assert_allclose(found, expected, atol=1e-4)


@pytest.mark.parametrize("legacy", [True, False])
@pytest.mark.parametrize(
    "how",
    [
        {},
        {"Cs": GRID, "refit": False},
        {"Cs": GRID, "scoring": "neg_log_loss", "class_weight": "balanced"},
        {"Cs": GRID, "fit_intercept": False, "cv": KFold(3)},
        {"Cs": 3, "cv": 3, "scoring": get_scorer("balanced_accuracy")},
    ],
    ids=str,
)
def test_what_it_keeps_is_what_scikit_learn_keeps(how, legacy, rows):
    if VERSION < (1, 8) and not legacy:
        pytest.skip("this scikit-learn has the old shapes only")
    X, y = rows
    shapes = {} if VERSION < (1, 8) else {"use_legacy_attributes": legacy}
    model = LogisticRegressionCV(tol=1e-9, use_legacy_attributes=legacy, **how).fit(X, y)
    other = theirs(X, y, **shapes, **how)
    names = ("C_", "Cs_", "scores_", "coefs_paths_", "coef_", "intercept_")
    for name in names:
        alike(getattr(model, name), getattr(other, name))
    assert not np.any(model.l1_ratio_)  # theirs may be None
    assert model.l1_ratios_.tolist() == [None]
    assert model.n_iter_.shape == other.n_iter_.shape
    np.testing.assert_array_equal(model.predict(X), other.predict(X))
    np.testing.assert_allclose(model.predict_proba(X), other.predict_proba(X), atol=1e-4)
    assert model.score(X, y) == pytest.approx(other.score(X, y), abs=1e-4)
    if how.get("refit", True):
        assert model.converged_
        assert model.gap_ <= 1e-10
    else:
        assert np.isnan(model.gap_)


def test_sample_weights_count_in_fitting_and_in_judging(rows):
    X, y = rows
    weight = np.random.default_rng(0).uniform(0.1, 3, len(y))
    model = LogisticRegressionCV(Cs=GRID, cv=3, tol=1e-9).fit(X, y, weight)
    for name in ("scores_", "coefs_paths_", "coef_"):
        alike(getattr(model, name), getattr(theirs(X, y, weight, Cs=GRID, cv=3), name))
    whole = np.where(np.arange(len(y)) % 3 == 0, 0.0, 1.0)
    kept = LogisticRegressionCV(Cs=GRID, cv=[(np.arange(100), np.arange(100, 150))])
    kept.fit(X, y, whole)
    assert next(iter(kept.scores_.values())).shape == (1, 3)


@pytest.mark.parametrize(
    "said", [{"l1_ratios": [0.0, 0.5]}, {"penalty": "elasticnet", "l1_ratios": (0.0, 0.5)}]
)
def test_shares_of_the_lasso_are_chosen_from(said, rows):
    X, y = rows
    model = LogisticRegressionCV(Cs=[1.0, 0.3], cv=3, scoring="neg_log_loss", **said).fit(X, y)
    k = len(model.classes_) if len(model.classes_) > 2 else 1
    assert model.n_iter_.shape == (1, 3, 2, 2)
    assert [paths.shape for paths in model.coefs_paths_.values()] == [(3, 2, 2, 7)] * k
    assert model.l1_ratios_.tolist() == [0.0, 0.5]
    means = next(iter(model.scores_.values())).mean(axis=0)
    at = np.unravel_index(means.argmax(), means.shape)
    assert (model.C_[0], model.l1_ratio_[0]) == ([1.0, 0.3][at[0]], [0.0, 0.5][at[1]])
    same = LogisticRegression(C=model.C_[0], l1_ratio=model.l1_ratio_[0]).fit(X, y)
    np.testing.assert_allclose(model.predict_proba(X), same.predict_proba(X), atol=2e-3)


def test_a_lasso_alone_has_no_axis_of_shares(rows):
    model = LogisticRegressionCV(Cs=[1.0, 0.3], cv=2, penalty="l1").fit(*rows)
    assert model.n_iter_.shape == (1, 2, 2)
    assert set(model.l1_ratio_) == {1.0}
    assert (LogisticRegressionCV(Cs=[0.01], cv=2, penalty="l1").fit(*rows).coef_ == 0).any()


def test_one_class_against_the_rest_chooses_for_each(rows):
    X, y = rows
    model = LogisticRegressionCV(Cs=GRID, multi_class="ovr", cv=3, tol=1e-9).fit(X, y)
    classes = model.classes_
    if len(classes) == 2:
        alike(model.coef_, LogisticRegressionCV(Cs=GRID, cv=3, tol=1e-9).fit(X, y).coef_)
        return
    folds = list(StratifiedKFold(3).split(X, y))
    for k, label in enumerate(classes):
        alone = theirs(X, y == label, Cs=GRID, cv=folds)
        assert model.C_[k] == alone.C_[0]
        alike(model.scores_[label], alone.scores_[True])
        alike(model.coef_[k], alone.coef_[0])
    P = 1 / (1 + np.exp(-model.decision_function(X)))
    np.testing.assert_allclose(model.predict_proba(X), P / P.sum(axis=1, keepdims=True))
    assert model.n_iter_.shape == (3, 3, 3)


def test_liblinear_penalises_the_intercept_in_every_fold(rows):
    X, y = rows
    X, y = X[y != "cow"], y[y != "cow"]
    how = {"Cs": GRID, "solver": "liblinear", "intercept_scaling": 3.0, "cv": 3}
    model = LogisticRegressionCV(tol=1e-9, **how).fit(sparse.csr_matrix(X), y)
    alike(model.coefs_paths_, theirs(X, y, **how).coefs_paths_)


def test_frames_lists_and_sparse_rows_are_taken(rows):
    X, y = rows
    own = {"Cs": GRID, "cv": 3, "scoring": "f1_macro"}
    plain = LogisticRegressionCV(**own).fit(X, y)
    frame = pd.DataFrame(X, columns=list("abcdef"))
    for other in (frame, X.tolist(), sparse.csr_array(X), sparse.coo_matrix(X)):
        again = LogisticRegressionCV(**own).fit(other, pd.Series(y))
        alike(again.scores_, plain.scores_)
    assert LogisticRegressionCV(**own).fit(frame, y).feature_names_in_.tolist() == list("abcdef")


def test_it_clones_and_pickles(rows):
    X, y = rows
    folds = list(GroupKFold(2).split(X, y, groups=np.arange(len(y)) // 10))
    model = clone(LogisticRegressionCV(Cs=GRID, cv=folds)).fit(X, y)
    again = pickle.loads(pickle.dumps(model))
    np.testing.assert_array_equal(again.predict_proba(X), model.predict_proba(X))
    parameters = linear_model.LogisticRegressionCV().get_params()
    assert set(parameters) <= set(model.get_params())


def test_it_is_one_of_our_regressions(rows):
    X, y = rows
    model = LogisticRegressionCV(Cs=GRID, cv=3, tol=1e-9).fit(X, y)
    regression = model.as_regression()
    assert model.C_[0] == regression.C
    np.testing.assert_allclose(regression.predict_proba(X), model.predict_proba(X))
    with pytest.raises(LinocutError, match="refit=False"):
        LogisticRegressionCV(Cs=GRID, cv=3, refit=False).fit(X, y).as_regression()
    model.C_ = np.array([1.0, 1.0, 0.1])
    with pytest.raises(LinocutError, match="a penalty for each class is no one regression"):
        model.as_regression()


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        ({"Cs": []}, "Cs="),
        ({"Cs": [0.0]}, "Cs="),
        ({"Cs": 0}, "Cs=0"),
        ({"Cs": "many"}, "Cs='many'"),
        ({"l1_ratios": [1.5]}, "l1_ratios="),
        ({"penalty": "elasticnet"}, "l1_ratios=None"),
        ({"penalty": None}, "penalty=None"),
        ({"tol": -1}, "tol=-1"),
        ({"cv": [(np.arange(0, 150, 3), np.arange(5))]}, "class .* has 0 rows in the training"),
    ],
)
def test_what_means_nothing_is_refused_in_one_line(arguments, said, rows):
    X, y = rows
    y = np.where(np.arange(150) % 3 == 0, y[0], y[1])
    with pytest.raises(LinocutError, match=f"^{said}") as refused:
        LogisticRegressionCV(**{"Cs": GRID, **arguments}).fit(X, y)
    assert "\n" not in str(refused.value)


def test_a_c_for_each_class_has_no_new_shapes(rows):
    X, y = rows
    model = LogisticRegressionCV(multi_class="ovr", use_legacy_attributes=False)
    if len(set(y)) > 2:
        with pytest.raises(LinocutError, match="a C for each class"):
            model.fit(X, y)


def test_fits_in_the_folds_that_end_early_are_counted(rows):
    model = LogisticRegressionCV(Cs=[1e4], cv=2, max_iter=0, tol=1e-3, refit=False)
    with pytest.warns(ConvergenceWarning, match="2 fits in the folds ended") as said:
        model.fit(*rows)
    assert len(said) == 1
