"""The one loop records, certifies and stops, whatever the method; Ctrl-C leaves a whole answer."""

import math
import pkgutil
from dataclasses import dataclass

import numpy as np
import pytest

import linocut.solve
from linocut.core.blocks import ArrayBlocks
from linocut.models import SoftmaxRegression
from linocut.solve import (
    Objective,
    Outcome,
    Softmax,
    descend,
    largest_l1,
    minimise,
    minimise_sparse,
)
from linocut.solve.loop import Effort, Loop, Method
from linocut.solve.methods.proximal import Hessian
from linocut.solve.methods.truncated_newton import TruncatedNewton
from support.problems import make_problem


@dataclass(frozen=True)
class ToyLine:
    x: float
    objective: float
    gap: float
    passes: float


class Halving(Method[float, ToyLine]):
    """x ← x/2, to minimise 1 + x² from x = 1; in coarse arithmetic no x below ``grain`` is reached.

    ``interrupt`` names a hook, and the call of it, in which Ctrl-C is pressed.
    """

    def __init__(self, grain=0.0, interrupt=(None, 0), patience=None):
        self.effort = Effort()
        self.grain, self.patience = grain, patience
        self.interrupt, self.calls = interrupt, []

    def call(self, name):
        self.calls.append(name)
        if self.interrupt == (name, self.calls.count(name)):
            raise KeyboardInterrupt

    def init(self):
        self.call("init")
        return 1.0

    def salvage(self):
        self.call("salvage")
        return 2.0

    def ready(self, now):
        self.call("ready")
        return now

    def step(self, now):
        self.call("step")
        self.effort.passes += 1
        return None if now / 2 < self.grain else now / 2

    def certify(self, now):
        self.call("certify")
        return ToyLine(now, 1 + now**2, now**2, self.effort.passes)

    def prove(self, now, *, stuck):
        self.call("prove")

    def sharpen(self, now):
        self.call("sharpen")
        if self.grain == 0:
            return None
        self.grain = 0.0
        return now

    def weights(self, now):
        self.call("weights")
        return np.full((1, 1), now), np.zeros(1)

    def finish(self, now):
        self.call("finish")
        return now


class Creeping(Halving):
    """Never gets anywhere."""

    def noise(self, value):
        return 1e-15 * value

    def step(self, now):
        return now

    def sharpen(self, now):
        self.grain -= 1
        return now if self.grain > 0 else None


class Proving(Halving):
    """Proves its points by other points, once they are near."""

    def prove(self, now, *, stuck):
        return 0.0 if now < 0.1 else None


class Hopeless(Halving):
    def step(self, now):
        return Outcome.DIVERGED if now < 0.3 else now / 2


def test_each_iteration_is_a_line_of_the_record_until_the_certificate_holds():
    found = Loop(Halving(), 100, tol=1e-3).run()
    assert found.outcome is Outcome.CONVERGED
    assert [line.x for line in found.lines] == [1, 1 / 2, 1 / 4, 1 / 8, 1 / 16, 1 / 32]
    assert [line.passes for line in found.lines] == [0, 1, 2, 3, 4, 5]
    assert found.point == found.lines[-1].x


def test_a_callback_sees_each_line_and_stops_the_loop():
    seen = []
    found = Loop(Halving(), 100, callback=lambda line: seen.append(line) or line.x < 0.3).run()
    assert found.outcome is Outcome.STOPPED
    assert tuple(seen) == found.lines
    assert found.point == 0.25


def test_a_certificate_that_holds_goes_before_a_callback_that_stops():
    assert Loop(Halving(), 100, tol=1, callback=bool).run().outcome is Outcome.CONVERGED


@pytest.mark.parametrize("max_iter", [0, 1, 5])
def test_no_more_iterations_than_allowed_are_taken(max_iter):
    found = Loop(Halving(), max_iter).run()
    assert found.outcome is Outcome.MAX_ITER
    assert found.point == 0.5**max_iter
    assert len(found.lines) == max_iter + 1


def test_the_weights_of_the_iterations_chosen_are_kept():
    found = Loop(Halving(), 4, keep={0, 3, 9}).run()
    assert [(shot.step, shot.W[0, 0]) for shot in found.snapshots] == [(0, 1), (3, 1 / 8)]


def test_only_iterations_that_are_due_are_recorded_and_start_and_end_always():
    seen = []
    found = Loop(Halving(), 7, callback=seen.append, due={2, 4}).run()
    assert [line.passes for line in found.lines] == [0, 2, 4, 7]
    assert tuple(seen) == found.lines


def test_arithmetic_that_allows_no_step_is_left_once_and_then_ends_it():
    method = Halving(grain=0.2)
    found = Loop(method, 100, tol=1e-3).run()
    assert found.outcome is Outcome.CONVERGED
    assert method.calls.count("sharpen") == 1
    assert [line.x for line in found.lines[:4]] == [1, 1 / 2, 1 / 4, 1 / 8]
    found = Loop(Creeping(grain=2, patience=3), 100).run()
    assert found.outcome is Outcome.PRECISION
    # Each float type is given 2 patience + 1 lines.
    assert len(found.lines) == 7 + 7


def test_a_proof_is_an_iteration_of_its_own():
    found = Loop(Proving(), 100, keep={5}).run()
    assert found.outcome is Outcome.CONVERGED
    assert [line.x for line in found.lines] == [1, 1 / 2, 1 / 4, 1 / 8, 1 / 16, 0]
    assert found.snapshots[0].W[0, 0] == 0


def test_a_method_can_end_the_loop():
    found = Loop(Hopeless(), 100, due=()).run()
    assert found.outcome is Outcome.DIVERGED
    assert [line.x for line in found.lines] == [1, 1 / 4]


def test_a_method_without_the_optional_parts_is_run():
    class Plain(Method[float, ToyLine]):
        init, salvage, weights = Halving.init, Halving.salvage, Halving.weights
        step, certify, call = Halving.step, Halving.certify, Halving.call
        __init__ = Halving.__init__

    assert Loop(Plain(), 100, tol=1e-3).run().outcome is Outcome.CONVERGED
    assert Loop(Plain(grain=0.2), 100).run().outcome is Outcome.PRECISION


@pytest.mark.parametrize(
    ("hook", "call", "x"),
    [
        ("init", 1, 2),  # what is salvaged
        ("certify", 1, 1),
        ("weights", 1, 1),
        ("ready", 2, 1 / 2),
        ("step", 1, 1),
        ("step", 3, 1 / 4),
        ("certify", 3, 1 / 4),
        ("weights", 3, 1 / 4),
        ("prove", 2, 1 / 4),
        ("sharpen", 1, 1 / 4),
        ("finish", 1, 1 / 32),
    ],
)
def test_ctrl_c_in_any_phase_leaves_the_present_point_with_its_line(hook, call, x):
    method = Halving(grain=0.2, interrupt=(hook, call))
    found = Loop(method, 100, tol=1e-3, keep=range(100)).run()
    assert found.outcome is Outcome.INTERRUPTED
    assert found.point == found.lines[-1].x == x
    assert len({line.x for line in found.lines}) == len(found.lines)


def test_ctrl_c_between_lines_records_where_it_was():
    found = Loop(Halving(interrupt=("step", 4)), 100, due=()).run()
    assert [line.x for line in found.lines] == [1, 1 / 8]


def test_ctrl_c_in_a_callback_keeps_the_line_it_was_called_with():
    def interrupt(line):
        if line.x < 0.3:
            raise KeyboardInterrupt

    found = Loop(Halving(), 100, callback=interrupt).run()
    assert found.outcome is Outcome.INTERRUPTED
    assert found.point == found.lines[-1].x == 0.25


def test_a_second_ctrl_c_is_passed_on():
    class Impatient(Halving):
        def salvage(self):
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        Loop(Impatient(interrupt=("init", 1)), 100).run()


class InterruptedPass:
    """Presses Ctrl-C as the rows are read for the n-th time."""

    def __init__(self, monkeypatch, n):
        self.left = n
        plain = ArrayBlocks.map

        def read(blocks, task, *each, merged=1):
            self.left -= 1
            if self.left == 0:
                raise KeyboardInterrupt
            return plain(blocks, task, *each, merged=merged)

        monkeypatch.setattr(ArrayBlocks, "map", read)
        scores = TruncatedNewton.read  # of rows that it holds itself

        def read_again(method, W, b):
            self.left -= 1
            if self.left == 0:
                raise KeyboardInterrupt
            return scores(method, W, b)

        monkeypatch.setattr(TruncatedNewton, "read", read_again)


def fits(objective):
    yield "dense", lambda: minimise(objective, tol=1e-8)
    l1 = 0.5 * largest_l1(objective)
    yield "sparse", lambda: minimise_sparse(objective, l1=l1, tol=1e-8)
    yield "no weights", lambda: minimise_sparse(objective, l1=3 * l1, tol=1e-8)


@pytest.mark.parametrize("which", [0, 1, 2], ids=["dense", "sparse", "no weights"])
@pytest.mark.parametrize("dtype", [np.float32, np.float64])
@pytest.mark.parametrize("penalty", [0.0, 0.01])
def test_ctrl_c_in_any_pass_leaves_a_whole_fit(loss, which, dtype, penalty, monkeypatch):
    plain = make_problem(2, d=12, loss=loss, penalty=penalty)
    X = plain.blocks.array
    X[:, :2] += plain.blocks.y[:, None]
    objective = Objective(ArrayBlocks(X, dtype, y=plain.blocks.y), loss, penalty, 3)
    _, solve = list(fits(objective))[which]
    zero = objective.at(np.zeros((3, 12)), np.zeros(3)).value
    rounding = 1e-5 if dtype == np.float32 else 1e-12
    for n in range(1, 1000):
        with monkeypatch.context() as patched:
            pressed = InterruptedPass(patched, n)
            fit = solve()
        if pressed.left > 0:
            break
        assert fit.record.outcome is Outcome.INTERRUPTED
        assert fit.record.last.objective == pytest.approx(fit.point.value, rel=rounding)
        assert fit.point.value <= zero * (1 + rounding)
        assert fit.point.W.shape == fit.point.gradient_W.shape == (3, 12)
        assert math.isinf(fit.record.last.gap) or fit.record.last.gap > 0
    assert fit.record.outcome in (Outcome.CONVERGED, Outcome.SEPARABLE)
    assert n > 2


@pytest.mark.parametrize("batch_size", [None, 20])
def test_ctrl_c_in_any_pass_of_a_descent_leaves_its_weights(batch_size, monkeypatch):
    objective = make_problem(3)
    options = {"learning_rate": 0.1, "batch_size": batch_size, "random_state": 0, "every": 2}
    for n in range(1, 1000):
        with monkeypatch.context() as patched:
            pressed = InterruptedPass(patched, n)
            found = descend(objective, steps=5, **options)
        if pressed.left > 0:
            break
        assert found.record.outcome is Outcome.INTERRUPTED
        step = found.record.last.step
        if step > 0:
            np.testing.assert_array_equal(found.W, descend(objective, steps=step, **options).W)
        else:
            assert not found.W.any()
    assert found.record.outcome is Outcome.STEPS
    assert n > 5


def many_rows(n=60_000):
    rng = np.random.default_rng(0)
    X = rng.normal(size=(n, 5)).astype(np.float32)
    y = (X[:, :3] + rng.gumbel(size=(n, 3))).argmax(axis=1)
    return Objective(ArrayBlocks(X, np.float32, y=y), Softmax(), 1 / n, 3)


def test_ctrl_c_in_the_rough_start_keeps_how_far_it_came(monkeypatch):
    objective = many_rows()
    values = []
    for n in (2, 5, 7, 9):  # readings of rows, most of them of the sample
        with monkeypatch.context() as patched:
            InterruptedPass(patched, n)
            fit = minimise(objective)
        assert fit.record.outcome is Outcome.INTERRUPTED
        assert len(fit.record.iterations) == 1
        values.append(fit.point.value)
    assert values[0] == pytest.approx(np.log(3))  # nothing better than zero was there
    assert values == sorted(values, reverse=True)
    assert values[-1] < 0.9 * values[0]


def test_an_estimator_interrupted_before_its_first_pass_says_what_it_kept(monkeypatch):
    objective = many_rows()
    X = objective.blocks.array
    with monkeypatch.context() as patched:
        InterruptedPass(patched, 2)
        with pytest.warns(UserWarning, match="interrupted.*zero if there were none yet"):
            model = SoftmaxRegression().fit(X, objective.blocks.y)
    assert not model.coef_.any()
    assert model.predict(X[:3]).shape == (3,)


def test_ctrl_c_before_the_first_pass_keeps_the_start(loss, monkeypatch):
    objective = make_problem(4, loss=loss)
    start = np.ones((3, 5)), np.zeros(3)
    solve = [minimise, lambda *rows, **options: minimise_sparse(*rows, l1=1e-3, **options)]
    for one in solve:
        with monkeypatch.context() as patched:
            InterruptedPass(patched, 1)
            fit = one(objective, start=start)
        assert fit.record.outcome is Outcome.INTERRUPTED
        np.testing.assert_array_equal(fit.point.W, start[0])


@pytest.mark.parametrize("where", ["before", "amid"])
def test_ctrl_c_while_columns_are_dropped_keeps_them_all(loss, where, monkeypatch):
    objective = make_problem(5, d=12, loss=loss, penalty=0.0)
    objective.blocks.array[:, :2] += objective.blocks.y[:, None]
    dropped = []

    def interrupt(*arguments):
        dropped.append(arguments)
        raise KeyboardInterrupt

    if where == "before":
        monkeypatch.setattr(ArrayBlocks, "columns", interrupt)
    else:
        monkeypatch.setattr(Hessian, "narrow", interrupt)
    l1 = 0.5 * largest_l1(objective)
    fit = minimise_sparse(objective, l1=l1, tol=1e-10)
    assert dropped
    assert fit.record.outcome is Outcome.INTERRUPTED
    assert fit.point.W.shape == (3, 12)
    whole = objective.at(fit.point.W, fit.point.b)
    assert fit.point.value == pytest.approx(whole.value + l1 * np.abs(fit.point.W).sum())


def test_the_same_random_state_gives_the_same_bits_as_an_integer_or_as_a_generator():
    objective = many_rows(50_000)

    def weights(random_state):
        return minimise(objective, tol=1e-3, random_state=random_state).point.W

    np.testing.assert_array_equal(weights(1), weights(np.random.default_rng(1)))
    assert np.any(weights(1) != weights(2))


def test_no_public_name_is_that_of_a_module():
    modules = pkgutil.walk_packages(linocut.solve.__path__, "linocut.solve.")
    names = {module.name.rpartition(".")[2] for module in modules}
    assert "loop" in names
    assert not names & set(linocut.solve.__all__)
