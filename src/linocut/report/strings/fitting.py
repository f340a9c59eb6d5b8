"""The readers of a report: fitted on the training part, from simple to strong, and judged."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from dataclasses import replace

import numpy as np

from linocut.core import LinocutError
from linocut.lines import StringDataset, StringReader
from linocut.lines.file import ReaderContents
from linocut.lines.learning.fixed import FixedPositions
from linocut.lines.learning.ladder import TOLD, WINDOW_C
from linocut.lines.learning.sliding import fit_sliding
from linocut.lines.learning.training import Encoded, Prepared, prepare
from linocut.lines.network.neural import CTCReader
from linocut.lines.windows.preparing import Preparation, prepared
from linocut.modelfile import Provenance
from linocut.report.strings.collecting import JudgedReader, ReadImage
from linocut.report.strings.readers import judged_network, judged_reader

READERS = ("fixed-positions", "sliding", "whole-string", "ctc")
COMPARISON = "ctc"

Tell = Callable[[str], object]


def default_readers(dataset: StringDataset) -> tuple[str, ...]:
    """Return the names of all readers but the network; fixed positions need texts of one length."""
    several = len({len(text) for text in dataset.train.symbols}) > 1
    return READERS[1:3] if several else READERS[:3]


def fit_readers(
    dataset: StringDataset, names: Sequence[str], *, random_state: int = 0, tell: Tell
) -> tuple[StringReader | None, tuple[JudgedReader, ...]]:
    """Fit readers on the training part and judge them on the test part.

    Parameters
    ----------
    dataset : StringDataset
        What to learn from and to be judged on.
    names : sequence of str
        Of ``READERS``.
    random_state : int
        Of whatever is drawn.
    tell : callable
        Called with a line of text now and then.

    Returns
    -------
    reader : StringReader or None
        That of whole strings, to keep; None if it was not wanted.
    judged : tuple of JudgedReader
        Simplest first.

    Raises
    ------
    LinocutError
        If a reader does not suit the data.
    """
    if READERS[0] in names and READERS[0] not in default_readers(dataset):
        raise LinocutError(f"{READERS[0]} — {dataset.name} has texts of several lengths")
    judged: dict[str, JudgedReader] = {}
    reader = None
    if "whole-string" in names:
        began = time.perf_counter()
        reader = StringReader(random_state=random_state).fit(dataset, progress=tell)
        spent = time.perf_counter() - began
        tell("whole strings: reading the test images")
        judged["whole-string"] = judged_reader(reader, dataset, fit_seconds=spent)
    simple = [name for name in READERS[:2] if name in names]
    if simple:
        # As whole strings found best, where they were asked.
        how = reader.fitted_.preparation if reader is not None else Preparation.NONE
        lengths = [len(text) for text in dataset.train.symbols]
        ready = prepare(dataset.train.images, lengths, how)
        for name in simple:
            tell(f"{name}: fitting")
            judged[name] = (_fixed if name == READERS[0] else _sliding)(dataset, ready)
    if COMPARISON in names:
        tell("CNN + CTC: training the network")
        began = time.perf_counter()
        network = CTCReader(random_state=random_state).fit(dataset.train)
        spent = time.perf_counter() - began
        judged[COMPARISON] = judged_network(network, dataset, fit_seconds=spent)
    return reader, tuple(judged[name] for name in READERS if name in judged)


def _fixed(dataset: StringDataset, ready: Prepared) -> JudgedReader:
    encoded = Encoded.of(dataset.train.texts)
    title, told = TOLD[READERS[0]]
    began = time.perf_counter()
    model = FixedPositions.fit(ready, encoded.texts, len(encoded.symbols), C=WINDOW_C)
    fitted = time.perf_counter()
    images = [prepared(image, ready.preparation) for image in dataset.test.images]
    found, shares = model.read(ready, ready.windows.of_lines(images))
    read = time.perf_counter()
    texts = ["".join(encoded.symbols[symbol] for symbol in text) for text in found]
    return JudgedReader(
        name=READERS[0],
        short="fixed positions",
        title=title,
        description=f"{told} Convex throughout.",
        convex=True,
        validation=None,
        images=tuple(
            ReadImage(text, float(share), others=((text, float(share)),))
            for text, share in zip(texts, shares, strict=True)
        ),
        fit_seconds=fitted - began,
        read_seconds=(read - fitted) / len(texts),
        parameters=sum(np.size(each.coef_) + np.size(each.intercept_) for each in model.models),
    )


def _sliding(dataset: StringDataset, ready: Prepared) -> JudgedReader:
    encoded = Encoded.of(dataset.train.texts)
    title, told = TOLD[READERS[1]]
    began = time.perf_counter()
    fitted, _ = fit_sliding(ready, encoded.texts, len(encoded.symbols), C=WINDOW_C)
    spent = time.perf_counter() - began
    provenance = Provenance(rung=READERS[1], title=title, dataset=dataset.name)
    contents = ReaderContents(encoded.symbols, fitted, 1.0, dataset.intake, provenance)
    judged = judged_reader(StringReader.of_contents(contents), dataset, fit_seconds=spent)
    return replace(
        judged,
        short="sliding window",
        description=f"{told} Each round is convex, the rounds together are not.",
    )
