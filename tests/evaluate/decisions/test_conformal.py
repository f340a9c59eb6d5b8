"""Sets of classes: coverage on simulated images, and every set where images are few."""

import numpy as np
import pytest

from linocut.core import LinocutError
from linocut.evaluate import ConformalCoverage, ConformalSets, Predictions

KINDS = {
    "lac": {},
    "aps": {"method": "aps"},
    "randomised": {"method": "aps", "randomised": True},
    "regularised": {"method": "aps", "penalty": 0.05, "free": 2},
    "by class": {"conditional": True},
    "by class, randomised": {"conditional": True, "method": "aps", "randomised": True},
}


def simulated(rng, n, K=5):
    P = rng.dirichlet(np.full(K, 0.3), n)
    labels = (P.cumsum(axis=1) < rng.random((n, 1))).sum(axis=1).clip(0, K - 1)
    return Predictions.from_arrays(labels, P)


@pytest.mark.parametrize("options", KINDS.values(), ids=KINDS)
def test_sets_hold_the_true_class_as_often_as_promised(options):
    rng = np.random.default_rng(0)
    shares = []
    for _ in range(60):
        rule = ConformalSets.calibrate(simulated(rng, 200), alpha=0.1, random_state=rng, **options)
        found = ConformalCoverage.from_predictions(
            simulated(rng, 1000), rule=rule, random_state=rng
        )
        shares.append(found.coverage)
    mean, error = np.mean(shares), np.std(shares) / np.sqrt(len(shares))
    assert mean > 0.9 - 4 * error
    # Of distinct scores at most 1 / (n + 1) too many, of each class's about 40 images.
    if options.get("randomised") or not options:
        assert mean < 0.9 + 1 / (30 if options.get("conditional") else 201) + 4 * error


def test_by_class_each_class_is_covered():
    rng = np.random.default_rng(1)
    covered = np.zeros(5)
    support = np.zeros(5)
    for _ in range(30):
        rule = ConformalSets.calibrate(simulated(rng, 400), alpha=0.2, conditional=True)
        found = ConformalCoverage.from_predictions(simulated(rng, 1000), rule=rule)
        covered += found.covered
        support += found.support
    assert (covered / support > 0.78).all()


def test_the_limit_is_the_right_order_statistic():
    P = np.linspace(0.05, 0.95, 19)
    known = Predictions.from_arrays(np.zeros(19, int), np.column_stack([P, 1 - P]))
    rule = ConformalSets.calibrate(known, alpha=0.1)  # the 18th smallest of 19
    np.testing.assert_allclose(rule.limits, 0.9, atol=1e-6)


def test_aps_counts_the_probability_up_to_the_class():
    rule = ConformalSets(("a", "b", "c"), 0.1, "aps", False, np.zeros(3), 0.5, 1, False, 1)
    scores = rule.scores([[0.2, 0.7, 0.1]]) + 1
    np.testing.assert_allclose(scores, [[0.9 + 0.5, 0.7, 1.0 + 1.0]])


def test_certain_images_are_told_apart_where_sums_would_be_1():
    rule = ConformalSets(("a", "b"), 0.1, "aps", False, np.zeros(2), 0.0, 1, False, 1)
    scores = rule.scores([[1 - 1e-17, 1e-17], [1 - 1e-18, 1e-18]])
    assert scores[0, 0] < scores[1, 0] < 0


def test_few_images_make_sets_of_all_classes():
    rng = np.random.default_rng(0)
    rule = ConformalSets.calibrate(simulated(rng, 15), alpha=0.05)
    assert rule.sets(simulated(rng, 10).probabilities).all()
    assert "every set holds all classes" in rule.sentence
    found = ConformalCoverage.from_predictions(simulated(rng, 10), rule=rule)
    assert (found.coverage, found.mean_size) == (1.0, 5.0)
    assert "every set holds all classes" in found.sentence


def test_a_class_without_images_is_in_every_set():
    known = Predictions.from_arrays([0] * 30, np.tile([0.9, 0.1], (30, 1)))
    rule = ConformalSets.calibrate(known, alpha=0.1, conditional=True)
    assert rule.unlimited == ("1",)
    assert "1 class has too few images" in rule.sentence


@pytest.mark.parametrize(
    ("options", "said"),
    [
        ({"alpha": 0}, "alpha=0"),
        ({"method": "raps"}, "method='raps'"),
        ({"penalty": -1.0, "method": "aps"}, "penalty=-1.0"),
        ({"randomised": True}, "go with method='aps'"),
    ],
)
def test_what_cannot_be_is_refused(options, said):
    with pytest.raises(LinocutError, match=said):
        ConformalSets.calibrate(simulated(np.random.default_rng(0), 20), **options)


def test_sets_are_of_their_own_classes():
    rng = np.random.default_rng(0)
    rule = ConformalSets.calibrate(simulated(rng, 50))
    with pytest.raises(LinocutError, match="the sets are of 5 classes"):
        rule.sets(np.ones((2, 3)))
    with pytest.raises(LinocutError, match="of other classes"):
        ConformalCoverage.from_predictions(simulated(rng, 50, K=3), rule=rule)
    with pytest.raises(LinocutError, match="rule is missing"):
        ConformalCoverage.from_predictions(simulated(rng, 50))
