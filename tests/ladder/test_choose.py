"""Candidates are judged alike, whatever they are and however they differ."""

import numpy as np
from sklearn.datasets import load_digits

from linocut.ladder.choose import best_of
from linocut.models import LogisticRegression, SoftmaxRegression

X, Y = load_digits(return_X_y=True)
FIT, HELD = np.arange(200), np.arange(200, 400)


def test_a_model_that_shares_nothing_between_its_fits_is_judged_too():
    judged = best_of(
        LogisticRegression(max_iter=1000), ({"C": 0.01}, {"C": 0.1}), X / 16, Y, FIT, HELD
    )
    assert judged.accuracy > 0.8


def test_only_candidates_that_differ_in_the_penalty_alone_share_what_they_read(monkeypatch):
    given, fit = [], SoftmaxRegression.fit

    def told(self, X, y, **options):
        given.append(options.get("readings"))
        return fit(self, X, y, **options)

    monkeypatch.setattr(SoftmaxRegression, "fit", told)
    best_of(SoftmaxRegression(), ({"C": 1e-4}, {"C": 0.01}), X / 16, Y, FIT, HELD)
    assert given[0] is given[1] is not None
    some = ({"C": 1e-4}, {"C": 0.01, "class_weight": "balanced"})
    best_of(SoftmaxRegression(), some, X / 16, Y, FIT, HELD)
    assert given[2:] == [None, None]
