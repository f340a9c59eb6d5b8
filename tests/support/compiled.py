"""Compile an exported C file, and let it answer for images."""

from __future__ import annotations

import shutil
import subprocess
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

STRICT = ("-std=c99", "-pedantic", "-Wall", "-Wextra", "-Werror", "-O2")
SANITISED = ("-g", "-fsanitize=undefined,address", "-fno-sanitize-recover=all")

# Reads images from one file and writes what `body` makes of each into another.
PROGRAM = """
#include <stdio.h>
#include "model.c"

int main(int count, char **paths)
{
    FILE *images = count == 3 ? fopen(paths[1], "rb") : NULL;
    FILE *answers = count == 3 ? fopen(paths[2], "wb") : NULL;
    uint8_t image[LINOCUT_PIXELS];
    if (images == NULL || answers == NULL) {
        return 1;
    }
    while (fread(image, 1, sizeof image, images) == sizeof image) {
        %s
    }
    fclose(images);
    return fclose(answers) ? 1 : 0;
}
"""

ANSWERS = """
        float scores[LINOCUT_CLASSES], probabilities[LINOCUT_CLASSES];
        const int32_t predicted = linocut_predict(image);
        linocut_scores(image, scores);
        linocut_probabilities(scores, probabilities);
        fwrite(scores, sizeof scores, 1, answers);
        fwrite(probabilities, sizeof probabilities, 1, answers);
        fwrite(&predicted, sizeof predicted, 1, answers);
"""

STEP = """
        uint8_t made[LINOCUT_PIXELS];
        linocut_step_1(image, made);
        fwrite(made, sizeof made, 1, answers);
"""


def compiler() -> str | None:
    return shutil.which("cc") or shutil.which("gcc")


def run(command: Iterable[object]) -> bytes:
    done = subprocess.run(list(map(str, command)), capture_output=True, check=False)
    assert done.returncode == 0, done.stderr.decode(errors="replace")
    return done.stdout


def compile_c(program: Path, *sources: Path, flags: Sequence[str] = STRICT) -> Path:
    run([compiler(), *flags, "-o", program, *sources, "-lm"])
    return program


@dataclass
class Answers:
    scores: NDArray[np.float32]
    probabilities: NDArray[np.float32]
    predicted: NDArray[np.int32]


def answers_of(
    model: Path, images: NDArray[np.uint8], classes: int, flags: Sequence[str] = STRICT
) -> Answers:
    """What a file with names that begin with linocut, called model.c, says of images."""
    raw = _made(model, images, ANSWERS, flags)
    parts = [("scores", "f4", classes), ("probabilities", "f4", classes), ("predicted", "i4")]
    found = np.frombuffer(raw, np.dtype(parts))
    assert len(found) == len(images)
    return Answers(found["scores"], found["probabilities"], found["predicted"])


def first_step_of(
    model: Path, images: NDArray[np.uint8], flags: Sequence[str] = STRICT
) -> NDArray[np.uint8]:
    """What its first step makes of images."""
    # The answers are not asked for, but their functions are there.
    return np.frombuffer(_made(model, images, STEP, flags), np.uint8).reshape(images.shape)


def _made(model: Path, images: NDArray[np.uint8], body: str, flags: Sequence[str]) -> bytes:
    assert model.name == "model.c"
    folder = model.parent
    (folder / "main.c").write_text(PROGRAM % body)
    (folder / "images").write_bytes(np.ascontiguousarray(images, np.uint8).tobytes())
    program = compile_c(folder / "program", folder / "main.c", flags=flags)
    run([program, folder / "images", folder / "answers"])
    return (folder / "answers").read_bytes()
