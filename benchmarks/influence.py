"""Influence: linocut's and Captum's estimates against fits without the image.

    python benchmarks/influence.py [--dataset digits] [--rows N]

Softmax regression, C = 1. For the test images with the smallest margins each training image's
effect on the margin is estimated; for the largest effects the model is fitted again without the
image. Captum (``pip install captum``, with torch) computes the influence function with the whole
Hessian of the same model by automatic differentiation. Seconds are of one run, all training images
on all these test images.
"""

from __future__ import annotations

import argparse
import tempfile
import time
from pathlib import Path

import numpy as np
from scipy.stats import spearmanr
from sklearn.pipeline import make_pipeline

from linocut.data import load_dataset
from linocut.explain import Influence
from linocut.features import UnitPixels
from linocut.models import SoftmaxRegression
from linocut.report.collecting import machine

TESTS, REMOVED = 10, 10
Floats = np.ndarray


def captum_effects(X: Floats, y: Floats, new: Floats, model: SoftmaxRegression, pairs: Floats):
    import torch
    from captum.influence import NaiveInfluenceFunction

    class Linear(torch.nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.linear = torch.nn.Linear(X.shape[1], len(model.coef_)).double()

        def forward(self, x):
            return self.linear(x)

    def margin(scores, labels):
        a, b = pairs.T
        return scores[range(len(scores)), a] - scores[range(len(scores)), b]

    net = Linear()
    net.linear.weight.data = torch.tensor(model.coef_)
    net.linear.bias.data = torch.tensor(model.intercept_)
    data = torch.utils.data.TensorDataset(torch.tensor(X), torch.tensor(y))
    with tempfile.TemporaryDirectory() as folder:
        file = str(Path(folder) / "model.pt")
        torch.save(net.state_dict(), file)
        found = NaiveInfluenceFunction(
            net, data, file, loss_fn=torch.nn.CrossEntropyLoss(reduction="none"),
            test_loss_fn=margin, batch_size=500, projection_dim=X.shape[1] * 10 + 10,
            hessian_reg=1 / model.C, hessian_inverse_tol=0.0,
        )  # fmt: skip
        return found.influence((torch.tensor(new), torch.tensor(pairs[:, 0]))).numpy().T


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--dataset", default="digits")
    parser.add_argument("--rows", type=int, default=None, help="only the first training images")
    arguments = parser.parse_args()
    dataset = load_dataset(arguments.dataset)
    train = dataset.train.take(np.arange(len(dataset.train))[: arguments.rows])
    images, labels = train.images, train.labels
    pipeline = make_pipeline(UnitPixels(), SoftmaxRegression(tol=1e-10)).fit(images, labels)
    scores = pipeline.decision_function(dataset.test.images)
    order = np.argsort(-scores, axis=1)[:, :2]
    rows = np.arange(len(scores))
    margins = scores[rows, order[:, 0]] - scores[rows, order[:, 1]]
    tests = np.argsort(margins)[:TESTS]
    X, new = (
        pipeline[0].transform(part).astype(np.float64)
        for part in (images, dataset.test.images[tests])
    )
    estimates = {}
    began = time.perf_counter()
    influence = Influence(pipeline, images, labels)
    ours = np.stack(
        [influence.on(dataset.test.images[t], order[t, 0], order[t, 1]) for t in tests], axis=1
    )
    estimates["linocut, ranking"] = time.perf_counter() - began, ours
    removed = np.unique(np.argsort(-np.abs(ours), axis=0)[:REMOVED].ravel())[: 4 * REMOVED]

    def effects(weights) -> Floats:
        W, b = weights
        change = new @ (W - pipeline[-1].coef_).T + b - pipeline[-1].intercept_
        at = np.arange(TESTS)
        return change[at, order[tests, 0]] - change[at, order[tests, 1]]

    began = time.perf_counter()
    with_leverages = np.full_like(ours, np.nan)
    with_leverages[removed] = [effects(influence.without(int(i))) for i in removed]
    seconds = time.perf_counter() - began
    estimates["linocut, with leverages (those removed only)"] = seconds, with_leverages
    try:
        began = time.perf_counter()
        found = captum_effects(X, labels, new, pipeline[-1], order[tests])
        estimates["Captum NaiveInfluenceFunction"] = time.perf_counter() - began, found
    except ImportError:
        print("Captum is not installed")
    except (RuntimeError, MemoryError) as error:
        print(f"Captum failed: {str(error).splitlines()[0]}")
    true = np.stack([effects(influence.refitted(int(i))) for i in removed])
    print(f"{machine()}; {arguments.dataset}, {len(images):,} images, {len(removed)} removed\n")
    print("| estimate | s | error, of the effect | rank correlation |\n|---|---|---|---|")
    for name, (seconds, found) in estimates.items():
        mine = found[removed]
        error = np.linalg.norm(mine - true) / np.linalg.norm(true)
        rank = spearmanr(mine.ravel(), true.ravel()).statistic
        print(f"| {name} | {seconds:.2f} | {error:.1%} | {rank:.4f} |")


if __name__ == "__main__":
    main()
