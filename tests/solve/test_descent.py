"""Gradient descent and SGD take the steps they are told to, and record them truly."""

from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from linocut.core import LinocutError
from linocut.core.blocks import ArrayBlocks
from linocut.solve import (
    Objective,
    Outcome,
    Sigmoids,
    Softmax,
    descend,
    largest_stable_rate,
    minimise,
)
from linocut.solve.methods.gradient_descent import batches
from support.problems import make_problem, plain_value


def objectives(found):
    return np.array([line.objective for line in found.record.progress])


@settings(max_examples=30, deadline=None)
@given(
    seed=st.integers(0, 10_000),
    share=st.floats(0.05, 0.99),
    loss=st.sampled_from([Softmax(), Sigmoids()]),
    weights=st.booleans(),
    intercept=st.booleans(),
    penalty=st.sampled_from([0.0, 0.01, 1.0]),
)
def test_below_the_stable_rate_every_step_descends(seed, share, loss, weights, intercept, penalty):
    objective = make_problem(seed, loss=loss, weights=weights, intercept=intercept, penalty=penalty)
    rate = share * largest_stable_rate(objective)
    found = descend(objective, learning_rate=rate, steps=30, every=1)
    values = objectives(found)
    assert np.all(np.diff(values) <= 1e-12 * values[:-1])
    assert values[-1] < values[0]


def tight_problem(loss):
    """Labels that no row foretells: the optimum has p = ½ all over, where the loss bends most."""
    rng = np.random.default_rng(0)
    X = rng.normal(size=(40, 4)) * [3, 1, 1, 0.5]
    X, y = np.vstack([X, X]), np.repeat([0, 1], 40)
    y[0], y[40] = 1, 1  # but for one pair, or the start would be the optimum
    return Objective(ArrayBlocks(X, np.float64, y=y), loss, 0.02, 2)


def test_below_the_stable_rate_it_converges_and_above_it_does_not(loss):
    objective = tight_problem(loss)
    limit = largest_stable_rate(objective)
    optimum = minimise(objective, tol=1e-12).point.value
    below = descend(objective, learning_rate=0.95 * limit, steps=3000)
    above = descend(objective, learning_rate=1.05 * limit, steps=3000, every=1)
    assert objectives(below)[-1] == pytest.approx(optimum, rel=1e-9)
    assert np.min(objectives(above)[-100:]) > optimum * (1 + 1e-4)


@pytest.mark.parametrize("intercept", [True, False])
def test_the_stable_rate_is_that_of_the_largest_eigenvalue(loss, intercept):
    objective = make_problem(1, loss=loss, weights=True, intercept=intercept, penalty=0.3)
    X = objective.blocks.array
    if intercept:
        X = np.column_stack([X, np.ones(len(X))])
    w = objective.blocks.weights / objective.blocks.weights.sum()
    bend = 0.5 if isinstance(loss, Softmax) else 0.25
    L = bend * np.linalg.eigvalsh((X.T * w) @ X)[-1] + 0.3
    assert 0.99 * 2 / L < largest_stable_rate(objective) <= 2 / L * (1 + 1e-9)


def test_a_full_batch_is_gradient_descent_to_the_bit(loss):
    objective = make_problem(2, loss=loss, weights=True)
    plain = descend(objective, learning_rate=0.1, steps=20)
    for size in (60, 61):
        batch = descend(objective, learning_rate=0.1, steps=20, batch_size=size, random_state=size)
        np.testing.assert_array_equal(batch.W, plain.W)
        np.testing.assert_array_equal(batch.b, plain.b)


def test_gradient_descent_is_its_formula(loss):
    objective = make_problem(3, loss=loss, weights=True)
    found = descend(objective, learning_rate=0.2, steps=5)
    W, b = np.zeros((3, 5)), np.zeros(3)
    for _ in range(5):
        point = objective.at(W, b)
        W, b = W - 0.2 * point.gradient_W, b - 0.2 * point.gradient_b
    np.testing.assert_allclose(found.W, W, rtol=1e-12, atol=1e-15)
    np.testing.assert_allclose(found.b, b, rtol=1e-12, atol=1e-15)
    assert found.record.last.objective == pytest.approx(plain_value(objective, W, b), rel=1e-12)


@pytest.mark.parametrize("weights", [False, True])
def test_the_gradients_of_an_epochs_batches_average_to_that_of_all_rows(loss, weights):
    objective = make_problem(4, loss=loss, weights=weights, penalty=0.0)
    rng = np.random.default_rng(5)
    W, b = rng.normal(size=(3, 5)), rng.normal(size=3)
    drawn = batches(objective, 12, rng)
    parts = [weight * batch.at(W, b).gradient_W for batch, weight in (next(drawn) for _ in "12345")]
    np.testing.assert_allclose(np.mean(parts, axis=0), objective.at(W, b).gradient_W, rtol=1e-12)


@settings(max_examples=30, deadline=None)
@given(n=st.integers(2, 40), data=st.data())
def test_every_row_is_read_once_before_any_is_read_again(n, data):
    size = data.draw(st.integers(1, n - 1))
    objective = make_problem(n=n, K=2)
    marked = Objective(objective.blocks.labelled(np.arange(n)), Softmax(), 0.0, n)
    drawn = batches(marked, size, np.random.default_rng(0))
    read = np.concatenate([next(drawn)[0].blocks.y for _ in range(3 * n)])
    assert len(read) == 3 * n * size
    for epoch in read[: 3 * n].reshape(3, n):
        assert sorted(epoch) == list(range(n))


def test_a_seed_gives_the_same_bits_and_another_seed_others(loss):
    objective = make_problem(6, loss=loss)

    def weights(seed):
        return descend(objective, learning_rate=0.1, steps=50, batch_size=7, random_state=seed).W

    np.testing.assert_array_equal(weights(1), weights(1))
    np.testing.assert_array_equal(weights(1), weights(np.random.default_rng(1)))
    assert np.any(weights(1) != weights(2))


def test_the_record_adds_up():
    objective = make_problem(7)
    found = descend(objective, learning_rate=0.1, steps=100, batch_size=8, every=30, random_state=0)
    lines = found.record.progress
    assert [line.step for line in lines] == [0, 30, 60, 90, 100]
    for line in lines:
        assert line.passes == pytest.approx(line.step * 8 / 60)
    assert all(before.seconds < after.seconds for before, after in pairwise(lines))
    assert lines[0].loss == pytest.approx(np.log(3))
    assert len(found.record.to_frame()) == 5
    assert found.record.to_dict()["outcome"] == "steps"


def test_steps_are_evaluated_a_few_times_for_each_tenfold():
    found = descend(make_problem(), learning_rate=0.1, steps=120)
    steps = [line.step for line in found.record.progress]
    assert steps == [0, 1, 2, 3, 5, 7, 10, 15, 20, 30, 50, 70, 100, 120]


def test_the_objective_is_weighted_and_the_loss_counts_every_row_once(loss):
    objective = make_problem(8, loss=loss, weights=True, penalty=0.2)
    found = descend(objective, learning_rate=0.05, steps=9, batch_size=5, random_state=0)
    last, W, b = found.record.last, found.W, found.b
    plain = make_problem(8, loss=loss, weights=False, penalty=0.0)
    assert last.objective == pytest.approx(plain_value(objective, W, b), rel=1e-12)
    Z = plain.blocks.array @ W.T + b
    plain_loss = plain_value(
        Objective(plain.blocks.labelled(objective.blocks.y), loss, 0.0, 3), W, b
    )
    assert last.loss == pytest.approx(plain_loss, rel=1e-12)
    assert last.accuracy == np.mean(Z.argmax(axis=1) == objective.blocks.y)


def test_rows_watched_are_judged_but_not_trained_on():
    objective, other = make_problem(9), make_problem(10)
    alone = descend(objective, learning_rate=0.1, steps=10)
    found = descend(objective, learning_rate=0.1, steps=10, watch=other.blocks)
    np.testing.assert_array_equal(found.W, alone.W)
    assert alone.record.last.test_loss is None
    last = found.record.last
    bare = Objective(other.blocks, Softmax(), 0.0, 3)
    assert last.test_loss == pytest.approx(plain_value(bare, found.W, found.b), rel=1e-12)
    right = (other.blocks.array @ found.W.T + found.b).argmax(axis=1) == other.blocks.y
    assert last.test_accuracy == right.mean()


def test_snapshots_are_the_weights_at_the_steps_chosen():
    objective = make_problem(11)
    found = descend(
        objective, learning_rate=0.1, steps=20, batch_size=9, random_state=3, keep=[20, 0, 7]
    )
    assert [shot.step for shot in found.snapshots] == [0, 7, 20]
    seven = descend(objective, learning_rate=0.1, steps=7, batch_size=9, random_state=3)
    np.testing.assert_array_equal(found.snapshots[1].W, seven.W)
    np.testing.assert_array_equal(found.snapshots[2].W, found.W)
    assert not found.snapshots[0].W.any()


def test_a_descent_goes_on_from_where_it_is_told_to():
    objective = make_problem(12)
    half = descend(objective, learning_rate=0.1, steps=10)
    whole = descend(objective, learning_rate=0.1, steps=20)
    again = descend(objective, learning_rate=0.1, steps=10, start=(half.W, half.b))
    np.testing.assert_array_equal(again.W, whole.W)


def test_without_an_intercept_it_stays_zero(loss):
    objective = make_problem(13, loss=loss, intercept=False)
    found = descend(objective, learning_rate=0.1, steps=10, batch_size=7, random_state=0)
    assert not found.b.any()


def interrupt(line):
    if line.step == 40:
        raise KeyboardInterrupt


def test_ctrl_c_keeps_the_present_weights_and_says_so():
    objective = make_problem(14)
    options = {"learning_rate": 0.1, "batch_size": 6, "random_state": 0}
    found = descend(objective, steps=100, every=20, callback=interrupt, **options)
    assert found.record.outcome is Outcome.INTERRUPTED
    assert "interrupted after step 40 of 100" in found.record.message
    np.testing.assert_array_equal(found.W, descend(objective, steps=40, **options).W)
    assert [line.step for line in found.record.progress] == [0, 20, 40]


def test_ctrl_c_between_evaluations_records_where_it_was(monkeypatch):
    objective, steps = make_problem(15), iter(range(100))

    def at(self, W, b, _at=Objective.at):
        if next(steps) == 13:
            raise KeyboardInterrupt
        return _at(self, W, b)

    monkeypatch.setattr(Objective, "at", at)
    found = descend(objective, learning_rate=0.1, steps=100, every=50)
    assert found.record.outcome is Outcome.INTERRUPTED
    assert found.record.last.step == 13
    assert found.record.last.objective == pytest.approx(plain_value(objective, found.W, found.b))


def test_a_callback_stops_the_descent():
    found = descend(
        make_problem(),
        learning_rate=0.1,
        steps=100,
        every=10,
        callback=lambda line: line.step >= 30,
    )
    assert found.record.outcome is Outcome.STOPPED
    assert found.record.last.step == 30


@pytest.mark.parametrize("rate", [1e3, 1e6, 1e300])
@pytest.mark.parametrize("batch_size", [None, 7])
def test_divergence_ends_it_and_names_the_rate_and_a_better_one(loss, rate, batch_size):
    objective = make_problem(16, loss=loss)
    found = descend(
        objective, learning_rate=rate, steps=1000, batch_size=batch_size, random_state=0
    )
    assert found.record.outcome is Outcome.DIVERGED
    assert f"{rate:g} is too high" in found.record.message
    better = float(found.record.message.split("below ")[1].split()[0])
    assert better <= largest_stable_rate(objective) < 1.1 * better
    assert np.isfinite(found.W).all()
    assert descend(objective, learning_rate=better, steps=50).record.outcome is Outcome.STEPS
    found.record.to_json()


def test_a_loss_that_ends_above_that_of_zero_weights_has_diverged():
    objective = tight_problem(Softmax())
    found = descend(objective, learning_rate=3 * largest_stable_rate(objective), steps=200)
    assert found.record.last.objective > found.record.progress[0].objective
    assert found.record.outcome is Outcome.DIVERGED
    assert found.record.last.step == 200


@pytest.mark.parametrize(
    ("wrong", "named"),
    [
        ({"learning_rate": 0}, "learning_rate=0"),
        ({"learning_rate": np.inf}, "learning_rate=inf"),
        ({"steps": 0}, "steps=0"),
        ({"steps": 1.5}, "steps=1.5"),
        ({"batch_size": 0}, "batch_size=0"),
        ({"batch_size": True}, "batch_size=True"),
        ({"every": -1}, "every=-1"),
        ({"keep": [3, 11]}, "the step 11 .* steps=10"),
        ({"start": (np.zeros((3, 4)), np.zeros(3))}, r"start of shapes \(3, 4\)"),
        ({"watch": ArrayBlocks(np.zeros((2, 4)), np.float64, np.zeros(2, int))}, r"\(2, 4\)"),
        ({"watch": ArrayBlocks(np.zeros((2, 5)), np.float64, np.array([0, 3]))}, "class 3"),
    ],
    ids=str,
)
def test_a_wrong_parameter_is_named(wrong, named):
    options = {"learning_rate": 0.1, "steps": 10} | wrong
    with pytest.raises(LinocutError, match=named) as caught:
        descend(make_problem(), **options)
    assert "\n" not in str(caught.value)
