"""The data of a page about strings. ``web/src/strings/document.ts`` mirrors this file.

Field names are the JSON keys. Shares are fractions in [0, 1], times are seconds, places pixels.
"""

from __future__ import annotations

from dataclasses import dataclass

from linocut.report.document import Sprite, Stack
from linocut.report.packing import Packed


@dataclass(frozen=True)
class Share:
    """A share with the ends of its 95 % interval."""

    share: float
    low: float
    high: float


@dataclass(frozen=True)
class StringsData:
    """What the data look like."""

    name: str
    source: str
    notes: tuple[str, ...]
    symbols: tuple[str, ...]
    height: int
    widths: tuple[int, int]  # of the narrowest and the widest image
    lengths: tuple[int, int]  # of the shortest and the longest text, glyphs
    train_rows: int
    test_rows: int


@dataclass(frozen=True)
class StringImages:
    """The test images that the page holds, all of one tile size: narrower ones end in paper."""

    sprite: Sprite
    rows: tuple[int, ...]  # row of each in the test part
    widths: tuple[int, ...]  # of each, pixels
    texts: tuple[str, ...]  # what stands there
    names: tuple[str, ...]  # file of each


@dataclass(frozen=True)
class GlyphPage:
    """Evidence for one glyph: the stack's planes 2 k and 2 k + 1 of the k-th glyph of an image."""

    symbol: str
    rival: str
    start: int  # first column of the planes, pixels
    support: float  # score of the symbol above the average of all symbols, as in the first plane
    margin: float  # above that of its rival, as in the second


@dataclass(frozen=True)
class ReadingPage:
    """What one reader makes of one shown image."""

    text: str
    probability: float
    cuts: tuple[tuple[float, float], ...]  # where each glyph starts and ends; none if not known
    others: tuple[tuple[str, float], ...]  # the most probable texts, this one first
    mixed: tuple[tuple[str, str], ...]  # true glyphs and what was read for them, where not the same
    cause: int | None  # place in the reader's causes of mistakes; None where there is none
    glyphs: tuple[GlyphPage, ...]  # none where evidence is left out
    stack: int | None  # the document's stack with the evidence
    limits: tuple[float, float]  # values at full colour, of the even and of the odd planes


@dataclass(frozen=True)
class CausePage:
    """Something that misread images were lost by."""

    name: str
    meaning: str
    count: int


@dataclass(frozen=True)
class RiskPage:
    """Mistakes among the images that are answered, at each probability asked for."""

    thresholds: Packed  # float32 (T,), rising
    answered: Packed  # int32 (T,)
    wrong: Packed  # int32 (T,)


@dataclass(frozen=True)
class ReaderPage:
    """One model that reads strings, judged on all test images."""

    name: str
    short: str
    title: str
    description: str  # a sentence or two: what it does, and which part of it is convex
    convex: bool
    validation: float | None  # share of validation images read wholly
    whole: Share  # of images
    glyphs: Share
    fit_seconds: float | None  # None for a model from a file
    read_seconds: float  # an image
    parameters: int
    names: tuple[str, ...]  # of the rows and columns of the confusion
    confusion: Packed  # int32 (K, K); row = true glyph, column = what was read
    by_position: tuple[Share, ...]
    causes: tuple[CausePage, ...]
    risk: RiskPage | None
    readings: tuple[ReadingPage, ...]  # one a shown image
    text: dict[str, str]  # "confusion", "causes", "risk"


@dataclass(frozen=True)
class StringsDocument:
    """Everything the page shows."""

    format: int
    kind: str  # "strings": told from a document about classes by this
    version: str  # of linocut
    created: str  # ISO 8601 date
    command: str  # what makes this report again
    machine: str  # where the seconds were measured
    dataset: StringsData
    shown: StringImages
    readers: tuple[ReaderPage, ...]  # simplest first; what is there to compare with last
    best: str  # name of the reader with the highest share of test images read wholly
    recommended: str  # of the one that validation chose
    stacks: tuple[Stack, ...]
    text: dict[str, str]  # "headline", "readers", "evidence"
