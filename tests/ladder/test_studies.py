"""Studies judge by validation rows, and their images are what the models see."""

import json

import numpy as np
import pytest

from linocut.data import ImageDataset, ImagePart, load_dataset
from linocut.features import Scaling
from linocut.ladder.studies import STUDIES, study_distortions, study_scalings


@pytest.fixture(scope="module")
def digits():
    return load_dataset("digits")


COMPARED = ["geometry", "scaling", "components", "denoising", "patches", "distortions"]


@pytest.mark.parametrize("name", COMPARED)
def test_every_study_draws_itself_and_says_what_it_found(digits, name):
    study = STUDIES[name](digits)
    assert study.name == name
    figure = study.plot()
    told = " ".join(text.get_text() for text in figure.findobj(lambda o: hasattr(o, "get_text")))
    assert study.heading in told
    found = json.loads(study.to_json())
    assert [row["variant"] for row in found["variants"]] == [v.name for v in study.variants]
    judged = [v for v in study.variants if v.accuracy is not None]
    for variant in judged:
        assert 0.6 < variant.accuracy <= 1
    if judged:
        assert f"{100 * max(v.accuracy for v in judged):.2f} %" in study.sentence


def test_ways_that_chance_may_have_put_in_their_order_are_not_ranked(digits):
    study = STUDIES["scaling"](digits)
    best = max(study.variants, key=lambda variant: variant.accuracy)
    assert f"“{best.title}” has {best.told()}" in study.sentence
    low, high = best.interval
    assert low < best.accuracy < high
    assert f"({100 * low:.2f}–{100 * high:.2f})" in best.told()
    # "none" and "unit" differ by a constant alone.
    assert "no difference" in study.sentence
    assert "worst" not in study.sentence


def test_no_study_reads_a_test_image(digits):
    rng = np.random.default_rng(0)
    noise = rng.integers(0, 256, digits.test.images.shape).astype(np.uint8)
    other = ImageDataset("digits", digits.class_names, digits.train,
                         ImagePart(noise, digits.test.labels))  # fmt: skip
    for name in ("scaling", "distortions"):
        here, there = STUDIES[name](digits), STUDIES[name](other)
        assert [v.accuracy for v in here.variants] == [v.accuracy for v in there.variants]


def test_scaling_by_a_constant_changes_nothing_and_binarising_loses_something(digits):
    found = {variant.name: variant for variant in study_scalings(digits).variants}
    assert found["none"].accuracy == pytest.approx(found["unit"].accuracy, abs=0.005)
    assert found["binarise"].accuracy < found["unit"].accuracy
    shown = found["standardise"].images
    X = Scaling("standardise").fit_transform(digits.train.images)
    assert any(np.allclose(shown[0].ravel(), row, atol=1e-5) for row in X)


def test_changes_are_counted_against_the_first_variant(digits):
    first, *others = study_distortions(digits).variants
    assert first.changes == ()
    for variant in others:
        for change in variant.changes:
            assert change.before != change.after
            assert change.true != change.predicted
