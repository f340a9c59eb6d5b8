"""What estimates are made of: a few images, and the shapes of matrices."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from sklearn.base import BaseEstimator, TransformerMixin
from sklearn.pipeline import Pipeline, make_union

from linocut.data import ImageDataset, ImagePart, load_dataset
from linocut.features import Decorrelate, Equalise, Scattering, UnitPixels
from linocut.ladder import Estimates, recipes
from linocut.ladder.estimating import SAMPLE
from linocut.ladder.pace import Pace, Work
from linocut.ladder.recipe import PREPARE, Candidates
from linocut.ladder.trials import rows_of_preparations
from linocut.ladder.work import axes_of, counted, network
from linocut.models import SoftmaxRegression

PACE = Pace(products=2e-11, narrow=5e-11, cubes=3e-10, calls=1e-4, cores=2)


def many(n, side=12, n_classes=10):
    rng = np.random.default_rng(0)
    labels = np.arange(n) % n_classes
    images = rng.integers(0, 256, (n, side, side)).astype(np.uint8)
    part = ImagePart(images, labels)
    return ImageDataset("random", tuple(map(str, range(n_classes))), part, part.take(labels[:20]))


def on(make):
    """A recipe of a pipeline that `make` returns."""
    (softmax,) = recipes(["softmax"])
    return replace(softmax, name="mine", pipeline=lambda part: Pipeline(make()))


@pytest.fixture(scope="module")
def names():
    return [recipe.name for recipe in recipes() if recipe.extra is None]


def test_more_rows_are_estimated_to_take_longer(names):
    few, more = (Estimates(many(n), PACE) for n in (100, 1600))
    for recipe in recipes(names):
        assert 0 < few.seconds(recipe) < more.seconds(recipe), recipe.name


def test_a_slower_machine_is_estimated_to_take_longer():
    slow = Pace(*(10 * value for value in (2e-11, 5e-11, 3e-10, 1e-4)), cores=2)
    (softmax,) = recipes(["softmax"])
    digits = load_dataset("digits")
    assert Estimates(digits, slow).seconds(softmax) > 5 * Estimates(digits, PACE).seconds(softmax)


class Watched(TransformerMixin, BaseEstimator):
    """Notes how many rows it was given; unknown to linocut."""

    seen: list[int] = []  # noqa: RUF012  # shared by its clones

    def fit(self, X, y=None):
        self.seen.append(len(X))
        return self

    def transform(self, X):
        self.seen.append(len(X))
        return np.asarray(X, np.float32).reshape(len(X), -1)


def test_steps_are_run_on_a_few_images_once_whatever_the_number_of_rungs():
    Watched.seen.clear()
    recipe = on(lambda: [("watched", Watched()), ("softmax", SoftmaxRegression())])
    estimates = Estimates(many(500), PACE)
    assert estimates.seconds(recipe) > 0
    assert sum(Watched.seen) <= 2 * SAMPLE + 1
    before = len(Watched.seen)
    estimates.seconds(replace(recipe, name="other"))
    assert len(Watched.seen) == before


def test_large_images_are_measured_on_fewer():
    Watched.seen.clear()
    recipe = on(lambda: [("watched", Watched()), ("softmax", SoftmaxRegression())])
    Estimates(many(40, side=128), PACE).seconds(recipe)
    assert max(Watched.seen) == 10


def test_steps_inside_unions_and_pipelines_are_counted():
    def views():
        one = Pipeline([("scattering", Scattering(1, 4)), ("axes", Decorrelate())])
        other = Pipeline([("pixels", UnitPixels()), ("axes", Decorrelate())])
        return [("views", make_union(one, other)), ("axes", Decorrelate()),
                ("equalise", Equalise()), ("softmax", SoftmaxRegression())]  # fmt: skip

    work = Estimates(many(300), PACE).work(on(views))
    assert work.seconds > 0  # the scattering
    least = axes_of(300, 144).cubes + 2 * axes_of(300, 100).cubes
    assert work.cubes > least


@pytest.mark.parametrize("n,d", [(300, 70_000), (70_000, 300), (50_000, 60_000)])
def test_what_is_decomposed_is_the_smaller_side(n, d):
    assert axes_of(n, d).cubes <= min(n, d, 4096) ** 3
    assert counted(Decorrelate(), n, d).width < min(n, d)


def test_a_rung_that_cannot_be_made_is_no_time():
    def fail():
        raise ValueError("no")

    assert Estimates(many(30), PACE).seconds(on(fail)) < 1


def test_work_adds_up():
    a, b = Work(1, 2, 3, 4, 5), Work(calls=1)
    assert a + b == Work(1, 2, 3, 4, 6)
    assert PACE.seconds(2 * a) == pytest.approx(2 * PACE.seconds(a))


@pytest.mark.parametrize("name", ["scattering", "views"])
def test_what_a_trial_decides_on_is_counted_as_a_trial_and_one_candidate(name):
    (recipe,) = recipes([name])
    dataset = many(40_000, side=8)
    estimates = Estimates(dataset, PACE)
    candidates = Candidates.of(recipe, dataset.train)
    alone = replace(
        recipe,
        grid=lambda part: {
            name: values[:1] if name in (PREPARE, "views__transformer_weights") else values
            for name, values in recipe.grid(part).items()
        },
    )
    made = PACE.seconds(estimates.work(alone))
    whole = PACE.seconds(estimates.work(recipe))
    assert len(candidates.features) > 2
    assert made < whole < 2 * made  # eleven mixtures in full would be several times as much


def test_a_trial_takes_no_longer_for_many_more_rows():
    assert rows_of_preparations(20_000, 4000) == rows_of_preparations(60_000, 12_000)


class _Network(BaseEstimator):
    """A network whose fit takes a second, and half of one a step, on a clock of its own."""

    now = 0.0

    def __init__(self, kind="lenet", max_epochs=100, patience=3, batch_size=100, held_out=0.1):
        self.kind, self.max_epochs, self.patience = kind, max_epochs, patience
        self.batch_size, self.held_out = batch_size, held_out

    def fit(self, X, y):
        _Network.now += 1 + 0.5 * self.max_epochs * np.ceil(0.9 * len(X) / 100)


@pytest.mark.parametrize(
    ("kind", "side", "epochs"), [("lenet", 28, 20), ("mlp", 28, 10), ("mlp", 14, 20)]
)
def test_a_network_is_counted_by_its_steps(kind, side, epochs):
    images, labels = np.zeros((200, side, side), np.uint8), np.zeros(200)
    work = network(_Network(kind), images, labels, 1000, lambda: _Network.now)
    once = 1 + 0.5 * 2  # with an epoch of two steps
    assert work.seconds == pytest.approx(once + 0.5 * 9 * epochs)


def test_a_network_that_stops_earlier_is_not_counted_further():
    images, labels = np.zeros((200, 28, 28), np.uint8), np.zeros(200)
    work = network(_Network(max_epochs=4), images, labels, 1000, lambda: _Network.now)
    assert work.seconds == pytest.approx(2 + 0.5 * 9 * 4)
