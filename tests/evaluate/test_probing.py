"""Probes: chosen on training rows alone, judged as they say, kept when they are cut short."""

import numpy as np
import pytest
from scipy import sparse
from sklearn.exceptions import ConvergenceWarning
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import log_loss

from linocut.core import LinocutError
from linocut.data import hold_out
from linocut.evaluate import probe, wilson_interval
from linocut.models import SoftmaxRegression
from linocut.solve import Outcome
from linocut.solve.rows import open_rows

CS = [1e-3, 1e-1, 10.0]


@pytest.fixture(scope="module")
def rows():
    rng = np.random.default_rng(0)
    means = rng.normal(size=(4, 12))
    y = rng.integers(4, size=700)
    X = (0.6 * means[y] + rng.normal(size=(700, 12))).astype(np.float32)
    names = np.array(["ant", "bee", "cat", "dog"])[y]
    return X[:500], names[:500], X[500:], names[500:]


@pytest.fixture(scope="module")
def found(rows):
    X, y, X_test, y_test = rows
    return probe((X, y), (X_test, y_test), Cs=CS, tol=1e-8)


def test_a_probe_has_the_accuracies_of_fits_on_the_same_rows(rows, found):
    X, y, X_test, y_test = rows
    positions = np.unique(y, return_inverse=True)[1]
    fit, held = hold_out(positions)
    for i, C in enumerate(CS):
        part = SoftmaxRegression(C, tol=1e-10).fit(X[fit].astype(np.float64), y[fit])
        whole = SoftmaxRegression(C, tol=1e-10).fit(X.astype(np.float64), y)
        # Within the tolerance a row may lie on either side of a cut.
        held_out = (part.predict(X[held]) == y[held]).sum()
        assert abs(found.held_out.correct[i] - held_out) <= 1
        assert abs(found.test.correct[i] - (whole.predict(X_test) == y_test).sum()) <= 1
        told = log_loss(y_test, whole.predict_proba(X_test))
        assert found.test.log_loss[i] == pytest.approx(told, rel=1e-3)


def test_the_model_is_the_chosen_one_fitted_on_all_training_rows(rows, found):
    X, y, X_test, _ = rows
    theirs = LogisticRegression(C=found.chosen, tol=1e-10, max_iter=10_000).fit(X, y)
    assert found.model.predict_proba(X_test) == pytest.approx(
        theirs.predict_proba(X_test), abs=1e-3
    )
    assert found.model.provenance_.chosen == {"C": found.chosen}
    assert found.model.provenance_.gap <= 1e-8


def test_test_rows_play_no_part_in_the_choice(rows, found):
    X, y, X_test, y_test = rows
    wrong = np.roll(np.unique(y), 1)[np.searchsorted(np.unique(y), y_test)]
    misled = probe((X, y), (X_test, wrong), Cs=CS)
    assert misled.chosen == found.chosen
    assert misled.test.accuracy[misled.at] < 0.5 < found.test.accuracy[found.at]


def test_the_chosen_c_has_the_most_correct_held_out_rows_and_of_equals_the_least_loss(rows):
    X, y, *_ = rows
    found = probe((X, y), Cs=np.geomspace(1e-2, 1, 9), tol=1e-3)
    most = found.held_out.correct == found.held_out.correct.max()
    assert most[found.at]
    assert found.held_out.log_loss[found.at] == found.held_out.log_loss[most].min()


def test_folds_hold_every_row_out_once(rows):
    X, y, *_ = rows
    found = probe((X, y), Cs=CS, folds=4)
    assert found.held_out.n == len(X)
    assert found.test is None
    assert "4 folds" in found.how


def test_intervals_are_wilsons(found):
    for i, row in enumerate(found.rows()):
        low, high = wilson_interval(int(found.test.correct[i]), found.test.n)
        assert (row["test_low"], row["test_high"]) == (low, high)


def test_one_c_with_test_rows_is_fitted_once_and_needs_no_held_out_rows(rows):
    X, y, X_test, y_test = rows
    fits = []
    found = probe(
        (X, y), (X_test, y_test), Cs=[0.1], callback=lambda now: fits.append(now.fits) and None
    )
    assert set(fits) == {1}
    assert found.held_out is None
    assert found.rows()[0]["accuracy"] is None


def test_two_classes_are_judged_like_softmax_regression(rows):
    X, y, X_test, y_test = rows
    two, two_test = y < "cat", y_test < "cat"
    found = probe((X[two], y[two]), (X_test[two_test], y_test[two_test]), Cs=[0.1], tol=1e-9)
    theirs = SoftmaxRegression(0.1, tol=1e-9).fit(X[two], y[two])
    assert found.model.predict_proba(X_test) == pytest.approx(
        theirs.predict_proba(X_test), abs=1e-4
    )


def test_sparse_rows_and_sources_give_the_same_probe(rows, tmp_path):
    X, y, *_ = rows
    np.save(tmp_path / "x.npy", X)
    np.save(tmp_path / "y.npy", y)
    dense = probe((X, y), Cs=CS)
    for same in (open_rows(tmp_path / "x.npy"), tmp_path / "x.npy", (sparse.csr_matrix(X), y)):
        again = probe(same, Cs=CS)
        assert again.held_out.correct.tolist() == dense.held_out.correct.tolist()
        assert again.model.coef_ == pytest.approx(dense.model.coef_, abs=1e-2)


def test_balanced_classes_make_a_rare_class_be_found_more_often(rows):
    X, y, X_test, y_test = rows
    rare = np.flatnonzero(y == "ant")[10:]
    kept = np.setdiff1d(np.arange(len(y)), rare)
    found = [
        probe((X[kept], y[kept]), (X_test, y_test), Cs=[0.1], class_weight=weight)
        for weight in (None, "balanced")
    ]
    plain, balanced = ((each.model.predict(X_test) == "ant").sum() for each in found)
    assert balanced > plain


def stopping_at(fit):
    return lambda now: now.done >= fit


def test_a_stopped_probe_chooses_from_what_was_done(rows):
    X, y, X_test, y_test = rows
    with pytest.warns(ConvergenceWarning, match="stopped at C=10; C is chosen from the 2 of 3"):
        found = probe((X, y), (X_test, y_test), Cs=CS, callback=stopping_at(4))
    assert found.Cs.tolist() == CS[:2]
    assert found.left.tolist() == CS[2:]
    assert found.outcome is Outcome.STOPPED
    assert found.to_dict()["outcome"] == "stopped"


def test_ctrl_c_keeps_what_was_done_and_before_that_is_passed_on(rows):
    X, y, *_ = rows

    def interrupt_at(fit):
        def interrupt(now):
            if now.done == fit:
                raise KeyboardInterrupt

        return interrupt

    with pytest.warns(ConvergenceWarning, match="interrupted at C=0.1"):
        found = probe((X, y), Cs=CS, callback=interrupt_at(1))
    assert found.Cs.tolist() == [1e-3]
    assert found.model.predict(X).shape == y.shape
    with pytest.raises(KeyboardInterrupt):
        probe((X, y), Cs=CS, callback=interrupt_at(0))


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"tol": 0}, "tol=0 — a number above zero"),
        ({"folds": 1}, "folds=1 — an integer from 2 up"),
        ({"Cs": [0.0]}, "Cs="),
        ({"engine": "abacus"}, "engine='abacus' — 'threads'"),
        ({"folds": 400}, "too few for 400 folds"),
    ],
)
def test_a_parameter_out_of_range_is_one_line(rows, change, message):
    X, y, *_ = rows
    with pytest.raises(LinocutError, match=message):
        probe((X, y), **change)


def test_rows_that_do_not_fit_are_one_line(rows):
    X, y, X_test, y_test = rows
    with pytest.raises(LinocutError, match="rows of 11 features — the arrays has 12"):
        probe((X, y), (X_test[:, 1:], y_test))
    with pytest.raises(LinocutError, match="has the label 'ant', which no row of the arrays has"):
        probe((X[y != "ant"], y[y != "ant"]), (X_test, y_test))
    with pytest.raises(LinocutError, match="labels are numbers — in the arrays they are strings"):
        probe((X, y), (X_test, np.zeros(len(y_test), int)))
    with pytest.raises(LinocutError, match="has no labels"):
        probe(X)
    with pytest.raises(LinocutError, match="class ant has 1 row, too few for two parts"):
        probe((X[:2], np.array(["ant", "bee"])))


def test_a_plot_marks_the_chosen_c_and_both_sets_of_rows(found):
    figure = found.plot()
    titles = [axes.get_title(loc="left") for axes in figure.axes]
    assert titles[1].endswith("% of held-out rows correct")
    names = [text.get_text() for axes in figure.axes for text in axes.texts]
    assert sum(name.startswith("test ") for name in names) == 2
    assert sum(name.startswith("held out ") for name in names) == 2
