"""How a fit can end: proved, impossible, stopped, interrupted."""

import numpy as np
import pytest
from scipy.optimize import minimize
from sklearn.exceptions import ConvergenceWarning
from sklearn.linear_model import LogisticRegression

from linocut.core import LinocutError
from linocut.core.blocks import ArrayBlocks
from linocut.models import BinaryRegression, OneVsRestRegression, SoftmaxRegression
from linocut.solve import (
    Objective,
    OneScore,
    Outcome,
    Sigmoids,
    Softmax,
    minimise,
    optimum_exists,
    relative_residual,
    separates,
)
from support.problems import make_problem


def mixed(seed=0, n=200, d=4, K=3):
    """Rows whose classes overlap."""
    rng = np.random.default_rng(seed)
    X = rng.normal(size=(n, d))
    return X, (X[:, :K] + rng.gumbel(size=(n, K))).argmax(axis=1)


def apart(kind):
    """Rows that some weights separate, wholly or in part; also where a margin is zero."""
    rng = np.random.default_rng(1)
    X = rng.normal(size=(90, 3))
    if kind == "all classes":
        return X, (X[:, 0] > 0).astype(int) + (X[:, 0] > 1)
    if kind == "one class from the others":
        return X, np.where(X[:, 0] > 0, 1 + (rng.random(90) < 0.5), 0)
    # Rows on the line between two classes belong to either: no margin is above zero for all.
    X[:20, 0] = 0
    return X, np.where(X[:, 0] == 0, rng.integers(0, 2, 90), X[:, 0] > 0).astype(int)


KINDS = ["all classes", "one class from the others", "but for rows on the line"]


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("model", [SoftmaxRegression, OneVsRestRegression])
def test_without_a_penalty_separable_classes_have_no_optimum(kind, model):
    X, y = apart(kind)
    with pytest.warns(ConvergenceWarning, match="no optimum exists.*give a finite C"):
        fitted = model(C=np.inf).fit(X, y)
    assert fitted.record_.outcome is Outcome.SEPARABLE
    assert not fitted.converged_
    assert fitted.n_iter_ <= 20


def test_xor_has_an_optimum_and_it_is_zero():
    X = np.array([[0, 0], [0, 1], [1, 0], [1, 1]], float)
    y = np.array([0, 1, 1, 0])
    model = BinaryRegression(C=np.inf, tol=1e-9).fit(X, y)
    assert model.converged_
    np.testing.assert_allclose(model.coef_, 0, atol=1e-6)
    assert model.objective_ == pytest.approx(np.log(2), rel=1e-9)


@pytest.mark.parametrize("loss", [Softmax(), Sigmoids()], ids=lambda loss: loss.name)
def test_without_a_penalty_the_certificate_bounds_the_true_distance(loss):
    X, y = mixed()
    objective = Objective(ArrayBlocks(X, np.float64, y=y), loss, 0.0, 3)
    assert optimum_exists(objective)

    def value(theta):
        point = objective.at(theta[:12].reshape(3, 4), theta[12:])
        return point.value, np.concatenate([point.gradient_W.ravel(), point.gradient_b])

    found = minimize(value, np.zeros(15), jac=True, method="BFGS", options={"gtol": 1e-11})
    for tol in (1e-2, 1e-5, 1e-9):
        fit = minimise(objective, tol=tol)
        assert fit.record.outcome is Outcome.CONVERGED
        assert fit.point.value <= found.fun * (1 + tol)
        assert fit.record.last.gap >= fit.point.value / found.fun - 1 - 1e-12


@pytest.mark.parametrize("width", [3, 5000])  # with factors, and with scales only
def test_a_column_of_zeros_keeps_weights_of_zero_without_a_penalty(width):
    X, y = mixed()
    X = np.column_stack([X, np.zeros((len(X), width))])
    model = SoftmaxRegression(C=np.inf, tol=1e-6).fit(X, y)
    assert model.converged_
    np.testing.assert_array_equal(model.coef_[:, 4:], 0)


def test_margins_of_separating_weights_are_seen():
    X, y = apart("all classes")
    objective = Objective(ArrayBlocks(X, np.float64, y=y), Softmax(), 0.0, 3)
    zero = objective.at(np.zeros((3, 3)), np.zeros(3))
    assert not separates(objective, zero)
    # Score k is k x − (intercepts that put the borders at 0 and 1).
    W = np.outer(np.arange(3), [1.0, 0, 0])
    assert separates(objective, objective.at(W, np.array([0.0, 0.0, -1.0])))


def test_a_problem_too_large_for_the_linear_program_is_left_undecided(monkeypatch):
    from linocut.solve.certificates import separation

    monkeypatch.setattr(separation, "LARGEST_PROGRAM", 10)
    assert optimum_exists(make_problem()) is None


@pytest.mark.parametrize("C", [0.1, 10.0])
def test_binary_is_scikit_learns_logistic_regression(C):
    X, y = mixed(K=2)
    ours = BinaryRegression(C=C, tol=1e-12).fit(X, y)
    theirs = LogisticRegression(C=C, solver="newton-cg", tol=1e-12).fit(X, y)
    assert ours.converged_
    np.testing.assert_allclose(ours.coef_[1], theirs.coef_[0], rtol=1e-5)
    np.testing.assert_array_equal(ours.coef_[0], 0)
    np.testing.assert_allclose(ours.predict_proba(X), theirs.predict_proba(X), rtol=1e-5)


def test_binary_is_softmax():
    X, y = mixed(K=2)
    binary = BinaryRegression(tol=1e-12).fit(X, y)
    softmax = SoftmaxRegression(tol=1e-12).fit(X, y)
    np.testing.assert_allclose(binary.predict_proba(X), softmax.predict_proba(X), rtol=1e-5)
    warm = BinaryRegression(tol=1e-10, warm_start=True).fit(X, y).fit(X, y)
    assert len(warm.record_.iterations) <= 2


def test_binary_refuses_three_classes():
    X, y = mixed(K=3)
    with pytest.raises(LinocutError, match="y has 3 classes — use SoftmaxRegression"):
        BinaryRegression().fit(X, y)


@pytest.mark.parametrize("loss", [Softmax(), OneScore()], ids=lambda loss: loss.name)
def test_ctrl_c_keeps_the_best_point(loss):
    X, y = mixed(K=2)
    K = 1 if loss.name == "binary" else 2
    objective = Objective(ArrayBlocks(X, np.float64, y=y), loss, 0.01, K)

    def interrupt(line):
        if len(seen) == 2:
            raise KeyboardInterrupt
        seen.append(line)

    seen = []
    fit = minimise(objective, tol=1e-12, callback=interrupt)
    assert fit.record.outcome is Outcome.INTERRUPTED
    assert fit.point.value == fit.record.last.objective <= min(line.objective for line in seen)


def test_an_interrupted_estimator_says_so_and_can_predict():
    X, y = mixed()

    def interrupt(line):
        raise KeyboardInterrupt

    with pytest.warns(ConvergenceWarning, match="interrupted"):
        model = SoftmaxRegression().fit(X, y, callback=interrupt)
    assert model.predict(X).shape == y.shape


def test_snapshots_are_the_weights_of_their_iterations():
    X, y = mixed()
    model = SoftmaxRegression(tol=1e-9).fit(X, y, keep={0, 2})
    assert [snapshot.step for snapshot in model.snapshots_] == [0, 2]
    blocks = ArrayBlocks(X, np.float64)
    objective = Objective(blocks.labelled(y), Softmax(), 1 / len(y), 3)
    for snapshot in model.snapshots_:
        line = model.record_.iterations[snapshot.step]
        assert objective.at(snapshot.W, snapshot.b).value == pytest.approx(line.objective, rel=1e-9)


def test_the_residual_of_the_representer_identity_vanishes():
    X, y = mixed()
    rough, tight = (SoftmaxRegression(C=2, tol=tol).fit(X, y) for tol in (1e-2, 1e-12))
    P = tight.predict_proba(X)
    rebuilt = 2 * (np.eye(3)[y] - P).T @ X
    relative = np.linalg.norm(tight.coef_ - rebuilt) / np.linalg.norm(tight.coef_)
    assert tight.residual_ == pytest.approx(relative, rel=1e-3)
    assert tight.residual_ < 1e-4 < rough.residual_


def test_without_a_penalty_there_is_no_residual():
    objective = make_problem(penalty=0.0)
    assert np.isnan(relative_residual(objective, objective.at(np.ones((3, 5)), np.zeros(3))))


def test_the_passes_of_the_rough_start_are_counted():
    rng = np.random.default_rng(0)
    X = rng.normal(size=(60_000, 5)).astype(np.float32)
    y = (X[:, :3] + rng.gumbel(size=(60_000, 3))).argmax(axis=1)
    fit = minimise(Objective(ArrayBlocks(X, np.float32, y=y), Softmax(), 1 / 60_000, 3), tol=1e-4)
    first = fit.record.iterations[0]
    # The rough start leaves little to gain, and its passes stand in the first line.
    assert first.objective < 1.01 * fit.point.value
    assert 1.5 < first.passes < 6
