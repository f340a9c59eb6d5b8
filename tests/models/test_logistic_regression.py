"""LogisticRegression is scikit-learn's, at its optimum: arguments, attributes and predictions."""

import pickle
import warnings

import numpy as np
import pandas as pd
import pytest
import sklearn
from scipy import sparse
from sklearn import config_context, linear_model
from sklearn.base import clone
from sklearn.datasets import load_digits
from sklearn.exceptions import ConvergenceWarning
from sklearn.model_selection import GridSearchCV
from sklearn.multiclass import OneVsRestClassifier
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler
from threadpoolctl import threadpool_limits

from linocut.core import LinocutError
from linocut.models import (
    BinaryRegression,
    LogisticRegression,
    OneVsRestRegression,
    SoftmaxRegression,
)

VERSION = tuple(map(int, sklearn.__version__.split(".")[:2]))
NEW = VERSION >= (1, 8)  # l1_ratio says it all


def theirs(X, y, weight=None, *, l1_ratio=0.0, solver="newton-cg", **parameters):
    """Fit scikit-learn's to its last digits."""
    if l1_ratio:
        solver = "saga" if solver == "newton-cg" else solver
        parameters["l1_ratio"] = l1_ratio
        if not NEW:
            parameters["penalty"] = "l1" if l1_ratio == 1 else "elasticnet"
    # With fewer digits, and now and then with these, they say that they could do no more.
    with warnings.catch_warnings(), threadpool_limits(1):
        warnings.simplefilter("ignore")
        model = linear_model.LogisticRegression(
            solver=solver, tol=1e-9, max_iter=20_000, **parameters
        )
        return model.fit(X, y, weight)


def value(model, X, y, weight, C, l1_ratio):
    """The objective of scikit-learn's documentation, divided by C."""
    W, b = model.coef_, model.intercept_
    Z = X @ W.T + b
    Z = np.column_stack([np.zeros(len(Z)), Z]) if Z.shape[1] == 1 else Z
    truth = Z[np.arange(len(y)), np.searchsorted(model.classes_, y)]
    losses = np.logaddexp.reduce(Z, axis=1) - truth
    penalty = (1 - l1_ratio) * 0.5 * np.sum(W**2) + l1_ratio * np.abs(W).sum()
    return weight @ losses + penalty / C


def row_weights(y, class_weight, sample_weight):
    weight = np.ones(len(y)) if sample_weight is None else sample_weight
    if class_weight == "balanced":
        amounts = np.bincount(y, weights=weight)
        return weight * (weight.sum() / (len(amounts) * amounts))[y]
    return weight if class_weight is None else weight * np.array([*class_weight.values()])[y]


def random_problem(seed):
    """Draw rows, labels and arguments; unpenalised ones have labels that nothing separates."""
    rng = np.random.default_rng(seed)
    K, d = int(rng.integers(2, 6)), int(rng.integers(1, 13))
    kind = ["ridge", "lasso", "ridge", "both", "ridge", "ridge", "ridge", "nothing"][seed % 8]
    n = int(rng.integers(2 * K, 100)) + (8 * d * K if kind == "nothing" else 0)
    y = np.r_[np.arange(K), rng.integers(0, K, n - K)]
    signal = 0.2 if kind == "nothing" else rng.uniform(0, 2)
    X = rng.normal(size=(K, d))[y] * signal + rng.normal(size=(n, d))
    C = float(10 ** rng.uniform(-3, 3))
    if kind == "ridge":
        X *= 10 ** rng.uniform(-1, 1)
    else:  # what saga comes to an end with
        C = min(C, 1.0)
    class_weight = [None, "balanced", dict(enumerate(rng.uniform(0.3, 3, K)))][seed % 3]
    arguments = {
        "C": np.inf if kind == "nothing" else C,
        "class_weight": class_weight,
        "fit_intercept": bool(seed % 5),
        "l1_ratio": {"lasso": 1.0, "both": float(rng.uniform())}.get(kind, 0.0),
    }
    return X, y, rng.uniform(0.2, 2, n) if seed % 7 == 0 else None, arguments


@pytest.mark.parametrize("seed", range(200))
def test_random_problems_have_the_optimum_of_scikit_learn(seed):
    X, y, weight, arguments = random_problem(seed)
    C, l1_ratio = arguments["C"], arguments["l1_ratio"]
    model = LogisticRegression(**arguments).fit(X, y, weight)
    solver = ["newton-cg", "lbfgs", "newton-cholesky"][seed % 3]
    if l1_ratio:
        solver = "newton-cg"
    weights = row_weights(y, arguments["class_weight"], weight)
    ours = value(model, X, y, weights, C, l1_ratio)
    for random_state in range(5):  # saga's steps are drawn, and it now and then stops early
        other = theirs(X, y, weight, solver=solver, random_state=random_state, **arguments)
        reached = value(other, X, y, weights, C, l1_ratio)
        if not l1_ratio or reached <= ours * (1 + 1e-6):
            break
    assert model.converged_
    assert model.gap_ <= 1e-6
    assert ours <= reached * (1 + 1e-6)
    if l1_ratio and not other.coef_.any():
        return  # saga stops as soon as no weight moves, though the intercept still does
    assert reached <= ours * (1 + 1e-6)
    Z = model.scores(X)
    best, second = np.sort(Z, axis=1)[:, -1], np.sort(Z, axis=1)[:, -2]
    clear = best - second > 0.01 * np.abs(Z).max()
    np.testing.assert_array_equal(model.predict(X)[clear], other.predict(X)[clear])
    np.testing.assert_allclose(model.predict_proba(X), other.predict_proba(X), atol=5e-3)


@pytest.fixture(scope="module")
def three():
    rng = np.random.default_rng(3)
    y = np.repeat([0, 1, 2], [50, 30, 20])
    return 0.6 * rng.normal(size=(3, 5))[y] + rng.normal(size=(100, 5)) + 1.5, y


@pytest.fixture(scope="module")
def two(three):
    X, y = three
    return X[y < 2], y[y < 2]


def same(model, other, **how):
    np.testing.assert_allclose(model.coef_, other.coef_, **{"rtol": 1e-4, "atol": 1e-6, **how})
    np.testing.assert_allclose(model.intercept_, other.intercept_, rtol=1e-4, atol=1e-5)


EXACT = {"C": 0.3, "tol": 1e-10}


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ({"penalty": "l2"}, {"l1_ratio": 0.0}),
        ({"penalty": "l2"}, {"l1_ratio": None}),
        ({"penalty": "l1"}, {"l1_ratio": 1.0}),
        ({"penalty": "l2", "l1_ratio": 0.5}, {"l1_ratio": 0.0}),
        ({"penalty": "elasticnet", "l1_ratio": 0.5}, {"l1_ratio": 0.5}),
        ({"penalty": None}, {"C": np.inf}),
        ({"penalty": "none"}, {"C": np.inf}),
        ({"multi_class": "deprecated"}, {"multi_class": "multinomial"}),
        ({"dual": True, "n_jobs": -1, "verbose": 1, "random_state": 0, "solver": "sag"}, {}),
    ],
)
def test_old_arguments_mean_what_new_ones_do(old, new, three):
    first, second = (LogisticRegression(**EXACT | each).fit(*three) for each in (old, new))
    np.testing.assert_array_equal(first.coef_, second.coef_)


def test_the_first_argument_is_the_penalty():
    assert LogisticRegression("l1").penalty == "l1"


@pytest.mark.parametrize("class_weight", [None, "balanced", {0: 1.0, 1: 3.0, 2: 0.5}])
def test_one_vs_rest_is_a_fit_for_each_class(class_weight, three):
    X, y = three
    model = LogisticRegression(multi_class="ovr", class_weight=class_weight, **EXACT).fit(X, y)
    assert model.n_iter_.shape == (3,)
    by_row = row_weights(y, class_weight, None) if isinstance(class_weight, dict) else None
    own = class_weight if class_weight == "balanced" else None
    for k in range(3):
        other = theirs(X, y == k, by_row, C=0.3, class_weight=own)
        np.testing.assert_allclose(model.coef_[k], other.coef_[0], rtol=1e-4, atol=1e-6)
        np.testing.assert_allclose(model.intercept_[k], other.intercept_[0], rtol=1e-4)
    sigmoids = 1 / (1 + np.exp(-model.decision_function(X)))
    expected = sigmoids / sigmoids.sum(axis=1, keepdims=True)
    np.testing.assert_allclose(model.predict_proba(X), expected)
    np.testing.assert_allclose(model.predict_log_proba(X), np.log(expected))
    assert model.converged_


@pytest.mark.parametrize("l1_ratio", [0.0, 1.0])
@pytest.mark.parametrize("scaling", [1.0, 7.0])
@pytest.mark.parametrize("make", [np.asarray, sparse.csr_matrix])
def test_liblinear_penalises_the_intercept(l1_ratio, scaling, make, two):
    X, y = two
    own = {"solver": "liblinear", "intercept_scaling": scaling, "class_weight": "balanced"}
    model = LogisticRegression(l1_ratio=l1_ratio, **own, **EXACT).fit(make(X), y)
    other = theirs(X, y, C=0.3, l1_ratio=l1_ratio, **own)
    same(model, other, atol=1e-4)
    assert abs(model.intercept_ - LogisticRegression(**EXACT).fit(X, y).intercept_) > 1e-3


def test_liblinear_fits_each_class_against_the_rest_at_weight_one(three):
    X, y = three
    weights = {0: 2.0, 1: 5.0, 2: 0.5}
    own = {"solver": "liblinear", "C": 0.3}
    model = LogisticRegression(class_weight=weights, tol=1e-10, **own).fit(X, y)
    for k, weight in weights.items():
        other = theirs(X, y == k, class_weight={False: 1.0, True: weight}, **own)
        np.testing.assert_allclose(model.coef_[k], other.coef_[0], rtol=1e-4, atol=1e-5)


@pytest.mark.parametrize("l1_ratio", [0.0, 0.5, 1.0])
def test_two_penalised_vectors_have_the_optimum_of_softmax_regression(l1_ratio, two):
    """What multi_class="multinomial" meant for two classes, before it went."""
    X, y = two
    model = LogisticRegression(multi_class="multinomial", l1_ratio=l1_ratio, **EXACT).fit(X, y)
    # Both classes are given weights of their own if there is a third, which hardly exists.
    X3, y3 = np.vstack([X, X[:1]]), np.append(y, 2)
    weight = np.append(np.ones(len(y)), 1e-9)
    other = LogisticRegression(l1_ratio=l1_ratio, **EXACT).fit(X3, y3, weight)
    difference = other.coef_[1] - other.coef_[0]
    np.testing.assert_allclose(model.coef_[0], difference, rtol=1e-3, atol=1e-4)


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        ({"penalty": "l3"}, "penalty='l3' — l1, l2, elasticnet or None"),
        ({"penalty": "elasticnet", "l1_ratio": None}, "l1_ratio=None — a number from 0 to 1"),
        ({"C": 0}, "C=0 — a number above zero"),
        ({"C": "1"}, "C='1' — a number above zero"),
        ({"l1_ratio": 1.5}, "l1_ratio=1.5"),
        ({"tol": -1.0}, "tol=-1.0"),
        ({"max_iter": 1.5}, "max_iter=1.5"),
        ({"solver": "adam"}, "solver='adam' — one of lbfgs, "),
        ({"multi_class": "crammer_singer"}, "multi_class='crammer_singer' — one of auto, "),
        ({"solver": "liblinear", "multi_class": "multinomial"}, "multi_class='multinomial' with"),
        ({"solver": "liblinear", "intercept_scaling": 0}, "intercept_scaling=0"),
        ({"class_weight": "fair"}, "class_weight='fair'"),
    ],
)
def test_what_means_nothing_is_refused_in_one_line(arguments, said, three):
    with pytest.raises(LinocutError) as refused:
        LogisticRegression(**arguments).fit(*three)
    assert str(refused.value).startswith(said)
    assert "\n" not in str(refused.value)


KINDS = {
    "float16": lambda X: X.astype(np.float16),
    "float32": lambda X: X.astype(np.float32),
    "int64": lambda X: (10 * X).astype(np.int64),
    "uint8": lambda X: np.clip(40 * X + 100, 0, 255).astype(np.uint8),
    "bool": lambda X: X > 1.5,
    "list": lambda X: X.tolist(),
    "csr": sparse.csr_matrix,
    "csc": sparse.csc_array,
    "frame": lambda X: pd.DataFrame(X, columns=list("abcde")),
}


@pytest.mark.parametrize("kind", KINDS)
def test_rows_of_any_kind_are_taken(kind, three):
    X, y = KINDS[kind](three[0]), three[1]
    model = LogisticRegression(**EXACT).fit(X, y)
    plain = np.asarray(X.toarray() if sparse.issparse(X) else X, np.float64)
    same(model, theirs(plain, y, C=0.3), rtol=1e-3, atol=1e-5)
    np.testing.assert_array_equal(
        model.predict(X), LogisticRegression(**EXACT).fit(plain, y).predict(plain)
    )
    assert model.n_features_in_ == 5
    assert hasattr(model, "feature_names_in_") == (kind == "frame")


@pytest.mark.parametrize(
    "names", [np.array(["cat", "dog"]), np.array([-1, 7]), np.array([False, True]), ["x", "y"]]
)
def test_two_classes_have_one_vector_of_weights(names, two):
    X, y = two
    labels = [names[k] for k in y]
    model = LogisticRegression(**EXACT).fit(X, labels)
    other = theirs(X, labels, C=0.3)
    assert model.coef_.shape == (1, 5)
    assert model.intercept_.shape == model.n_iter_.shape == (1,)
    same(model, other)
    assert model.decision_function(X).shape == (len(y),)
    np.testing.assert_array_equal(model.classes_, other.classes_)
    np.testing.assert_array_equal(model.predict(X), other.predict(X))
    np.testing.assert_allclose(model.predict_proba(X), other.predict_proba(X), atol=1e-5)
    np.testing.assert_allclose(
        model.predict_log_proba(X), np.log(other.predict_proba(X)), atol=1e-3
    )
    assert model.score(X, labels) == other.score(X, labels)


def test_weights_can_be_kept_sparse(three):
    X, y = three
    model = LogisticRegression("l1", C=0.05, warm_start=True).fit(X, y)
    before, dense = model.predict_proba(X), model.coef_
    assert sparse.issparse(model.sparsify().coef_)
    np.testing.assert_allclose(model.predict_proba(X), before)
    np.testing.assert_allclose(model.predict_proba(sparse.csr_matrix(X)), before)
    np.testing.assert_array_equal(clone(model).fit(X, y).coef_, dense)
    np.testing.assert_array_equal(model.densify().coef_, dense)
    np.testing.assert_allclose(model.sparsify().fit(X, y).predict_proba(X), before, atol=1e-4)


def test_it_pickles_and_clones_and_takes_parameters(three):
    model = LogisticRegression(C=2.0).fit(*three)
    again = pickle.loads(pickle.dumps(model))
    np.testing.assert_array_equal(again.predict_proba(three[0]), model.predict_proba(three[0]))
    assert clone(model).set_params(C=0.5, penalty="l1").get_params()["C"] == 0.5
    assert set(linear_model.LogisticRegression().get_params()) <= set(model.get_params())


def test_it_stands_in_a_pipeline_and_a_grid(three):
    X, y = three
    grid = GridSearchCV(
        make_pipeline(StandardScaler(), LogisticRegression(max_iter=1000)),
        {"logisticregression__C": [0.01, 1.0]},
        cv=3,
    ).fit(pd.DataFrame(X), y)
    assert grid.best_score_ > 0.6


def test_sample_weights_are_routed(two):
    X, y = two
    weight = np.where(y == 0, 1.0, 5.0)
    with config_context(enable_metadata_routing=True):
        model = LogisticRegression(**EXACT).set_fit_request(sample_weight=True)
        pipeline = make_pipeline(StandardScaler().set_fit_request(sample_weight=False), model)
        fitted = pipeline.fit(X, y, sample_weight=weight)[-1]
    plain = LogisticRegression(**EXACT).fit(StandardScaler().fit_transform(X), y, weight)
    np.testing.assert_array_equal(fitted.coef_, plain.coef_)


def test_a_warm_start_ends_where_a_cold_one_does(three):
    X, y = three
    for how in ({}, {"solver": "liblinear"}, {"l1_ratio": 0.5}):
        model = LogisticRegression(warm_start=True, tol=1e-10, **how).fit(X, y)
        model.set_params(C=0.3).fit(X, y)
        same(model, LogisticRegression(**EXACT, **how).fit(X, y), atol=1e-5)
        again = model.fit(X, y)
        assert again.n_iter_.max() <= 3


@pytest.mark.parametrize("tol", [1e-12, 0.0])
def test_a_tolerance_that_nothing_can_prove_ends_without_a_word(tol, three):
    X, y = three
    model = LogisticRegression(C=1e5, tol=tol, max_iter=1000).fit(X, y)
    assert model.gap_ < 1e-8
    assert model.converged_ == (model.gap_ <= 1e-12)


def test_a_fit_that_ends_far_from_the_optimum_warns_once():
    X, y = load_digits(return_X_y=True)
    with pytest.warns(ConvergenceWarning, match=r"max_iter .* 1e-08 for tol=1e-06\)") as said:
        model = LogisticRegression(C=1e3, max_iter=0, tol=1e-6).fit(X, y)
    assert len(said) == 1
    assert not model.converged_
    assert model.n_iter_.tolist() == [1]


def test_ctrl_c_ends_more_than_the_fit(three, monkeypatch):
    def interrupted(*_):
        raise KeyboardInterrupt

    monkeypatch.setattr("linocut.solve.methods.truncated_newton.TruncatedNewton.step", interrupted)
    with pytest.raises(KeyboardInterrupt):
        LogisticRegression(C=3.0).fit(*three)


def test_labels_that_only_other_folds_have_may_be_weighed(two):
    X, y = two
    weights = {0: 1.0, 1: 2.0, 2: 3.0}
    model = LogisticRegression(class_weight=weights, **EXACT).fit(X, y)
    same(model, theirs(X, y, C=0.3, class_weight={0: 1.0, 1: 2.0}))


@pytest.mark.parametrize(
    ("arguments", "kind"),
    [
        ({}, SoftmaxRegression),
        ({"multi_class": "ovr"}, OneVsRestRegression),
        ({"class_weight": "balanced", "l1_ratio": 0.5}, SoftmaxRegression),
        ({"solver": "liblinear", "fit_intercept": False}, OneVsRestRegression),
    ],
)
def test_it_is_one_of_our_regressions(arguments, kind, three):
    X, y = three
    model = LogisticRegression(**arguments, **EXACT).fit(X, y)
    regression = model.as_regression()
    assert type(regression) is kind
    np.testing.assert_allclose(regression.predict_proba(X), model.predict_proba(X))
    again = clone(regression).fit(X, y)
    np.testing.assert_allclose(again.predict_proba(X), model.predict_proba(X), atol=1e-5)


@pytest.mark.parametrize("multi_class", ["auto", "multinomial"])
def test_for_two_classes_it_is_softmax_regression(multi_class, two):
    X, y = two
    model = LogisticRegression(multi_class=multi_class, **EXACT).fit(X, y)
    again = clone(model.as_regression()).fit(X, y)
    assert type(again) is SoftmaxRegression
    np.testing.assert_allclose(again.predict_proba(X), model.predict_proba(X), atol=1e-5)
    assert multi_class != "auto" or np.allclose(
        BinaryRegression(0.3, tol=1e-12).fit(X, y).coef_[1], model.coef_[0], atol=1e-4
    )


@pytest.mark.parametrize("arguments", [{"solver": "liblinear"}, {"multi_class": "ovr"}])
def test_what_no_other_model_fits_is_said(arguments, three):
    model = LogisticRegression(class_weight="balanced", **arguments).fit(*three)
    with pytest.raises(LinocutError, match="as no other model does"):
        model.as_regression()


# What its first users call


def test_the_grid_of_a_dino_probe():
    X, y = load_digits(return_X_y=True)
    rows = (X[:300] / np.linalg.norm(X[:300], axis=1, keepdims=True)).astype(np.float32)
    for C in 10.0 ** np.linspace(-6, 5, 45)[::4]:
        model = LogisticRegression(C=C, max_iter=1000, tol=1e-12).fit(rows, y[:300])
        assert model.gap_ < 1e-9
        if C < 100:
            assert model.converged_


def test_the_probe_of_the_clip_readme():
    X, y = load_digits(return_X_y=True)
    classifier = LogisticRegression(random_state=0, C=0.316, max_iter=1000, verbose=1)
    classifier.fit(X[:1000], y[:1000])
    accuracy = np.mean((y[1000:] == classifier.predict(X[1000:])).astype(float)) * 100
    assert accuracy > 88


def test_a_pathology_probe_over_bootstraps():
    """C = K·d/100 and balanced classes, each time on rows drawn with replacement."""
    X, y = load_digits(return_X_y=True)
    X, y = X[:400], y[:400]
    rng = np.random.default_rng(0)
    for _ in range(3):
        rows = rng.integers(0, len(y), len(y))
        model = LogisticRegression(C=64 * 10 / 100, class_weight="balanced", max_iter=10_000)
        assert model.fit(X[rows], y[rows]).gap_ <= 1e-6


@pytest.mark.parametrize("solver", ["sag", "lbfgs", "saga"])
def test_a_celltypist_model(solver):
    """One-vs-rest on sparse counts, log-transformed and scaled, with cell types as labels."""
    rng = np.random.default_rng(0)
    y = np.repeat(["B", "NK", "T"], 30)
    counts = rng.poisson(rng.gamma(0.3, 2, (3, 200))[np.repeat(range(3), 30)])
    X = sparse.csr_matrix(np.log1p(counts).astype(np.float32))
    own = {"C": 1.0, "max_iter": 100, "multi_class": "ovr", "n_jobs": 2, "solver": solver}
    model = LogisticRegression(**own).fit(X, y)
    other = OneVsRestClassifier(linear_model.LogisticRegression(C=1.0, tol=1e-6, max_iter=1000))
    np.testing.assert_array_equal(model.predict(X), other.fit(X, y).predict(X))
    np.testing.assert_allclose(model.decision_function(X), other.decision_function(X), atol=0.02)


@pytest.mark.parametrize("n_classes", [2, 8])
def test_a_head_on_few_wide_rows(n_classes):
    """As SetFit and MTEB fit by the hundred."""
    rng = np.random.default_rng(0)
    y = np.arange(64) % n_classes
    X = rng.normal(size=(n_classes, 768))[y] + rng.normal(size=(64, 768))
    X /= np.linalg.norm(X, axis=1, keepdims=True)
    model = LogisticRegression(max_iter=100, random_state=0).fit(X, y)
    other = theirs(X, y)
    assert model.converged_
    weight = np.ones(len(y))
    assert value(model, X, y, weight, 1.0, 0.0) <= value(other, X, y, weight, 1.0, 0.0) * (1 + 1e-6)
    np.testing.assert_array_equal(model.predict(X), other.predict(X))


def test_an_activation_probe():
    """Two classes and wide float16 rows."""
    rng = np.random.default_rng(0)
    y = rng.random(2000) < 0.5
    X = (rng.normal(size=(2000, 256)) + 0.1 * y[:, None]).astype(np.float16)
    model = make_pipeline(StandardScaler(), LogisticRegression(max_iter=1000, C=0.1)).fit(X, y)
    assert model[-1].converged_
    assert model.score(X, y) > 0.8
