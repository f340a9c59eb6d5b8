"""What images are made of: principal components, and the atoms of a patch dictionary."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from linocut.data import ImageDataset
from linocut.features import PatchDictionary, PrincipalComponents, UnitPixels
from linocut.ladder.studies.inputs import PENALTIES
from linocut.ladder.studies.study import Bench, Study, Variant

KEPT = (5, 10, 30, 100)
NOISE = 0.35  # standard deviation, of full ink
ATOMS = 160
COLUMNS = 10


def study_components(dataset: ImageDataset, *, seed: int = 42) -> Study:
    """Rebuild images from their first principal components, and classify what is left of them.

    Parameters
    ----------
    dataset : ImageDataset
        Only its training part is used.
    seed : int
        Of the validation rows.

    Examples
    --------
    >>> from linocut.data import load_dataset
    >>> study = study_components(load_dataset("digits"))
    >>> [variant.name for variant in study.variants]
    ['components', '5', '10', '30', 'images']
    """
    bench = Bench(dataset, seed)
    counts = _counts(bench)
    components = PrincipalComponents(max(counts)).fit(bench.images)
    Z = components.transform(bench.images)
    first = components.components_[:COLUMNS].reshape(-1, *dataset.image_shape)
    variants = [Variant("components", "The first components", first)]
    for k in counts:
        share = float(components.explained_variance_ratio_[:k].sum())
        title = f"{k} components: {100 * share:.0f} % of the variance"
        shown = _rebuilt(components, Z[bench.examples], k, dataset.image_shape)
        variants.append(bench.judged(str(k), title, shown, Z[:, :k], PENALTIES))
    pixels = UnitPixels().fit_transform(bench.images)
    title = "The images, all pixels"
    variants.append(bench.judged("images", title, bench.images[bench.examples], pixels, PENALTIES))
    heading = "What a few principal components hold"
    return bench.study("components", heading, "softmax regression", variants)


def study_denoising(dataset: ImageDataset, *, seed: int = 42) -> Study:
    """Add noise to images, remove it by their first principal components, and classify them.

    Parameters and result are those of `study_components`. The components are those of the noisy
    images, since in practice there are no others.
    """
    bench = Bench(dataset, seed)
    rng = np.random.default_rng(seed)
    noise = rng.normal(0, NOISE * 255, bench.images.shape).astype(np.float32)
    noisy = np.rint(np.clip(bench.images + noise, 0, 255)).astype(np.uint8)
    del noise
    variants = [
        bench.judged("clean", "Without noise", bench.images[bench.examples],
                     UnitPixels().fit_transform(bench.images), PENALTIES),
        bench.judged("noisy", f"With noise of {100 * NOISE:.0f} % of full ink",
                     noisy[bench.examples], UnitPixels().fit_transform(noisy), PENALTIES),
    ]  # fmt: skip
    counts = _counts(bench)
    components = PrincipalComponents(max(counts)).fit(noisy)
    Z = components.transform(noisy)
    for k in reversed(counts):
        shown = _rebuilt(components, Z[bench.examples], k, dataset.image_shape)
        title = f"Denoised by {k} components"
        variants.append(bench.judged(f"denoised-{k}", title, shown, Z[:, :k], PENALTIES))
    heading = "What denoising by principal components does"
    return bench.study("denoising", heading, "softmax regression", variants)


def _rebuilt(
    components: PrincipalComponents, Z: NDArray[Any], k: int, shape: tuple[int, ...]
) -> NDArray[Any]:
    """Rebuild images from their first k coordinates (n, at least k), none below paper."""
    few = np.where(np.arange(Z.shape[1]) < k, Z, 0)
    return np.clip(components.inverse_transform(few), 0, None).reshape(-1, *shape)


def study_patches(dataset: ImageDataset, *, seed: int = 42) -> Study:
    """Show what dictionaries of patches consist of, as k-means and as principal components.

    Parameters and result are those of `study_components`.
    """
    bench = Bench(dataset, seed)
    side = min(6, *dataset.image_shape)
    variants = []
    for method, title, atoms in (
        ("kmeans", "Atoms found by k-means, the most frequent first", ATOMS),
        ("pca", "Principal components of patches", side * side),
    ):
        dictionary = PatchDictionary(atoms, side=side, cells=1, method=method, random_state=seed)
        patches = dictionary.fit(bench.images).atoms_
        for row in range(min(4, -(-len(patches) // (2 * COLUMNS)))):
            shown = patches[2 * COLUMNS * row : 2 * COLUMNS * (row + 1)]
            variants.append(Variant(f"{method}-{row + 1}", title if row == 0 else "", shown))
    return bench.study("patches", "What patches of images look like", "", variants)


def _counts(bench: Bench) -> list[int]:
    n, height, width = bench.images.shape
    return [k for k in KEPT if k <= min(n - 1, height * width)]
