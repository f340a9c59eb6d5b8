"""Wrong labels: flipped on purpose, and found again by linocut and by cleanlab.

    pip install cleanlab==2.9.0
    python benchmarks/label_errors.py [--dataset mnist] [--rows N] [--rates 0.01 0.05 0.1 0.2]
    python benchmarks/label_errors.py --clean-learning     # only its seconds, of one rate

A share of the training labels is flipped, to any other class or to the one that the class is most
often taken for. Softmax regression on pixels is fitted in the same folds for both. linocut's
seconds are those of its folds, its model of label noise and, where it takes one, its second look;
cleanlab's are those of the same folds and its own functions. ``--clean-learning`` times
cleanlab as its users call it: ``CleanLearning`` with scikit-learn's ``LogisticRegression``, as many
folds. A label is flagged by linocut if it is more likely wrong than right, by cleanlab if
``find_label_issues`` says so; missed are the flipped ones that are not flagged.
"""

from __future__ import annotations

import argparse
import os
import time
from collections.abc import Callable
from typing import Any

import numpy as np
from scipy.special import softmax
from sklearn.metrics import average_precision_score

from linocut.data import load_dataset
from linocut.evaluate.labels import Folds, look
from linocut.models import SoftmaxRegression
from linocut.report.collecting import machine

C = 0.01 / 255**2  # for bytes: stronger than is best without noise
FOLDS, SEED = 4, 0
RATES = (0.01, 0.05, 0.1, 0.2)
METHODS = ("self_confidence", "normalized_margin", "confidence_weighted_entropy")
Labels = np.ndarray


def confusable(images: np.ndarray, labels: Labels, n_classes: int) -> Labels:
    """Return the class that each class is most often taken for, by a fit on a tenth of the rows."""
    few = np.arange(0, len(labels), 10 if len(labels) > 10_000 else 1)
    scores = SoftmaxRegression(C, tol=1e-2).fit(images[few], labels[few]).scores(images)
    scores[np.arange(len(labels)), labels] = -np.inf
    taken = np.zeros((n_classes, n_classes))
    np.add.at(taken, (labels, scores.argmax(axis=1)), 1)
    return taken.argmax(axis=1)


def flipped(labels: Labels, rate: float, towards: Labels | None, n_classes: int) -> Labels:
    """Return labels of which so many are wrong: of any other class, or of that of ``towards``."""
    rng = np.random.default_rng(SEED)
    rows = rng.choice(len(labels), round(rate * len(labels)), replace=False)
    made = labels.copy()
    if towards is None:
        made[rows] = (labels[rows] + rng.integers(1, n_classes, len(rows))) % n_classes
    else:
        made[rows] = towards[labels[rows]]
    return made


def timed(function: Callable[[], Any]) -> tuple[Any, float]:
    began = time.perf_counter()
    return function(), time.perf_counter() - began


def line(name: str, wrong: np.ndarray, scores: Any, flags: Any, seconds: float) -> str:
    first = np.argsort(-scores, kind="stable")
    count = int(wrong.sum())
    cells = [
        f"{average_precision_score(wrong, scores):.4f}",
        *(f"{wrong[first[:k]].mean():.3f}" for k in (100, count)),
        "" if flags is None else f"{(wrong & ~flags).sum():,}",
        "" if flags is None else f"{(~wrong & flags).sum():,}",
        f"{seconds:.1f}",
    ]
    return f"| {name} | {' | '.join(cells)} |"


def compare(images: np.ndarray, true: Labels, given: Labels, n_classes: int) -> list[str]:
    from cleanlab.filter import find_label_issues
    from cleanlab.rank import get_label_quality_scores

    wrong = given != true

    def folds() -> Folds:
        model = SoftmaxRegression(C)
        return Folds(model, images, images[:0], n_classes, folds=FOLDS, random_state=SEED)

    def ours() -> Any:
        looked = look(folds(), given)
        return looked, looked.noise.judge(looked.found.train, given)

    (looked, verdicts), seconds = timed(ours)
    lines = [line("linocut", wrong, verdicts.log_odds, verdicts.wrong > 0.5, seconds)]
    found, of_folds = timed(lambda: folds().scores(given))
    P = softmax(found.train, axis=1)
    flags, of_issues = timed(lambda: find_label_issues(given, P))
    for method in METHODS:
        quality, of_method = timed(lambda m=method: get_label_quality_scores(given, P, method=m))
        told = flags if method == METHODS[0] else None
        all_of = of_folds + of_method + (of_issues if told is not None else 0.0)
        lines.append(line(f"cleanlab, {method}", wrong, -quality, told, all_of))
    expected = verdicts.wrong.sum()
    lines.append(f"{looked.rounds} rounds; {expected:,.0f} expected, {wrong.sum():,} flipped")
    return lines


def clean_learning(images: np.ndarray, true: Labels, given: Labels) -> str:
    from cleanlab.classification import CleanLearning
    from sklearn.linear_model import LogisticRegression

    rows = images.reshape(len(images), -1) / np.float32(255)
    cleaner = CleanLearning(LogisticRegression(), cv_n_folds=FOLDS, seed=SEED)
    issues, seconds = timed(lambda: cleaner.find_label_issues(rows, given))
    flags = issues["is_label_issue"].to_numpy()
    return line("CleanLearning", given != true, -issues["label_quality"].to_numpy(), flags, seconds)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.split("\n\n")[0])
    parser.add_argument("--dataset", default="mnist")
    parser.add_argument("--rows", type=int)
    parser.add_argument("--rates", type=float, nargs="+", default=RATES)
    parser.add_argument("--clean-learning", action="store_true")
    options = parser.parse_args()
    dataset = load_dataset(options.dataset)
    images, labels, K = dataset.train.images, dataset.train.labels, dataset.n_classes
    if options.dataset == "digits":  # all 1,797: no test part is needed here
        images, labels = dataset.images, dataset.labels
    images, labels = images[: options.rows], labels[: options.rows]
    print(f"{dataset.name}, {len(labels):,} images; {machine()}; load {os.getloadavg()[0]:.1f}")
    if options.clean_learning:
        given = flipped(labels, options.rates[0], None, K)
        print(f"{options.rates[0]:.0%}, uniform", clean_learning(images, labels, given), sep="\n")
        return
    taken_for = confusable(images, labels, K)
    print("| | average precision | precision at 100 | at the number flipped | missed "
          "| flagged though right | seconds |\n|---|---|---|---|---|---|---|")  # fmt: skip
    for kind, towards in (("uniform", None), ("confusable", taken_for)):
        for rate in options.rates:
            given = flipped(labels, rate, towards, K)
            print(f"**{rate:.0%}, {kind}**", *compare(images, labels, given, K), sep="\n")
            print(end="", flush=True)


if __name__ == "__main__":
    main()
