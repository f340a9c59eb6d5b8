"""Whether an exported model answers as the model does, how large its file is, and how fast it is.

    python benchmarks/export.py [--dataset mnist] [--rows 10000] [--rungs scattering,patches]

Each linear rung of the ladder is fitted on the first training images, with its pipeline as it is
before anything is chosen; its accuracy does not matter here. All test images then go through the
model itself and through ONNX Runtime, on one thread, in batches of 100 and one at a time. Datasets
are looked for in ``$LINOCUT_DATA``.
"""

from __future__ import annotations

import argparse
import tempfile
import time
from pathlib import Path
from typing import Any

import numpy as np
import onnx
import onnxruntime

from linocut.classifier import ImageClassifier
from linocut.data import ImageDataset, ImagePart, load_dataset
from linocut.ladder import RECIPES
from linocut.modelfile import export_onnx
from linocut.report.collecting import machine

BATCH = 100
ALONE = 500  # images that are timed one at a time


RUNGS = {recipe.name: recipe for recipe in RECIPES if recipe.linear}


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
    part = ImagePart(dataset.train.images[:rows], dataset.train.labels[:rows])
    model = ImageClassifier(RUNGS[name].pipeline(part))
    contents = model.fit(part.images, part.labels).contents
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
