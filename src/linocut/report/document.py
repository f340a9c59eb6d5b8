"""The report's data: what the page is fed with. ``web/src/lib/document.ts`` mirrors this file.

Field names are the JSON keys. Shares are fractions in [0, 1], times are seconds.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from linocut.report.packing import Deflated, Packed

FORMAT = 8


@dataclass(frozen=True)
class Stack:
    """An image of numbers for each class, compressed; see `linocut.report.stacks`.

    Each number is a whole one times the step of its class, or a float32 where steps is None.
    """

    dtype: str  # "int8", "int16" or "float32"
    shape: tuple[int, int, int]  # (K, h, w), in colour (K, h, 3 · w)
    # Base64 of zlib's stream of the little-endian bytes: the first byte of every number, then
    # the second of every number, and so on.
    data: str
    steps: Packed | None  # float32 (K,)


@dataclass(frozen=True)
class Counts:
    """A confusion matrix without its zeros, row by row: row = true class, column = predicted.

    Of very many kinds of mistake only the most frequent are held; the diagonal always is.
    """

    filled: Packed  # uint16 (K,): how many cells each row holds
    columns: Packed  # uint8 or uint16 (m,): their columns, ascending within a row
    counts: Packed  # uint8, uint16 or int32 (m,)
    true: Packed  # int32 (K,): images of each class
    predicted: Packed  # int32 (K,): images classified as each class
    left_out: int  # images in the cells that are not held


@dataclass(frozen=True)
class Sprite:
    """Many images of one size as tiles on a few PNG sheets, filled row by row."""

    count: int
    height: int  # of one tile, pixels
    width: int
    columns: int  # tiles across a sheet
    per_sheet: int  # tiles on a full sheet; the last one may hold fewer
    # data:image/png;base64,…  (0 = paper … 255 = full ink, or in colour)
    sheets: tuple[str, ...]


@dataclass(frozen=True)
class DatasetPage:
    """What the data look like."""

    name: str
    source: str
    licence: str
    citation: str
    class_names: tuple[str, ...]
    # What else each class is called: its name in the dataset, where a person gave it another one,
    # or a number in 0 to 9 where its name is one in other numerals. The page shows these where no
    # font has the letters of the names.
    other_names: tuple[str, ...] | None
    height: int
    width: int
    planes: int  # 1 for grey images; 3 for red, green and blue, pixel by pixel
    train_rows: int
    test_rows: int
    train_counts: tuple[int, ...]  # one a class
    test_counts: tuple[int, ...]
    notes: tuple[str, ...]
    pixel_use: Packed  # float32 (h, w): share of training images with ink in that pixel
    mean_images: int | None  # the stack with the mean ink of each class, 0…1; None if left out
    class_use: int | None  # the stack with each class's share of images with ink in a pixel
    pixel_accuracy: Packed  # float32 (h, w): what the best threshold on a pixel alone gets right
    samples: Sprite  # training images, class by class
    samples_per_class: tuple[int, ...]


@dataclass(frozen=True)
class MeanMetrics:
    """Means of precision, recall and F1 over the classes of one part."""

    precision: float
    recall: float
    f1: float
    support: int


@dataclass(frozen=True)
class PartMetrics:
    """How one rung does on one part (train or test)."""

    accuracy: float
    macro: MeanMetrics
    weighted: MeanMetrics
    confusion: Counts


@dataclass(frozen=True)
class Likely:
    """Probabilities of the shown images, of each only those of classes that are at all likely."""

    filled: Deflated  # uint8 (m,): how many classes each image holds
    classes: Deflated  # their positions, the most probable first
    shares: Deflated  # uint16: their probabilities, in 65535ths


@dataclass(frozen=True)
class TrainingMistakes:
    """Misclassified training images of one rung, worst first; of many only the worst."""

    images: Packed  # int32 (m,): positions among the document's training images
    predicted: Packed  # uint8 or uint16 (m,)
    probability_predicted: Packed  # uint16 (m,), in 65535ths
    probability_true: Packed  # uint16 (m,), in 65535ths
    total: int  # all misclassified training images


@dataclass(frozen=True)
class TrainingImages:
    """The training images that some rung misclassifies, as far as the page holds them."""

    sprite: Sprite
    rows: Packed  # int32 (m,): row of each in the training part
    labels: Packed  # uint8 or uint16 (m,): true class
    names: tuple[str, ...] | None  # file of each, for folders of images


@dataclass(frozen=True)
class Duels:
    """What every two rungs make of the test images; row and column are rungs, as climbed."""

    same: Packed  # int32 (R, R): images for which both predict the same class
    only: Packed  # int32 (R, R): images that the row's rung gets right and the column's does not


@dataclass(frozen=True)
class Check:
    """What one rule finds of a model, its data or both."""

    name: str
    level: str  # "fine", "note" or "warning"
    figure: str  # what was measured, as it is read; empty where there is no one number
    sentence: str
    advice: str  # what to do; empty where there is nothing to do


@dataclass(frozen=True)
class Curve:
    """Points of a line with their 95 % intervals."""

    x: Packed  # float32 (m,)
    y: Packed  # float32 (m,)
    low: Packed  # float32 (m,)
    high: Packed  # float32 (m,)
    counts: Packed  # int32 (m,): images behind each point


@dataclass(frozen=True)
class Grid:
    """Shares of images correctly classified under conditions of two kinds."""

    title: str
    values: Packed  # float32 (rows, columns)
    rows: tuple[str, ...]  # what each is called
    columns: tuple[str, ...]
    images: int  # behind each value


@dataclass(frozen=True)
class Confidence:
    """Test images by the probability that a model gives, in the bins of `Trust.edges`."""

    top: Packed  # int32 (2, bins): misclassified, correct; by the probability of the prediction
    # (K, 2, bins): images of other classes, images of the class; by the probability of the class
    by_class: Deflated | None  # None if left out


@dataclass(frozen=True)
class RungTrust:
    """How far to trust one model; None where that was not measured or does not apply."""

    checks: tuple[Check, ...]
    confidence: Confidence | None
    reliability: Curve | None  # share correct against the probability of the prediction
    shifts: Grid | None  # by pixels downwards and to the right
    corruptions: tuple[Grid, ...]  # by kind and strength; with and without preparing images
    text: dict[str, str]  # "abstain", "classes", "reliability", "shifts", "corruptions"


@dataclass(frozen=True)
class SuspectLabels:
    """Images whose labels may be wrong, most suspect first; of many only the first."""

    sprite: Sprite
    parts: Packed  # uint8 (m,): 0 for the training part, 1 for the test part
    rows: Packed  # int32 (m,): row of each in its part
    names: tuple[str, ...] | None  # file of each, for folders of images
    given: Packed  # uint8 or uint16 (m,): its label
    proposed: Packed  # uint8 or uint16 (m,): the class that the model proposes instead
    scores: Packed  # float32 (m,): probability that it is wrong
    text: str


@dataclass(frozen=True)
class Trust:
    """What is needed, beyond each rung's own, to show how far to trust the models."""

    edges: tuple[float, ...]  # of the bins of probabilities, from 0 to 1
    suspects: SuspectLabels | None
    corrupted: Sprite | None  # one image under each corruption, as the grids' cells


@dataclass(frozen=True)
class RungPage:
    """One model on the ladder, with its predictions for the shown test images."""

    name: str
    short: str  # at most 22 characters, for tables, charts and running text
    title: str
    description: str  # one sentence: what the model does
    linear: bool
    chosen: dict[str, Any]
    validation_accuracy: float  # share of the validation rows classified correctly
    # Test images that only this rung, or only the one before it, classifies correctly; None for
    # the first.
    gained: int | None
    lost: int | None
    # How often a fair coin splits gained and lost as unevenly (McNemar's exact test).
    chance: float | None
    interval: tuple[float, float]  # 95 % Wilson interval of the test accuracy
    log_loss: float | None  # nats per image, on the test part
    fit_seconds: float
    total_seconds: float
    parameters: int
    bytes: int
    train: PartMetrics
    test: PartMetrics
    predicted: Packed  # uint8 or uint16 (m,): predicted class of the m shown test images
    probability_predicted: Packed  # uint16 (m,): probability of that class, in 65535ths
    probability_true: Packed  # uint16 (m,): probability of the true class, in 65535ths
    mistakes: Packed  # int32: misclassified shown images, worst first
    training_mistakes: TrainingMistakes
    class_facts: tuple[str, ...]  # a sentence on each class; none of them where too long
    rivals: Packed  # int32 (K,): the class that each is mixed up with most, −1 if with none
    likely: Likely | None  # None where the page computes all probabilities; see EvidenceModel
    no_evidence: str | None  # why no pixel of an image can be accounted for, if so
    no_templates: str | None  # why there are no templates to show, if so
    trust: RungTrust
    text: dict[str, str]  # paragraphs "confusion", "mistakes", "classes"


@dataclass(frozen=True)
class ShownImages:
    """The test images that the page holds: all of them where the file size allows."""

    sprite: Sprite
    rows: Packed  # int32 (m,): row of each in the test part
    labels: Packed  # uint8 or uint16 (m,): true class
    names: tuple[str, ...] | None  # file of each, for folders of images
    complete: bool  # True when every test image is here


@dataclass(frozen=True)
class TemplateRow:
    """The templates of one model, one per class; colours are shares of ``limit``."""

    name: str
    title: str
    unit: str  # of the values, e.g. "log-odds per fully inked pixel"
    limit: float  # the value at full colour, in that unit; beyond it colours saturate
    rungs: tuple[str, ...]  # names of all rungs with these weights
    stack: int  # the stack with its values
    centred: bool  # whether the page subtracts the average over the classes from them
    exact: bool  # False where values are rounded to shares of the limit and end there
    text: str  # what to look for in this row


@dataclass(frozen=True)
class PairWeights:
    """What products of two measurements of an image add to the scores: zᵀ Q z with z = A ink."""

    measured: int  # the stack with A: m images of numbers, one for each measurement
    products: int  # the stack (K, 1, m (m + 1) / 2) with the upper triangle of each Q, row by row


@dataclass(frozen=True)
class EvidenceModel:
    """A model whose scores, and evidence for them, the page computes for any image.

    The scores of an image are intercepts + weights · ink, and what its pairs add.
    """

    rung: str  # name of the rung
    title: str
    unit: str  # of a margin
    link: str  # how scores become probabilities: "softmax", "sigmoids" or "none" (as softmax)
    temperature: float  # what scores are divided by first
    stack: int  # the stack with what one fully inked pixel adds to each score
    pairs: PairWeights | None  # None where the model is linear in the pixels
    intercepts: Packed  # float32 (K,): the scores of the blank page
    rounding: float  # no margin of a test image differs by more from the model's own
    classes: tuple[int, ...]  # of each of the K scores, the position among the class names


@dataclass(frozen=True)
class TemplateOrigins:
    """Which training images made the templates of one model.

    C classes, m images of each side (of the class itself, of all others), S numbers of images.
    """

    rung: str  # name of the rung
    title: str
    classes: tuple[int, ...]  # positions among the class names, the lowest recall first
    sprite: Sprite  # every image that is referred to
    rows: Packed  # int32: row of each in the training part
    labels: Packed  # uint8 or uint16: its class
    largest: Packed  # int32 (C, 2, m): places in the sprite, largest coefficients first; -1: none
    coefficients: Packed  # float32 (C, 2, m): theirs
    # float32 (M, K): of each image in the template of each of the model's K classes; None if left
    # out, or where features are not the ink
    every: Packed | None
    limits: Packed  # float32 (C,): the largest coefficient of each class, in absolute value
    histogram: Packed  # uint16 or int32 (C, 2, bins): images in equal bins from -limit to +limit
    counts: Packed  # int32 (S,): images in each running sum
    sums: Stack | None  # (C * 2 * S, h, w): by size, then as the data come; None if left out
    cosines: Packed  # float32 (C, 2, S): of each sum with the template
    first: Stack | None  # (C * F, h, w): by size, after one image, two, …, F; None if left out
    text: str
    told: tuple[str, ...]  # about each class


@dataclass(frozen=True)
class Neighbours:
    """The training images next to m hard test images, and those that pull them most."""

    rung: str  # name of the rung
    title: str
    sprite: Sprite  # every training image that is referred to
    rows: Packed  # int32: row of each in the training part
    labels: Packed  # uint8 or uint16: its class
    of: Packed  # int32 (m,): rows of the test images in the test part
    nearest: Packed  # int32 (m, 3): places in the sprite, the nearest first; -1: none
    distances: Packed  # float32 (m, 3): root of the sum of squared differences of ink
    rivals: Packed  # uint8 or uint16 (m,): the class that the predicted one is held against
    pulls: Packed  # int32 (m, 2, 2): towards the predicted class, then towards the rival; -1: none
    evidence: Packed  # float32 (m, 2, 2): their parts of the margin
    text: str


@dataclass(frozen=True)
class FitReplay:
    """The templates of one model at T moments of its fit, for each of K classes."""

    rung: str  # name of the rung
    title: str
    unit: str
    stack: Stack  # (T * K, h, w)
    limit: float  # the value at full colour, the same for all moments
    classes: tuple[int, ...]  # of each of the K planes, the position among the class names
    iterations: tuple[int, ...]  # of each moment; 0 is the start
    objectives: tuple[float, ...]  # mean loss plus penalty
    accuracies: Packed  # float32 (T, 2): of the training and the test images
    text: str


@dataclass(frozen=True)
class Patterns:
    """What goes with the scores of one model, beside its weights."""

    rung: str  # name of the rung
    title: str
    stack: int  # ink, as a share of full ink, that goes with one standard deviation of a score
    limit: float  # the value at full colour
    agreement: Packed  # float32 (K,): correlation of weights and pattern
    classes: tuple[int, ...]  # of each of the K planes, the position among the class names
    text: str


@dataclass(frozen=True)
class InkShares:
    """The simplest classifier there is: which class's images share most ink with an image."""

    stack: int  # share of the images of each class in which a pixel is inked
    threshold: int  # a pixel is inked if its grey value is larger
    text: str


@dataclass(frozen=True)
class EigenTemplates:
    """Templates of one model that adds up squared matches: m for each of C classes."""

    rung: str  # name of the rung
    title: str
    unit: str  # of a score
    stack: int  # (C * m, h, w), of length 1
    limit: float  # the value at full colour
    values: Packed  # float32 (C, m): evidence for a match of 1; what adds most first
    classes: tuple[int, ...]  # positions among the class names
    text: str


@dataclass(frozen=True)
class Why:
    """What the page needs, beyond weights and images, to show why models decide as they do."""

    training: TemplateOrigins | None
    patterns: Patterns | None
    ink: InkShares | None
    eigen: EigenTemplates | None
    neighbours: Neighbours | None
    replay: FitReplay | None
    no_replay: str | None  # why there is none, if so


@dataclass(frozen=True)
class DrawnOn:
    """The model that the reader may draw for: the page runs its file."""

    rung: str  # its name
    model: str  # the file, as base64 of zlib's stream


@dataclass(frozen=True)
class Document:
    """Everything the page shows."""

    format: int
    version: str  # of linocut
    created: str  # ISO 8601 date
    command: str  # what makes this report again
    machine: str  # where the seconds were measured
    dataset: DatasetPage
    shown: ShownImages
    rungs: tuple[RungPage, ...]  # in the order of the ladder, simplest first
    training: TrainingImages
    duels: Duels
    best: str  # name of the rung with the highest test accuracy
    recommended: str  # of the smallest within one standard error of the best on the validation part
    order: Packed  # uint16 (K,): the classes, those that get mixed up side by side
    stacks: tuple[Stack, ...]
    templates: tuple[TemplateRow, ...]
    evidence: tuple[EvidenceModel, ...]  # at most one of each rung, the most telling first
    why: Why
    trust: Trust
    drawn_on: DrawnOn | None  # None where no linear model is small enough
    # "headline", "samples", "balance", "pixels", "single_pixel", "means", "ladder", "steps",
    # "templates", "why", "draw", "pulls"
    text: dict[str, str]
