"""Whether an exported model answers as the model does, how large its file is, and how fast it is.

    python benchmarks/export.py [--dataset mnist] [--rows 10000] [--rungs scattering,patches]

Each linear rung of the ladder is fitted on the first training images, with hyper-parameters near
those that are chosen there; its accuracy does not matter here. All test images then go through the
model itself and through ONNX Runtime, on one thread, in batches of 100 and one at a time. Datasets
are looked for in ``$LINOCUT_DATA``.
"""

from __future__ import annotations

import argparse
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import onnx
import onnxruntime
from sklearn.kernel_approximation import RBFSampler
from sklearn.pipeline import make_pipeline

from linocut.classifier import ImageClassifier
from linocut.data import ImageDataset, load_dataset
from linocut.features import (
    ConvolutionBank,
    Decorrelate,
    Deskew,
    Equalise,
    LeadingPairs,
    NormaliseMoments,
    PatchDictionary,
    PrincipalPairs,
    RandomUnits,
    Scattering,
    UnitPixels,
)
from linocut.modelfile import export_onnx
from linocut.models import (
    ClassMeans,
    LeastSquaresClassifier,
    OneVsRestRegression,
    SoftmaxRegression,
)
from linocut.report.collecting import machine

PIXELS, STROKES = 0.8, 0.4  # strengths of the normalisation on the ladder
BATCH = 100
ALONE = 500  # images that are timed one at a time


def softmax(C: float) -> SoftmaxRegression:
    return SoftmaxRegression(C=C, tol=1e-3)


def equalised() -> tuple[Any, ...]:
    return Decorrelate(0.9995), Equalise(0.3)


def scattering() -> tuple[Any, ...]:
    return NormaliseMoments(STROKES), Scattering(3, root=True), *equalised()


RUNGS: dict[str, Callable[[], tuple[Any, ...]]] = {
    "nearest-mean": lambda: (UnitPixels(), ClassMeans("nearest")),
    "least-squares": lambda: (UnitPixels(), LeastSquaresClassifier()),
    "one-vs-rest": lambda: (UnitPixels(), OneVsRestRegression(C=0.1, tol=1e-3)),
    "softmax": lambda: (UnitPixels(), softmax(0.1)),
    "deskew-softmax": lambda: (Deskew(), UnitPixels(), softmax(0.1)),
    "normalise-softmax": lambda: (NormaliseMoments(PIXELS), UnitPixels(), softmax(0.1)),
    "pca-quadratic": lambda: (PrincipalPairs(50, power=0.25, stored=False), softmax(0.03)),
    "deskew-quadratic": lambda: (
        NormaliseMoments(PIXELS),
        PrincipalPairs(50, power=0.25, stored=False),
        softmax(0.03),
    ),
    "fourier": lambda: (
        NormaliseMoments(PIXELS),
        UnitPixels(),
        RBFSampler(gamma="scale", n_components=1000, random_state=0),
        Equalise(0.0),
        softmax(1.0),
    ),
    "patches": lambda: (
        NormaliseMoments(STROKES),
        PatchDictionary(160, side=6, cells=4),
        *equalised(),
        softmax(0.1),
    ),
    "random-layer": lambda: (
        NormaliseMoments(STROKES),
        ConvolutionBank(7, cells=7),
        *equalised(),
        RandomUnits(4000),
        LeastSquaresClassifier(alpha=10.0, dtype="float32"),
    ),
    "scattering": lambda: (*scattering(), softmax(0.1)),
    "scattering-pairs": lambda: (*scattering(), LeadingPairs(60, size=0.5), softmax(0.1)),
}


def session_of(path: Path) -> onnxruntime.InferenceSession:
    onnx.checker.check_model(onnx.load(path), full_check=True)
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = 1
    return onnxruntime.InferenceSession(path, options, providers=["CPUExecutionProvider"])


def answers(session: Any, images: Any, at_once: int) -> tuple[float, list[Any]]:
    """Return milliseconds an image; labels, probabilities and scores of all."""
    began = time.perf_counter()
    parts = [
        session.run(None, {"image": images[start : start + at_once]})
        for start in range(0, len(images), at_once)
    ]
    seconds = time.perf_counter() - began
    return 1000 * seconds / len(images), [np.concatenate(each) for each in zip(*parts, strict=True)]


def measured(name: str, dataset: ImageDataset, rows: int, folder: Path) -> str:
    images, labels = dataset.train.images[:rows], dataset.train.labels[:rows]
    contents = ImageClassifier(make_pipeline(*RUNGS[name]())).fit(images, labels).contents
    path = export_onnx(contents, folder / f"{name}.onnx")
    session, test = session_of(path), dataset.test.images
    many, (label, probabilities, _) = answers(session, test, BATCH)
    alone, (_, of_one, _) = answers(session, test[:ALONE], 1)
    expected = contents.scores(test)
    same = 100 * float(np.mean(label == expected.argmax(axis=1)))
    difference = np.abs(probabilities - contents.probabilities(expected)).max()
    by_batch = np.abs(of_one - probabilities[: len(of_one)]).max()
    return (
        f"| {name} | {same:.2f} % | {difference:.0e} | {by_batch:.0e} | "
        f"{path.stat().st_size / 1e3:,.0f} kB | {many:.2f} ms | {alone:.2f} ms |"
    )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--dataset", default="mnist")
    parser.add_argument("--rows", type=int, default=10_000, help="training images")
    parser.add_argument("--rungs", default=",".join(RUNGS), help="names, with commas between")
    given = parser.parse_args()
    dataset = load_dataset(given.dataset)
    print(f"{machine()}; ONNX Runtime {onnxruntime.__version__}, one thread\n")
    print(
        f"| rung | same class, {len(dataset.test):,} images | largest difference of probabilities "
        f"| one image or {BATCH} | file | image, of {BATCH} | image, alone |"
    )
    print("|---|---|---|---|---|---|---|")
    with tempfile.TemporaryDirectory() as folder:
        for name in given.rungs.split(","):
            print(measured(name, dataset, given.rows, Path(folder)), flush=True)


if __name__ == "__main__":
    main()
