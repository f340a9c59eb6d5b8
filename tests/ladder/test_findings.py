"""Studies that measure: their figures are counted, their sentences say them, and they draw."""

import json
import math

import numpy as np
import pytest
from scipy.stats import norm
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import average_precision_score

from linocut.core import LinocutError
from linocut.data import ImageDataset, ImagePart, load_dataset
from linocut.evaluate import wilson_interval
from linocut.features import UnitPixels
from linocut.ladder.studies import STUDIES, Findings, Study
from linocut.ladder.studies.trial import Trial, some_of_each
from linocut.models import SoftmaxRegression

QUICK = 400  # training images of the small set on which every study is tried


def part_of(digits, rows, class_names=None):
    train = digits.train.take(np.asarray(rows))
    return ImageDataset("some digits", class_names or digits.class_names, train, digits.test)


@pytest.fixture(scope="module")
def digits():
    return load_dataset("digits")


@pytest.fixture(scope="module")
def few(digits):
    return part_of(digits, np.arange(QUICK))


@pytest.fixture(scope="module")
def findings(few):
    """Each study of the small set, made once."""
    made = {}

    def of(name):
        if name not in made:
            made[name] = STUDIES[name](few)
        return made[name]

    return of


MEASURED = [
    "thresholds", "solvers", "test-size", "train-size", "penalty", "augmentation", "steps",
    "doubled", "likelihood", "odds", "prior", "ink", "colour-maps", "map", "products", "worked",
]  # fmt: skip


@pytest.mark.parametrize("name", MEASURED)
def test_a_study_is_a_sentence_a_table_and_a_figure(findings, name):
    found = findings(name)
    assert isinstance(found, Findings)
    assert not isinstance(found, Study)
    assert found.name == name
    assert found.sentence.endswith(".")
    assert json.loads(found.to_json())["rows"] == json.loads(json.dumps(found.to_dict()["rows"]))
    figure = found.plot()
    figure.canvas.draw()
    told = [text.get_text() for text in figure.findobj(lambda o: hasattr(o, "get_text"))]
    if name != "worked":  # whose figure has six titles of its own
        assert any(found.heading in text for text in told)
    assert found.table


@pytest.mark.parametrize("name", sorted({*MEASURED} - {"test-size", "solvers", "augmentation"}))
def test_no_study_but_that_of_the_test_reads_a_test_image(few, findings, name):
    rng = np.random.default_rng(0)
    noise = rng.integers(0, 256, few.test.images.shape).astype(np.uint8)
    other = ImageDataset(few.name, few.class_names, few.train, ImagePart(noise, few.test.labels))
    assert STUDIES[name](other).sentence == findings(name).sentence


def test_thresholds_count_what_scikit_learn_counts(few, findings):
    trial = Trial.of(few, 42)
    P = trial.probabilities(trial.chosen.model)
    for k, row in enumerate(findings("thresholds").rows()):
        mine = trial.held_labels == k
        assert row["images"] == mine.sum()
        assert row["misread"] == pytest.approx(np.mean(P[mine].argmax(axis=1) != k))
        expected = average_precision_score(mine, P[:, k])
        assert row["average_precision"] == pytest.approx(expected)
        yes = P[:, k] > row["threshold_at_99_recall"] * (1 - 1e-12)
        yes |= np.isclose(P[:, k], row["threshold_at_99_recall"])
        assert (yes & mine).sum() >= 0.99 * mine.sum()
        assert (yes & mine).sum() / yes.sum() == pytest.approx(row["precision_at_99_recall"])
        alarms, missed = (P[:, k] > 1 / 6) & ~mine, (P[:, k] <= 1 / 6) & mine
        cost = 1000 * (5 * missed.sum() + alarms.sum()) / len(mine)
        assert row["cost_at_price_5"] == pytest.approx(cost)


def test_the_gap_of_a_solver_is_that_of_its_objective(few, findings):
    rows = [row for row in findings("solvers").rows() if row["scale"] == "unit"]
    ours = next(row for row in rows if row["solver"] == "linocut")
    assert 0 <= ours["gap"] <= 1e-6
    by_limit = [row["gap"] for row in rows if row["solver"] == "gradient descent"]
    assert by_limit == sorted(by_limit, reverse=True)
    assert by_limit[-1] > ours["gap"]
    theirs = [row for row in rows if "L-BFGS" in row["solver"]]
    assert theirs[0]["iterations"] == 10
    trial = Trial.of(few, 42)
    C = trial.inverse_penalty
    model = LogisticRegression(C=C, max_iter=1000).fit(
        trial.pixels.astype(np.float64), trial.labels
    )
    accuracy = model.score(trial.held_pixels, trial.held_labels)
    assert theirs[-1]["accuracy"] == pytest.approx(accuracy, abs=0.02)


def test_a_test_of_some_size_implies_its_wilson_interval(findings):
    rows = findings("test-size").rows()
    for row in rows:
        low, high = wilson_interval(round(row["accuracy"] * row["test_images"]), row["test_images"])
        assert (row["low"], row["high"]) == (low, high)
        assert row["lowest"] <= row["accuracy"] <= row["highest"]
    widths = [row["half_width"] for row in rows]
    assert widths == sorted(widths, reverse=True)
    assert len({row["train_images"] + row["test_images"] for row in rows}) == 1


def test_the_test_is_resized_also_where_a_set_has_a_test_part(few, findings):
    rows = findings("test-size").rows()
    total = len(few.train) + len(few.test)
    assert rows[0]["train_images"] + rows[0]["test_images"] == total


def test_too_few_images_are_not_split(digits):
    tiny = ImageDataset(
        "tiny", ("0", "1"), digits.train.take(np.flatnonzero(digits.train.labels < 2)[:8]),
        digits.test.take(np.flatnonzero(digits.test.labels < 2)[:4]),
    )  # fmt: skip
    with pytest.raises(LinocutError, match="at least 20"):
        STUDIES["test-size"](tiny)


def test_more_training_images_are_better_and_all_of_them_are_the_last(few, findings):
    rows = findings("train-size").rows()
    assert rows[-1]["images"] == len(Trial.of(few, 42).fit)
    assert rows[0]["accuracy"] < rows[-1]["accuracy"] <= rows[-1]["high"]


def test_a_lasso_drops_weights_and_a_ridge_none_that_sees_ink(findings):
    rows = findings("penalty").rows()
    for ridge, net, lasso in zip(
        *([row for row in rows if row["penalty"] == name] for name in
          ("ridge", "elastic net", "lasso")), strict=True,
    ):  # fmt: skip
        assert ridge["C"] == net["C"] == lasso["C"]
        assert lasso["nonzero"] <= net["nonzero"] <= ridge["nonzero"]
    (free,) = (row for row in rows if row["penalty"] == "none")
    assert math.isinf(free["C"])


def test_mistakes_between_two_classes_are_counted_both_ways(few, findings):
    first, *others = findings("augmentation").rows()
    pairs = [name for name in first if " and " in name]
    assert pairs
    assert all(first[name] > 0 for name in pairs)
    n = len(Trial.of(few, 42).validation)
    for row in (first, *others):
        assert sum(row[name] for name in pairs) <= round((1 - row["accuracy"]) * n)


def test_what_a_stopped_fit_lost_and_gained_adds_up(few, findings):
    n = len(Trial.of(few, 42).validation)
    for row in findings("steps").rows():
        difference = (row["accuracy"] - row["at_the_optimum"]) * n
        assert row["gained"] - row["lost"] == pytest.approx(difference, abs=1e-6)


@pytest.mark.parametrize("name", sorted({*MEASURED} - {"augmentation", "test-size"}))
def test_two_classes_are_enough(digits, name):
    rows = np.flatnonzero(digits.train.labels < 2)[:120]
    two = ImageDataset("two", ("0", "1"), digits.train.take(rows),
                       digits.test.take(np.flatnonzero(digits.test.labels < 2)))  # fmt: skip
    STUDIES[name](two).plot().canvas.draw()


def test_doubling_changes_no_decision_and_makes_probabilities_sharper(findings):
    rows = findings("doubled").rows()
    assert {row["changed"] for row in rows} == {0}
    sure = [row["mean_probability"] for row in rows]
    assert sure == sorted(sure)


def test_the_likelihood_is_highest_near_the_fit_and_flat_where_no_ink_is(few, findings):
    first, *_, last = findings("likelihood").rows()
    assert abs(first["best_weight_alone"] - first["weight"]) < 0.5
    assert last["drop_at_1"] < first["drop_at_1"]
    trial = Trial.of(few, 42)
    j = first["row"] * few.image_shape[1] + first["column"]
    ink = np.count_nonzero(trial.pixels[:, j])
    assert ink > np.count_nonzero(
        trial.pixels[:, last["row"] * few.image_shape[1] + last["column"]]
    )


def test_the_penalty_is_the_gaussian_prior_of_the_weights(few, findings):
    trial = Trial.of(few, 42)
    row = findings("prior").rows()[4]
    C, n = row["C"], len(trial.labels)
    model = SoftmaxRegression(C, tol=1e-8).fit(trial.pixels, trial.labels)
    posterior = row["minus_log_likelihood"] + row["penalty"]
    assert posterior == pytest.approx(n * model.objective_, rel=1e-3)
    density = norm.logpdf(model.coef_, scale=np.sqrt(C)).sum()
    constant = norm.logpdf(0, scale=np.sqrt(C)) * model.coef_.size
    assert constant - density == pytest.approx(row["penalty"], rel=0.02)


def test_odds_are_the_exponential_of_the_logit(findings):
    for row in findings("odds").rows():
        assert row["odds"] == pytest.approx(np.exp(row["logit"]))
        assert row["low"] <= row["share"] <= row["high"]


def test_a_grey_figure_read_back_is_the_image_and_jet_is_not(findings):
    rows = {row["map"]: row for row in findings("colour-maps").rows()}
    assert rows["gray"]["accuracy_read_back"] == rows["gray"]["accuracy_of_the_numbers"]
    assert rows["jet"]["accuracy_read_back"] < rows["gray"]["accuracy_read_back"] - 0.1
    assert rows["gray"]["greys"] == 256
    assert rows["jet"]["greys"] < 200


def test_means_of_ink_are_those_of_the_images(few, findings):
    for k, row in enumerate(findings("ink").rows()):
        mine = few.train.images[few.train.labels == k]
        assert row["ink"] == pytest.approx(mine.mean() / 255, rel=1e-5)
        assert row["ink_low"] < row["ink"] < row["ink_high"]


@pytest.mark.parametrize("name", ["test-size", "augmentation", "thresholds", "map"])
def test_many_classes_with_few_images_are_studied(name):
    rng = np.random.default_rng(0)
    middles = rng.integers(0, 256, (40, 6, 6))

    def part(each):
        y = np.repeat(np.arange(40), each)
        noisy = np.clip(middles[y] + rng.normal(0, 40, (len(y), 6, 6)), 0, 255)
        return ImagePart(noisy.astype(np.uint8), y)

    many = ImageDataset("many", tuple(f"class {k}" for k in range(40)), part(5), part(1))
    STUDIES[name](many).plot().canvas.draw()


def test_a_draw_holds_each_class():
    labels = np.repeat([0, 1, 2], [500, 30, 2])
    drawn = some_of_each(labels, np.arange(len(labels)), 50, np.random.default_rng(0))
    assert set(labels[drawn]) == {0, 1, 2}
    assert np.all(np.diff(drawn) > 0)


def test_a_trial_scales_pixels_alone(few):
    trial = Trial.of(few, 42, 100)
    expected = UnitPixels().fit_transform(few.train.images[trial.fit])
    np.testing.assert_array_equal(trial.pixels, expected)
    assert not set(trial.fit) & set(trial.validation)
