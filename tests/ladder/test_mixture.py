"""Views side by side on the ladder: those count that help, and each is made once."""

from dataclasses import replace

import numpy as np
import pytest
from sklearn.pipeline import FeatureUnion, Pipeline

from linocut.classifier import load_model
from linocut.data import ImagePart, load_dataset
from linocut.features import Crop, Decorrelate, Equalise, Scattering, UnitPixels
from linocut.ladder import climb, recipes
from linocut.ladder.choose import ValidationSplit
from linocut.ladder.features import transformed
from linocut.ladder.making import RungMaker
from linocut.ladder.mixture import ViewRows, choose_mixture, unions_of
from linocut.models import SoftmaxRegression

NAMES = ["views", "views-pairs"]


@pytest.fixture(scope="module")
def digits():
    dataset = load_dataset("digits")
    train = dataset.train
    few = ImagePart(train.images[:400], train.labels[:400])
    return replace(dataset, train=few)


@pytest.fixture(scope="module")
def ladder(digits):
    return climb(digits, rungs=NAMES)


def union(**weights):
    windows = {"top": Crop(0, 0, 3, 8), "bottom": Crop(4, 0, 4, 8), "corner": Crop(0, 0, 1, 1)}
    views = [
        (name, Pipeline([("crop", crop), ("pixels", UnitPixels()), ("axes", Decorrelate())]))
        for name, crop in windows.items()
    ]
    return FeatureUnion(views, transformer_weights=weights)


def chosen_of(digits, unions, labels=None):
    part = digits.train
    return choose_mixture(
        unions, lambda steps, rows: transformed(steps, part.images[rows]),
        part.labels if labels is None else labels,
        ValidationSplit.of(part, split="given", seed=0),
        SoftmaxRegression(), [{"C": 0.1}, {"C": 1.0}], seed=0,
    )  # fmt: skip


def test_views_that_help_count(digits):
    both = union(corner=0.0)
    unions = [union(bottom=0.0, top=0.0), union(corner=0.0, top=0.0), both]
    assert unions[chosen_of(digits, unions)] is both


def test_the_order_in_which_mixtures_are_named_does_not_matter(digits):
    unions = [union(corner=0.0), union(bottom=0.0), union(top=0.0)]
    assert unions[::-1][chosen_of(digits, unions[::-1])] is unions[chosen_of(digits, unions)]


def test_views_put_together_are_what_a_fitted_union_makes(digits):
    images = digits.train.images
    alone = union(top=0.5, corner=0.0).fit(images)
    rows = {name: view.transform(images) for name, view in alone.transformer_list}
    views = ViewRows(dict(alone.transformer_list), rows)
    placed = views.fitted(alone)
    made = views.side_by_side(alone)
    np.testing.assert_array_equal(made, placed.transform(images))
    kept = alone.transform(images)[:, : made.shape[1]]
    np.testing.assert_array_equal(made, kept)  # the corner, which counts nothing, comes last
    assert placed.transformer_list[2] == ("corner", "drop")


def test_only_chains_that_begin_with_views_have_unions():
    views = union()
    assert unions_of([[("views", views), ("equalise", Equalise())]]) == [views]
    assert unions_of([[("equalise", Equalise())], []]) == []


def test_a_rung_of_views_is_the_same_whether_work_was_shared_or_not(digits, ladder):
    (alone,) = climb(digits, rungs=["views-pairs"]).rungs
    together = ladder.rungs[1]
    assert alone.chosen == together.chosen
    np.testing.assert_allclose(alone.probabilities, together.probabilities, atol=1e-4)


def test_a_rung_of_views_is_kept_in_a_file_and_counts_what_is_left(digits, ladder, tmp_path):
    for rung in ladder.rungs:
        (_, kept), *_ = rung.model.compact().estimator_.steps
        names = [name for name, _ in kept.transformer_list]
        assert rung.chosen["views"] == " + ".join(names)
        loaded = load_model(rung.model.save(tmp_path / "model.linocut"))
        images = digits.test.images
        np.testing.assert_array_equal(loaded.scores(images), rung.model.scores(images))
        # Where all of them count alike, scikit-learn has no weights.
        weights = loaded.estimator.get_params()["views__transformer_weights"] or dict.fromkeys(
            names, 1.0
        )
        assert [name for name, weight in weights.items() if weight] == names
        assert rung.test.accuracy > 0.93


def test_a_set_without_ink_makes_no_dictionary_but_says_so(digits):
    blank = replace(digits, train=replace(digits.train, images=digits.train.images * 0))
    ladder = climb(blank, rungs=["nearest-mean", "views"])
    assert ladder.skipped[0].reason == "no image has ink in it — a dictionary needs some"


def test_what_one_rung_of_views_did_is_done_for_the_next(digits):
    maker = RungMaker(digits, seed=0)
    first, second = recipes(NAMES)
    assert maker.done_for(second) == 0
    rung = maker.make(first, later=(second,))
    assert 0 < maker.done_for(second) < rung.total_seconds


def test_a_trial_of_all_images_shares_its_features_with_the_rung(digits, monkeypatch):
    scattered, transform = [], Scattering.transform

    def counted(step, X):
        scattered.append(len(X))
        return transform(step, X)

    monkeypatch.setattr(Scattering, "transform", counted)
    RungMaker(digits, seed=0).make(recipes(["views"])[0])
    assert scattered.count(len(digits.train)) == 3  # strokes, seen, contrast
