"""Exported C: size, time an image, and what weights of 8 bits cost.

    python benchmarks/export_c.py [--dataset mnist] [--compiler gcc]

Rungs that can be written in C are fitted on the training part, exported in floats and in 8 bits,
compiled with ``-std=c99 -O2``, and run on all test images, one at a time on one core. Datasets are
looked for in ``$LINOCUT_DATA``.
"""

from __future__ import annotations

import argparse
import statistics
import subprocess
import tempfile
from pathlib import Path

import numpy as np
from sklearn.pipeline import Pipeline

from linocut.classifier import ImageClassifier
from linocut.data import ImageDataset, load_dataset
from linocut.features import Deskew, NormaliseMoments, PrincipalPairs, UnitPixels
from linocut.modelfile import ModelContents, export_c, quantisation_loss
from linocut.models import (
    ClassMeans,
    LeastSquaresClassifier,
    OneVsRestRegression,
    SoftmaxRegression,
)
from linocut.report.collecting import machine

RUNS = 5
FLAGS = ("-std=c99", "-pedantic", "-Wall", "-Wextra", "-Werror", "-O2")

# Answers for each image of a file, over and over; prints nanoseconds an image and then the classes.
PROGRAM = """
#include <stdio.h>
#include <time.h>
#include "model.h"

static uint8_t images[IMAGES][LINOCUT_PIXELS];
static int classes[IMAGES];

int main(int count, char **paths)
{
    FILE *file = count == 2 ? fopen(paths[1], "rb") : NULL;
    if (file == NULL || fread(images, sizeof images, 1, file) != 1) {
        return 1;
    }
    fclose(file);
    for (int run = 0; run < RUNS; run++) {
        const clock_t began = clock();
        for (long i = 0; i < IMAGES; i++) {
            classes[i] = linocut_predict(images[i]);
        }
        printf("%.1f\\n", 1e9 * (double)(clock() - began) / CLOCKS_PER_SEC / IMAGES);
    }
    for (long i = 0; i < IMAGES; i++) {
        printf("%d\\n", classes[i]);
    }
    return 0;
}
"""


def rungs() -> dict[str, list[object]]:
    """Return the steps of each, with the penalties that the ladder chooses on MNIST."""

    def pixels() -> UnitPixels:
        return UnitPixels()

    def softmax(C: float) -> SoftmaxRegression:
        return SoftmaxRegression(C=C, tol=1e-3)

    def pairs(k: int) -> PrincipalPairs:
        return PrincipalPairs(k, power=0.25, stored=False)

    return {
        "nearest-mean": [pixels(), ClassMeans("nearest")],
        "least-squares": [pixels(), LeastSquaresClassifier()],
        "one-vs-rest": [pixels(), OneVsRestRegression(C=0.1, tol=1e-3)],
        "softmax": [pixels(), softmax(0.1)],
        "deskew-softmax": [Deskew(), pixels(), softmax(0.1)],
        "normalise-softmax": [NormaliseMoments(0.8), pixels(), softmax(0.3)],
        "pca-quadratic, 30": [pairs(30), softmax(0.03)],
        "pca-quadratic, 50": [pairs(50), softmax(0.03)],
        "deskew-quadratic, 50": [NormaliseMoments(0.8), pairs(50), softmax(0.03)],
    }


class Compiled:
    """An exported model as an object file and a program."""

    def __init__(self, source: Path, images: np.ndarray, compiler: str) -> None:
        folder = source.parent
        (folder / "main.c").write_text(PROGRAM)
        (folder / "model.h").write_text(
            f'#define LINOCUT_DECLARATIONS_ONLY\n#include "{source.name}"\n'
        )
        (folder / "images").write_bytes(images.tobytes())
        self.bytes = source.stat().st_size
        compiled = folder / "model.o"
        subprocess.run([compiler, *FLAGS, "-c", source, "-o", compiled], check=True)
        self.constants = constant_bytes(compiled)
        sizes = (f"-DIMAGES={len(images)}", f"-DRUNS={RUNS}")
        program = folder / "program"
        command = [compiler, *FLAGS, *sizes, folder / "main.c", compiled, "-o", program, "-lm"]
        subprocess.run(command, check=True)
        done = subprocess.run([program, folder / "images"], check=True, capture_output=True)
        lines = done.stdout.split()
        self.nanoseconds = statistics.median(map(float, lines[:RUNS]))
        self.classes = np.array(lines[RUNS:], int)


def constant_bytes(compiled: Path) -> int:
    """Return the size of the sections .rodata of an object file."""
    listed = subprocess.run(["size", "-A", compiled], check=True, capture_output=True, text=True)
    lines = (line.split() for line in listed.stdout.splitlines())
    return sum(int(line[1]) for line in lines if line and line[0].startswith(".rodata"))


def row(name: str, contents: ModelContents, dataset: ImageDataset, compiler: str) -> None:
    images, labels = dataset.test.images, dataset.test.labels
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "model.c"
        floats = Compiled(export_c(contents, path), images, compiler)
        loss = quantisation_loss(contents, images, labels)
        export_c(contents, path, quantised=True, measured=loss)
        small = Compiled(path, images, compiler)
    same = np.mean(floats.classes == contents.scores(images).argmax(axis=1))
    cells = [
        name,
        *(f"{each.bytes / 1000:.0f}" for each in (floats, small)),
        *(f"{each.constants / 1000:.1f}" for each in (floats, small)),
        *(f"{each.nanoseconds:,.0f}" for each in (floats, small)),
        *(f"{np.mean(each.classes == labels):.2%}" for each in (floats, small)),
        f"{same:.2%}",
        f"{loss.agreement:.2%}",
    ]
    print(f"| {' | '.join(cells)} |", flush=True)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--dataset", default="mnist")
    parser.add_argument("--compiler", default="gcc")
    arguments = parser.parse_args()
    dataset = load_dataset(arguments.dataset)
    print(f"{machine()}; {dataset.name}, {len(dataset.test):,} test images\n")
    columns = (
        "rung", "kB of C", "8 bits", "kB of .rodata", "8 bits", "ns an image", "8 bits",
        "test accuracy", "8 bits", "floats: same class as in Python", "8 bits: as floats",
    )  # fmt: skip
    print(f"| {' | '.join(columns)} |\n|{'---|' * len(columns)}")
    for name, steps in rungs().items():
        named = [(f"step{position}", step) for position, step in enumerate(steps)]
        contents = ImageClassifier(Pipeline(named)).fit(dataset).contents
        row(name, contents, dataset, arguments.compiler)


if __name__ == "__main__":
    main()
