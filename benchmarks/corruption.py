"""Measure how far models of MNIST hold on corrupted images: fifteen kinds in five strengths.

    python benchmarks/corruption.py [--models FOLDER] [--images 500] [--seed 42]
    python benchmarks/corruption.py --centring

Softmax, normalised softmax, pairs and scattering are climbed with all 60,000 training images and
kept as model files in FOLDER, where the next run finds them; LeNet-5, which no model file holds, is
kept beside them as its arrays. All are judged as they are, some of them also behind linocut's
preparation of photos (`with_preparation`: ink found, scaled into a box, centred), on the same
corrupted copies of the same test images, each class with its share. Nothing is chosen here:
strengths and preparation are fixed in the library. Fitting takes about five minutes on two cores,
500 images about one.

``--centring`` tells instead what plain softmax owes to MNIST's own centring and scaling: it is
fitted and tested on images that were first moved and scaled at random.
"""

from __future__ import annotations

import argparse
import tempfile
import time
from pathlib import Path
from typing import Any

import numpy as np

from linocut.classifier import ImageClassifier
from linocut.data import ImageDataset, ImagePart, load_dataset
from linocut.evaluate import (
    Robustness,
    corruption,
    judge_robustness,
    wilson_interval,
    with_preparation,
)
from linocut.features import SizeNormalise
from linocut.ladder import climb
from linocut.models import NeuralClassifier
from linocut.report.collecting import machine

RUNGS = ("softmax", "normalise-softmax", "pca-quadratic", "deskew-quadratic", "scattering")
NETWORK = "lenet"
PREPARED_TOO = ("softmax", "deskew-quadratic", "scattering", NETWORK)
PREPARED = " + preparation"
COMPARED = ("shift", "scale")


class SharedPreparation:
    """The preparation of photos, made once for all models that are shown the same images."""

    def __init__(self, step: SizeNormalise) -> None:
        self.step = step
        self.given = self.made = np.empty((0, 1, 1), np.uint8)

    def __call__(self, images: np.ndarray) -> np.ndarray:
        if images is not self.given:
            self.given, self.made = images, self.step.transform(images)
        return self.made


class Prepared:
    """A model behind a preparation that it shares with others."""

    def __init__(self, model: ImageClassifier, preparation: SharedPreparation) -> None:
        self.model, self.preparation, self.classes_ = model, preparation, model.classes_

    def scores(self, images: np.ndarray) -> np.ndarray:
        return self.model.scores(self.preparation(images))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--models", type=Path, help="folder that keeps the fitted models")
    parser.add_argument("--images", type=int, default=500, help="test images")
    parser.add_argument("--seed", type=int, default=42, help="of images and corruptions")
    parser.add_argument("--centring", action="store_true", help="what softmax owes to centring")
    arguments = parser.parse_args()
    print(machine() + "\n", flush=True)
    dataset = load_dataset("mnist")
    if arguments.centring:
        print_centring(dataset, arguments.seed)
        return
    with tempfile.TemporaryDirectory() as scratch:
        folder = arguments.models or Path(scratch)
        folder.mkdir(parents=True, exist_ok=True)
        models: dict[str, Any] = {}
        shared: SharedPreparation | None = None
        for name in (*RUNGS, NETWORK):
            models[name] = kept(name, dataset, folder)
            if name in PREPARED_TOO:
                shared = shared or SharedPreparation(with_preparation(models[name]).estimator_[0])
                models[name + PREPARED] = Prepared(models[name], shared)
    found = judge_robustness(
        models,
        dataset,
        seconds=None,
        images=arguments.images,
        shifts=False,
        random_state=arguments.seed,
    )
    print_table(found)


def kept(name: str, dataset: ImageDataset, folder: Path) -> ImageClassifier:
    """Return a model from the folder, or climb its rung and keep it there."""
    path = folder / f"{name}.{'npz' if name == NETWORK else 'linocut'}"
    if path.exists():
        return _network(path, dataset) if name == NETWORK else ImageClassifier.load(path)
    began = time.perf_counter()
    model = climb(dataset, rungs=[name]).rungs[0].model
    print(f"{name}: fitted in {time.perf_counter() - began:.0f} s", flush=True)
    if name == NETWORK:
        np.savez(path, **{k: v.numpy() for k, v in _last(model).network_.state_dict().items()})
    else:
        model.save(path)
    return model


def print_table(found: Robustness) -> None:
    """Print mean accuracies by kind and model, and how the best convex rung compares."""
    print(
        f"{found.n:,} of {found.of:,} test images, the same for all; images correctly classified, "
        f"%, mean of five strengths; {found.seconds:.0f} s\n"
    )
    print("| | " + " | ".join(found.models) + " |\n|---|" + "---|" * len(found.models))
    for row in found.table_rows():
        cells = [f"{100 * row[name]:.1f}" for name in found.models]
        print(f"| {row['corruption']} | " + " | ".join(cells) + " |")
    print()
    for name in found.models:
        print(f"{name}: {found.mean(name).percent_in_words()}")
    convex = [name for name in found.models if not name.startswith(NETWORK)]
    for prepared, network in ((False, NETWORK), (True, NETWORK), (True, NETWORK + PREPARED)):
        rivals = [name for name in convex if name.endswith(PREPARED) == prepared]
        best = max(rivals, key=lambda name: found.mean(name).value)
        gain = found.difference(best, network)
        print(f"{best} − {network}, same images: {gain.points_in_words()}")


def print_centring(dataset: ImageDataset, seed: int) -> None:
    """Fit softmax to images moved and scaled at random, and test it on such images."""
    print("Softmax fitted and tested on images that were first\n")
    print("| | fitted on them, % | fitted on MNIST, % |\n|---|---|---|")
    own = ImageClassifier().fit(dataset)
    for title, strengths in (
        ("left as they are", (0, 0)),
        ("moved by 1.1 pixels (4 % of the side) in any direction", (1, 0)),
        ("moved by 3.4 pixels (12 %)", (3, 0)),
        ("made 1.3 times as large or small", (0, 3)),
        ("both", (3, 3)),
    ):
        parts = [
            ImagePart(_without_centring(part.images, strengths, seed + at), part.labels)
            for at, part in enumerate((dataset.train, dataset.test))
        ]
        names = np.asarray(dataset.class_names)
        fitted = ImageClassifier().fit(parts[0].images, names[parts[0].labels])
        cells = []
        for model in (fitted, own):
            right = int((model.predict(parts[1].images) == names[parts[1].labels]).sum())
            low, high = wilson_interval(right, len(parts[1]))
            cells.append(f"{100 * right / len(parts[1]):.1f} ({100 * low:.1f} – {100 * high:.1f})")
        print(f"| {title} | " + " | ".join(cells) + " |", flush=True)


def _without_centring(images: np.ndarray, strengths: tuple[int, int], seed: int) -> np.ndarray:
    for kind, strength in zip(COMPARED, strengths, strict=True):
        images = corruption(kind).apply(images, strength, random_state=seed)
    return images


def _network(path: Path, dataset: ImageDataset) -> ImageClassifier:
    """Return LeNet-5 with kept weights: fitted briefly to a few images, then given the arrays."""
    import torch

    few = ImagePart(dataset.train.images[:1000], dataset.train.labels[:1000])
    names = np.asarray(dataset.class_names)[few.labels]
    model = ImageClassifier(NeuralClassifier(NETWORK, max_epochs=1)).fit(few.images, names)
    with np.load(path) as arrays:
        weights = {name: torch.from_numpy(arrays[name]) for name in arrays.files}
    _last(model).network_.load_state_dict(weights)
    return model


def _last(model: ImageClassifier) -> Any:
    fitted = model.estimator_
    return fitted[-1] if hasattr(fitted, "steps") else fitted


if __name__ == "__main__":
    main()
