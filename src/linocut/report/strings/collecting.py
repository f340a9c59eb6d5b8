"""Gather what a page about strings shows: the data, every reader, the shown images."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date

import numpy as np
from numpy.typing import NDArray

from linocut._version import __version__
from linocut.evaluate.intervals import Estimate
from linocut.lines.data import StringDataset, Strings, symbols_of
from linocut.lines.judging import NOTHING, StringEvaluation, judge_texts
from linocut.plot import GlyphEvidence
from linocut.report.collecting import machine
from linocut.report.document import FORMAT
from linocut.report.packing import pack
from linocut.report.sprites import size_of, sprite
from linocut.report.stacks import Stacks
from linocut.report.strings import wording
from linocut.report.strings.document import (
    CausePage,
    GlyphPage,
    ReaderPage,
    ReadingPage,
    RiskPage,
    Share,
    StringImages,
    StringsData,
    StringsDocument,
)

IMAGE_BUDGET = 4_000_000  # bytes of the page for images
EVIDENCE_BUDGET = 2_500_000
EXPLAINED = 40  # images of each reader, misread ones first
TEXTS = 5  # of each image
THRESHOLDS = 200  # points of a risk-coverage curve


@dataclass(frozen=True)
class ReadImage:
    """What was read in one image.

    Attributes
    ----------
    text : str
    probability : float
    cuts : tuple of (float, float)
        Where each glyph starts and ends, pixels; empty if that is not known.
    others : tuple of (str, float)
        The most probable texts, the one that was read first.
    """

    text: str
    probability: float
    cuts: tuple[tuple[float, float], ...] = ()
    others: tuple[tuple[str, float], ...] = ()


@dataclass(frozen=True)
class JudgedReader:
    """One model that reads strings, with what it read in each test image.

    Attributes
    ----------
    name, short, title, description : str
        As of a rung.
    convex : bool
        Whether each of its fits has one optimum.
    validation : float or None
        Share of validation images read wholly.
    images : tuple of ReadImage
        One a test image.
    fit_seconds : float or None
        None for a model from a file.
    read_seconds : float
        Of reading one image.
    parameters : int
    causes : tuple of (str, str)
        What a misread image can be lost by, and what that means.
    cause_of : int array, shape (n,), or None
        The place of each misread image's cause; −1 where there is none.
    explain : callable or None
        Evidence for each glyph that was read in a test image.
    """

    name: str
    short: str
    title: str
    description: str
    convex: bool
    validation: float | None
    images: tuple[ReadImage, ...]
    fit_seconds: float | None
    read_seconds: float
    parameters: int
    causes: tuple[tuple[str, str], ...] = ()
    cause_of: NDArray[np.intp] | None = None
    explain: Callable[[int], Sequence[GlyphEvidence]] | None = None

    def evaluation(self, test: Strings) -> StringEvaluation:
        """Return how well it reads the test part."""
        return judge_texts(
            test.texts,
            [image.text for image in self.images],
            [image.probability for image in self.images],
        )


def collect_strings(
    dataset: StringDataset,
    readers: Sequence[JudgedReader],
    *,
    recommended: str,
    command: str,
    evidence: str = "",
    image_budget: int = IMAGE_BUDGET,
) -> StringsDocument:
    """Gather everything that the page shows.

    Parameters
    ----------
    dataset : StringDataset
        What the readers learned from and were judged on.
    readers : sequence of JudgedReader
        Simplest first.
    recommended : str
        Name of the one that the validation images chose.
    command : str
        What makes this report again.
    evidence : str
        A sentence on what evidence is, and whether it is exact.
    image_budget : int
        Bytes of the page for images. If not all fit, misread ones go first.
    """
    test = dataset.test
    judged = [reader.evaluation(test) for reader in readers]
    main = next(k for k, reader in enumerate(readers) if reader.name == recommended)
    order = _line_up(main, judged)
    rows, shown = _choose(test, order, image_budget)
    stacks = Stacks(EVIDENCE_BUDGET, exact=False)
    pages = {}
    # Of the recommended reader first: the budget may end before the others.
    for k in sorted(range(len(readers)), key=lambda k: k != main):
        pages[k] = _reader_page(readers[k], judged[k], test, rows, stacks)
    best = max(range(len(readers)), key=lambda k: judged[k].whole.value)
    return StringsDocument(
        format=FORMAT,
        kind="strings",
        version=__version__,
        created=date.today().isoformat(),
        command=command,
        machine=machine(),
        dataset=_data(dataset),
        shown=shown,
        readers=tuple(pages[k] for k in range(len(readers))),
        best=readers[best].name,
        recommended=recommended,
        stacks=tuple(stacks.held),
        text={
            "headline": wording.headline(readers[main], judged[main]),
            "readers": wording.comparison(readers, judged, main),
            "evidence": evidence,
        },
    )


def _data(dataset: StringDataset) -> StringsData:
    images = (*dataset.train.images, *dataset.test.images)
    widths = [image.shape[1] for image in images]
    lengths = [len(text) for text in (*dataset.train.symbols, *dataset.test.symbols)]
    return StringsData(
        name=dataset.name,
        source=dataset.source,
        notes=tuple(dataset.notes),
        symbols=dataset.symbols,
        height=dataset.train.height,
        widths=(min(widths), max(widths)),
        lengths=(min(lengths), max(lengths)),
        train_rows=len(dataset.train),
        test_rows=len(dataset.test),
    )


def _line_up(main: int, judged: Sequence[StringEvaluation]) -> NDArray[np.intp]:
    """Return all rows of the test part: those that the main reader misreads, others misread, rest.

    Within each kind the least certain come first.
    """
    own = ~judged[main].right
    others = np.any([~each.right for each in judged], axis=0)
    P = judged[main].probabilities
    assert P is not None
    return np.lexsort((P, ~others, ~own))


def _choose(
    test: Strings, order: NDArray[np.intp], budget: int
) -> tuple[NDArray[np.intp], StringImages]:
    """Return the rows whose images fit, in the order of the test part, and those images."""
    m = len(order)
    while True:
        rows = np.sort(order[:m])
        made = sprite(_tiles([test.images[row] for row in rows]))
        size = size_of(made)
        if size <= budget or m == 1:
            break
        m = max(1, min(m - 1, int(0.97 * m * budget / size)))
    return rows, StringImages(
        sprite=made,
        rows=tuple(map(int, rows)),
        widths=tuple(test.images[row].shape[1] for row in rows),
        texts=tuple(test.texts[row] for row in rows),
        names=tuple(test.names[row] for row in rows),
    )


def _tiles(images: Sequence[NDArray[np.uint8]]) -> NDArray[np.uint8]:
    widest = max(image.shape[1] for image in images)
    tiles = np.zeros((len(images), images[0].shape[0], widest), np.uint8)
    for tile, image in zip(tiles, images, strict=True):
        tile[:, : image.shape[1]] = image
    return tiles


def _reader_page(
    reader: JudgedReader,
    judged: StringEvaluation,
    test: Strings,
    rows: NDArray[np.intp],
    stacks: Stacks,
) -> ReaderPage:
    explained = _explained(reader, judged, rows)
    causes = reader.cause_of
    return ReaderPage(
        name=reader.name,
        short=reader.short,
        title=reader.title,
        description=reader.description,
        convex=reader.convex,
        validation=reader.validation,
        whole=_share(judged.whole),
        glyphs=_share(judged.glyphs),
        fit_seconds=reader.fit_seconds,
        read_seconds=reader.read_seconds,
        parameters=reader.parameters,
        names=judged.names,
        confusion=pack(judged.confusion.astype(np.int32)),
        by_position=tuple(map(_share, judged.by_position)),
        causes=tuple(
            CausePage(name, meaning, 0 if causes is None else int(np.sum(causes == k)))
            for k, (name, meaning) in enumerate(reader.causes)
        ),
        risk=_risk(judged),
        readings=tuple(
            _reading(reader, judged, int(row), int(row) in explained, stacks) for row in rows
        ),
        text={
            "confusion": wording.confusion(judged),
            "causes": wording.causes(reader, judged),
            "risk": judged.risk_coverage.sentence,
        },
    )


def _explained(
    reader: JudgedReader, judged: StringEvaluation, rows: NDArray[np.intp]
) -> frozenset[int]:
    """Return the rows whose evidence is shown: misread ones, then the least certain."""
    if reader.explain is None:
        return frozenset()
    P = np.array([image.probability for image in reader.images])
    first = np.lexsort((P[rows], judged.right[rows]))[:EXPLAINED]
    return frozenset(int(row) for row in rows[first])


def _reading(
    reader: JudgedReader, judged: StringEvaluation, row: int, explain: bool, stacks: Stacks
) -> ReadingPage:
    image = reader.images[row]
    glyphs: tuple[GlyphPage, ...] = ()
    stack, limits = None, (1.0, 1.0)
    if explain and reader.explain is not None and image.text:
        parts = reader.explain(row)
        planes = _planes(parts)
        limits = (_largest(planes[::2]), _largest(planes[1::2]))
        # Both kinds in shares of their own limit, so that one step suits all.
        scaled = planes / np.where(np.arange(len(planes)) % 2 == 0, *limits)[:, None, None]
        stack = stacks.add(scaled, limit=1.0)
        if stack is not None:
            glyphs = tuple(
                GlyphPage(
                    symbol,
                    part.rival,
                    part.start,
                    *part.leads,
                )
                for symbol, part in zip(symbols_of(image.text), parts, strict=True)
            )
    cause = None
    if reader.cause_of is not None and reader.cause_of[row] >= 0:
        cause = int(reader.cause_of[row])
    return ReadingPage(
        text=image.text,
        probability=round(image.probability, 6),
        cuts=tuple((round(start, 1), round(end, 1)) for start, end in image.cuts),
        others=tuple((text, round(share, 6)) for text, share in image.others[:TEXTS]),
        mixed=tuple(
            (pair.true or NOTHING, pair.read or NOTHING)
            for pair in judged.pairs[row]
            if not pair.right
        ),
        cause=cause,
        glyphs=glyphs,
        stack=stack,
        limits=limits,
    )


def _planes(parts: Sequence[GlyphEvidence]) -> NDArray[np.float64]:
    """Return both kinds of evidence of each glyph in turn, all as wide as the widest."""
    height = parts[0].support.shape[0]
    widest = max(part.support.shape[1] for part in parts)
    planes = np.zeros((2 * len(parts), height, widest))
    for k, part in enumerate(parts):
        planes[2 * k, :, : part.support.shape[1]] = part.support
        planes[2 * k + 1, :, : part.support.shape[1]] = part.against_rival
    return planes


def _largest(planes: NDArray[np.float64]) -> float:
    return float(np.abs(planes).max(initial=0)) or 1.0


def _risk(judged: StringEvaluation) -> RiskPage:
    """Return the curve at so many thresholds at most, rising."""
    curve = judged.risk_coverage
    T = len(curve.thresholds)
    kept = np.unique(np.linspace(0, T - 1, min(T, THRESHOLDS)).round().astype(np.intp))[::-1]
    return RiskPage(
        thresholds=pack(curve.thresholds[kept].astype(np.float32)),
        answered=pack(curve.accepted[kept].astype(np.int32)),
        wrong=pack(curve.mistakes[kept].astype(np.int32)),
    )


def _share(estimate: Estimate) -> Share:
    return Share(estimate.value, estimate.low, estimate.high)
