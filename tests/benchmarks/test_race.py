from importlib.util import find_spec

import numpy as np
import pytest
from threadpoolctl import threadpool_limits

from benchmarks.race.__main__ import main
from benchmarks.race.contenders import CONTENDERS
from benchmarks.race.contenders.clusters import SOLVERS as CLUSTERS
from benchmarks.race.measure import Limits, run_task
from benchmarks.race.plot import plot_race
from benchmarks.race.results import Mark, Race, first_to, least_seconds
from benchmarks.race.table import write_race
from benchmarks.race.task import Weights
from benchmarks.race.tasks import TASKS, make_task

OURS, LBFGS = CONTENDERS[0], next(each for each in CONTENDERS if "lbfgs" in each.name)
MODULES = {
    "cyanure": "cyanure", "scikit-learn-intelex": "sklearnex", "skglm": "skglm", "torch": "torch"
}  # fmt: skip


def race_of(task, limits):
    race = Race({"threads": "2"}, {each.name: each.version for each in (OURS, LBFGS)})
    run_task(race, task, [OURS, LBFGS], limits, np.random.default_rng(0), lambda line: None)
    return race


def installed(contender):
    if contender in CLUSTERS:  # their processes would outlive a test
        return False
    return find_spec(MODULES.get(contender.package, "sklearn")) is not None


@pytest.fixture(autouse=True)
def one_thread():
    # The small tasks gain nothing from threads, which wait for each other on a busy machine.
    with threadpool_limits(1):
        yield


@pytest.mark.parametrize("name", TASKS)
def test_the_small_form_of_each_task_gives_a_table_a_plot_and_a_proven_optimum(name):
    race = race_of(make_task(name, small=True), Limits(repeats=2, stride=5))
    (task,) = race.tasks
    assert set(race.contenders(task)) == {"linocut", LBFGS.name}
    assert not [each for each in race.absences if not each.partly]
    text = write_race(race)
    assert "| **linocut** |" in text
    assert f"| {LBFGS.name} |" in text
    assert len(plot_race(race).axes) == 1
    for optimum in task.optima:
        assert optimum.value <= optimum.lower * (1 + 2e-7)
        values = [run.value for run in race.runs if task.exact or run.dtype == optimum.dtype]
        assert all(value >= optimum.lower * (1 - 1e-9) for value in values)


@pytest.mark.parametrize(
    "contender", list(filter(installed, CONTENDERS)), ids=lambda each: each.name
)
@pytest.mark.filterwarnings("ignore::sklearn.exceptions.ConvergenceWarning")
def test_every_contender_that_is_installed_solves_the_same_problem(contender):
    task = make_task("mnist", small=True)
    if contender.refusal(task, 60):
        task = make_task("mnist-ovr", small=True)
    weights = contender.fit(task, dict(contender.ladder[7].options))
    optimum = task.bounds(OURS.reference(task, np.dtype(np.float64))).value
    assert optimum * (1 - 1e-9) <= task.value(weights) < optimum * 1.02


def test_the_objective_of_bytes_and_of_their_floats_is_the_same():
    task = make_task("mnist", small=True)
    weights = OURS.fit(task, {"tol": 1e-8})
    X = task.features(np.float64).X
    scores = X @ weights.W.T + weights.b
    cross_entropy = np.logaddexp.reduce(scores, axis=1) - scores[np.arange(len(task.y)), task.y]
    by_hand = cross_entropy.mean() + (weights.W**2).sum() / (2 * task.C * len(task.y))
    assert task.value(weights) == pytest.approx(by_hand, rel=1e-12)


def test_a_contender_that_fails_is_listed_with_its_reason():
    class Broken(type(OURS)):
        def fit(self, task, options):
            raise MemoryError("too much")

    race = Race({}, {"linocut": "1", "broken": "1"})
    limits, rng = Limits(repeats=1, stride=6), np.random.default_rng(0)
    racers = [OURS, Broken("broken", OURS.ladder)]
    run_task(race, make_task("text", small=True), racers, limits, rng, lambda line: None)
    assert "broken (failed: MemoryError: too much)" in write_race(race)


def test_weights_that_are_not_finite_are_a_failure():
    class Diverged(type(OURS)):
        def fit(self, task, options):
            weights = super().fit(task, options)
            return Weights(weights.W * np.nan, weights.b, weights.features)

    race = Race({}, {"linocut": "1", "diverged": "1"})
    limits, rng = Limits(repeats=1, stride=6), np.random.default_rng(0)
    task = make_task("text", small=True)
    run_task(race, task, [OURS, Diverged("diverged", OURS.ladder)], limits, rng, lambda line: None)
    assert "not finite" in write_race(race)


def test_a_setting_that_is_foreseen_to_take_too_long_is_not_run():
    race = race_of(make_task("tall", small=True), Limits(repeats=1, seconds=0.0))
    assert {run.step for run in race.runs} == {0}
    assert "not run from" in write_race(race)


def test_the_seconds_to_a_distance_lie_between_the_settings_around_it():
    curve = [Mark("a", 1.0, 1e-2, None, 1), Mark("b", 4.0, 1e-4, None, 1)]
    assert first_to(curve, 1e-3).setting == "b"
    assert least_seconds(curve, 1e-3) == pytest.approx(2.0)
    assert least_seconds(curve, 1e-2) == 1.0
    assert first_to(curve, 1e-5) is None
    assert np.isinf(least_seconds(curve, 1e-5))


def test_a_race_that_was_kept_shows_the_same_table(tmp_path, capsys):
    kept, picture = tmp_path / "race.json", tmp_path / "race.png"
    usual = ["--small", "--tasks", "text", "--contenders", "saga", "--repeats", "1"]
    assert main([*usual, "--stride", "6", "-o", str(kept)]) == 0
    first = capsys.readouterr().out
    assert main(["--show", str(kept), "--plot", str(picture)]) == 0
    assert capsys.readouterr().out == first
    assert picture.stat().st_size > 10_000
