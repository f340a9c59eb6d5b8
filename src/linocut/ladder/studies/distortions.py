"""What distorted copies of the training images teach, each kind of distortion on its own."""

from __future__ import annotations

from dataclasses import asdict

import numpy as np

from linocut.data import ImageDataset
from linocut.evaluate.intervals import percent
from linocut.features import Augmentation, NormaliseMoments, PrincipalPairs
from linocut.ladder.pipelines import PAIR_PENALTIES, PIXELS, slight_distortion
from linocut.ladder.studies.study import Bench, Study

COMPONENTS = 30
TITLES = {
    "shift": "shifted by up to {:.2g} pixels",
    "rotation": "turned by up to {:.2g}°",
    "scale": "stretched by up to {:.0%}",
    "shear": "sheared by up to {:.2g}",
    "elastic": "bent by about {:.2g} pixels",
}
NOISE = 0.1


def study_distortions(dataset: ImageDataset, *, seed: int = 42) -> Study:
    """Fit pairs of principal components to images and to one distorted copy of each.

    Parameters
    ----------
    dataset : ImageDataset
        Only its training part is used.
    seed : int
        Of the validation rows and of the copies.

    Returns
    -------
    Study
        Its variants' ``changes`` tell which kinds of mistake become fewer.

    Examples
    --------
    >>> from linocut.data import load_dataset
    >>> study = study_distortions(load_dataset("digits"))
    >>> [variant.name for variant in study.variants]
    ['none', 'shift', 'rotation', 'scale', 'shear', 'elastic', 'noise', 'all']
    """
    bench = Bench(dataset, seed)
    count = min(COMPONENTS, int(np.prod(dataset.image_shape)), len(bench.images) - 1)
    variants = []
    for name, title, distortion in kinds_of_copies(dataset):
        images = bench.images
        shown = images[bench.examples]
        if distortion is not None:
            copies = distortion.copies(images, random_state=seed)
            shown = copies[bench.examples]
            images = np.concatenate([images, copies])
        normalised = NormaliseMoments(PIXELS).fit(bench.images).transform(images)
        X = PrincipalPairs(count, power=0.25, stored=False).fit_transform(normalised)
        copied = 0 if distortion is None else 1
        variants.append(bench.judged(name, title, shown, X, PAIR_PENALTIES, copies=copied))
    return bench.study(
        "distortions",
        "What distorted copies of the training images teach",
        f"softmax on pairs of {count} components of normalised images",
        variants,
    )


def kinds_of_copies(dataset: ImageDataset) -> list[tuple[str, str, Augmentation | None]]:
    """Return name, title and distortion of each kind of copy; the first is none."""
    slight = slight_distortion(dataset.train)
    amounts = {name: value for name, value in asdict(slight).items() if name in TITLES}
    kinds: list[tuple[str, str, Augmentation | None]] = [("none", "Images alone", None)]
    for name, amount in amounts.items():
        one = Augmentation(**{name: amount, "smoothness": slight.smoothness})
        kinds.append((name, f"and copies {TITLES[name].format(amount)}", one))
    kinds.append(
        ("noise", f"and copies with noise of {percent(NOISE, 0)}", Augmentation(noise=NOISE))
    )
    kinds.append(("all", "and copies with all of these but noise", slight))
    return kinds
