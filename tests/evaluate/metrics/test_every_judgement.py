"""What each judgement can do, on sets of every kind."""

import json

import matplotlib.pyplot as plt
import numpy as np
import pytest
from sklearn.linear_model import LogisticRegression

from linocut.evaluate import (
    ClassMetrics,
    ConfusionMatrix,
    OverallMetrics,
    PrecisionRecallCurves,
    RocCurves,
    TrainBesideTest,
    WorkedMetrics,
)
from support.drawn_predictions import drawn_predictions, predictions_of

JUDGEMENTS = [
    ClassMetrics, ConfusionMatrix, OverallMetrics, PrecisionRecallCurves, RocCurves,
    TrainBesideTest, WorkedMetrics,
]  # fmt: skip
SETS = {
    "ten classes": drawn_predictions(300, 10),
    "two classes": drawn_predictions(40, 2),
    "a class without an image": predictions_of([(0, 0), (1, 1), (0, 1), (1, 2)], 4),
    "no mistake": predictions_of([(0, 0), (1, 1)] * 5, 2),
    "nothing but mistakes": predictions_of([(0, 1), (1, 0)] * 5, 2),
    "two images": predictions_of([(0, 0), (1, 0)], 2),
    "many classes": drawn_predictions(500, 120, sharp=4),
}


def judged(judgement, predictions):
    options = {"train": predictions} if judgement is TrainBesideTest else {}
    return judgement.from_predictions(predictions, **options)


@pytest.mark.parametrize("judgement", JUDGEMENTS)
@pytest.mark.parametrize("kind", SETS)
def test_each_says_tabulates_and_serialises_itself(judgement, kind):
    found = judged(judgement, SETS[kind])
    assert found.sentence.endswith(".")
    assert "nan" not in found.sentence
    assert "nan" not in repr(found)
    assert len(found.to_frame()) == len(found.rows())
    assert json.loads(found.to_json())


@pytest.mark.parametrize("judgement", JUDGEMENTS)
@pytest.mark.parametrize("kind", ["ten classes", "a class without an image", "no mistake"])
def test_each_draws_itself_in_a_figure_and_where_one_asks(judgement, kind, tmp_path):
    found = judged(judgement, SETS[kind])
    found.plot().savefig(tmp_path / "own.png", dpi=40)
    figure, (left, right) = plt.subplots(1, 2, figsize=(9, 4))
    assert found.plot(ax=left) is figure
    assert left.has_data()
    assert not right.has_data()
    figure.savefig(tmp_path / "given.png", dpi=40)
    plt.close(figure)


@pytest.mark.parametrize("judgement", [j for j in JUDGEMENTS if j is not TrainBesideTest])
def test_each_is_made_from_an_estimator(judgement):
    rng = np.random.default_rng(0)
    X, y = rng.normal(size=(60, 2)), np.repeat(["a", "b", "c"], 20)
    X[:, 0] += np.repeat([0, 2, 4], 20)
    model = LogisticRegression().fit(X, y)
    assert judgement.from_estimator(model, X, y).sentence
