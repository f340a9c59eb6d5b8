"""A map of the images in two principal directions, with clusters beside the classes."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray
from sklearn.cluster import KMeans
from sklearn.metrics import adjusted_rand_score

from linocut.core.blas import one_blas_thread
from linocut.data import ImageDataset
from linocut.evaluate.intervals import percent
from linocut.features import PrincipalComponents, UnitPixels
from linocut.ladder.studies.findings import Findings
from linocut.ladder.studies.trial import some_of_each
from linocut.plot import Points, Table

CLUSTERED = 5000  # images at most
DRAWN = 350
STARTS = 4
MOST = 24  # classes in the table


def study_map(dataset: ImageDataset, *, seed: int = 42) -> Findings:
    """Draw images as points in their two directions of most variance, and cluster all pixels.

    k-means is told how many classes there are, and nothing else; each cluster is called by the
    class that most of its images have. The adjusted Rand index compares clusters with classes: 1
    where they agree, 0 for chance (Hubert and Arabie, "Comparing partitions", 1985).

    Parameters
    ----------
    dataset : ImageDataset
        Only its training part is used.
    seed : int
        Of the images drawn and of the clusters' starts.

    Examples
    --------
    >>> from linocut.data import load_dataset
    >>> study = study_map(load_dataset("digits"))
    >>> sum(row["images"] for row in study.rows()) == len(load_dataset("digits").train)
    True
    """
    part, rng = dataset.train, np.random.default_rng(seed)
    rows = some_of_each(part.labels, np.arange(len(part)), CLUSTERED, rng)
    images, labels = part.images[rows], part.labels[rows]
    components = PrincipalComponents(min(2, len(rows) - 1)).fit(images)
    Z = components.transform(images)
    share = float(components.explained_variance_ratio_.sum())
    classes = np.unique(labels)
    with one_blas_thread():
        means = KMeans(len(classes), n_init=STARTS, random_state=seed)
        clusters = means.fit_predict(UnitPixels().fit_transform(images))
    counts = np.array([[np.sum((clusters == c) & (labels == k)) for k in classes]
                       for c in range(len(classes))])  # fmt: skip
    order = np.argsort(counts.argmax(axis=1), kind="stable")
    agreement = float(adjusted_rand_score(labels, clusters))
    names = [dataset.class_names[int(k)] for k in classes]
    found = tuple(_row(at, counts[c], names) for at, c in enumerate(order))
    pure = float(counts.max(axis=1).sum() / len(labels))
    worst = min(found, key=lambda row: row["share"])
    sentence = (
        f"The two directions hold {percent(share, 0)} of the variance. k-means finds "
        f"{len(classes)} clusters; {percent(pure)} of the images are in one where most are of "
        f"their own class (adjusted Rand index {agreement:.2f}, 0 is chance). The most mixed "
        f"cluster is {percent(worst['share'], 0)} “{worst['class']}” and "
        f"{percent(worst['second_share'], 0)} “{worst['second']}”."
    )
    shown = rng.permutation(len(rows))[:DRAWN]
    called = dict(zip(order.tolist(), (row["class"] for row in found), strict=True))
    return Findings(
        "map",
        dataset.name,
        "A map of the images",
        sentence,
        found,
        _charts(Z[shown], [dataset.class_names[int(k)] for k in labels[shown]],
                [called[int(c)] for c in clusters[shown]], (share, pure, agreement),
                (counts[order], names)),
        f"{len(rows):,} training images, {len(shown):,} of them drawn by lot; clusters are of all "
        "pixels, not of the two directions.",
    )  # fmt: skip


def _row(at: int, counts: NDArray[np.int64], names: list[str]) -> dict[str, Any]:
    order = np.argsort(-counts, kind="stable")
    second = int(order[1]) if len(order) > 1 else int(order[0])
    total = max(int(counts.sum()), 1)
    return {
        "cluster": at + 1,
        "images": int(counts.sum()),
        "class": names[int(order[0])],
        "share": float(counts[order[0]] / total),
        "second": names[second],
        "second_share": float(counts[second] / total),
    }


def _charts(
    Z: NDArray[Any],
    classes: list[str],
    clusters: list[str],
    figures: tuple[float, float, float],
    table: tuple[NDArray[np.int64], list[str]],
) -> tuple[Points | Table, ...]:
    share, pure, agreement = figures
    counts, names = table
    y = Z[:, 1] if Z.shape[1] > 1 else np.zeros(len(Z))
    wrong = tuple(k for k, (a, b) in enumerate(zip(classes, clusters, strict=True)) if a != b)
    points = Points(
        f"Two directions hold {percent(share, 0)} of the variance; each letter is an image's "
        "class, green where its cluster is called otherwise",
        "first principal direction",
        "second principal direction",
        Z[:, 0],
        y,
        classes,
        bold=wrong,
        small=True,
    )
    if len(names) > MOST:
        return (points,)
    return (
        points,
        Table(
            f"Images of each class in each cluster: {percent(pure, 0)} agree (adjusted Rand index "
            f"{agreement:.2f})",
            "class",
            [f"cluster {k + 1}" for k in range(len(counts))],
            names,
            np.where(counts > 0, counts, np.nan),
        ),
    )
