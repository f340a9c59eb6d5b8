"""Readers judged on the test part, as the page wants them."""

from __future__ import annotations

import time
from functools import partial
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from linocut.lines.data import StringDataset
from linocut.lines.explaining import glyph_evidence
from linocut.lines.judging import reading_costs
from linocut.lines.learning.learners import learner_of
from linocut.lines.reading import Reading
from linocut.plot import GlyphEvidence
from linocut.report.strings.collecting import JudgedReader, ReadImage

if TYPE_CHECKING:
    from linocut.lines import StringReader
    from linocut.lines.network.neural import CTCReader

SURE = 0.999  # from that probability on, other texts are not looked for
BEST = 5


def judged_reader(
    reader: StringReader, dataset: StringDataset, *, fit_seconds: float | None = None
) -> JudgedReader:
    """Let a `StringReader` read the test part, and find out what its mistakes cost."""
    test = dataset.test
    began = time.perf_counter()
    readings = reader.read(test)
    each = (time.perf_counter() - began) / len(test)
    costs = reading_costs(reader, test, readings)
    learner = learner_of(reader.fitted_, reader.provenance_.rung)
    return JudgedReader(
        name=learner.name,
        short=learner.short,
        title=reader.provenance_.title or learner.title,
        description=learner.description,
        convex=learner.convex,
        validation=reader.provenance_.validation_accuracy or None,
        images=tuple(
            _read(reader, image, reading, text)
            for image, reading, text in zip(test.images, readings, test.texts, strict=True)
        ),
        fit_seconds=fit_seconds,
        read_seconds=each,
        parameters=reader.n_parameters_,
        causes=tuple((name, meaning) for name, meaning, _ in costs.counts),
        cause_of=costs.cause,
        explain=partial(_evidence, reader, dataset, readings),
    )


def judged_network(
    network: CTCReader, dataset: StringDataset, *, fit_seconds: float | None = None
) -> JudgedReader:
    """Let a `CTCReader` read the test part."""
    test = dataset.test
    began = time.perf_counter()
    found = network.best_readings(test.images, BEST)
    each = (time.perf_counter() - began) / len(test)
    best = min(network.epochs_, key=lambda epoch: epoch.validation_loss, default=None)
    return JudgedReader(
        name="ctc",
        short="CNN + CTC",
        title="A convolutional and recurrent network with CTC loss",
        description=(
            "For comparison: four convolutions, a recurrent layer, and at each column a symbol or "
            "none; the loss sums over all ways to write the text. Nothing in it is convex: the "
            "result depends on its start, and it does not say where glyphs lie."
        ),
        convex=False,
        validation=None if best is None else best.validation_accuracy,
        images=tuple(ReadImage(*texts[0], others=tuple(texts)) for texts in found),
        fit_seconds=fit_seconds,
        read_seconds=each,
        parameters=network.n_parameters_,
    )


def _read(reader: StringReader, image: NDArray[np.uint8], reading: Reading, text: str) -> ReadImage:
    sure = reading.text == text and reading.probability >= SURE
    best = [reading] if sure else reader.best(image, BEST)
    if reading.text not in {each.text for each in best}:
        best = [reading, *best[:-1]]
    best.sort(key=lambda each: each.text != reading.text)  # what was read comes first
    return ReadImage(
        reading.text,
        reading.probability,
        tuple((float(start), float(stop)) for start, stop in reading.cuts),
        tuple((each.text, each.probability) for each in best),
    )


def _evidence(
    reader: StringReader, dataset: StringDataset, readings: list[Reading], row: int
) -> tuple[GlyphEvidence, ...]:
    return glyph_evidence(reader, dataset.test.images[row], readings[row])
