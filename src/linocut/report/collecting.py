"""Gather what the page shows: the dataset, the shown images, every rung, the templates."""

from __future__ import annotations

import os
import platform
from datetime import date
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from linocut._version import __version__
from linocut.core import plain
from linocut.core.threads import available_cores
from linocut.data.dataset import ImageDataset
from linocut.evaluate import ClassScore, Evaluation
from linocut.ladder.recipe import short_names
from linocut.ladder.rung import Ladder, Rung, Step
from linocut.report import shown, text
from linocut.report.document import (
    FORMAT,
    ClassMetrics,
    DatasetPage,
    Document,
    PartMetrics,
    RungPage,
    Sprite,
    TemplateRow,
    pack,
)
from linocut.report.evidence import choose_explained_rung, evidence_model
from linocut.report.sprites import size_of, sprite
from linocut.report.summary import Summary, summarise
from linocut.report.templates import Template, find_templates, pixel_weights
from linocut.report.why import why_figures

IMAGE_BUDGET = 4_000_000  # with all else the file then stays below 6 MB
SAMPLE_BUDGET = 300_000
SAMPLES_PER_CLASS = 24
SAMPLES = 600  # at most, over all classes


def collect(
    dataset: ImageDataset, ladder: Ladder, *, command: str, image_budget: int = IMAGE_BUDGET
) -> Document:
    """Gather everything that the page shows.

    Parameters
    ----------
    dataset : ImageDataset
        The images that the ladder was climbed on.
    ladder : Ladder
        The rungs climbed.
    command : str
        What makes this report again.
    image_budget : int
        Bytes of the page for test images and for the predictions of the rungs. If not all fit,
        misclassified ones go first (see `linocut.report.shown.choose_shown`).

    Returns
    -------
    Document
        What `write_report` writes.
    """
    summary = summarise(dataset.train, dataset.n_classes)
    shape = summary.means.shape
    linear = [rung for rung in ladder.rungs if pixel_weights(rung, shape) is not None]
    straight = max(linear, key=lambda rung: rung.test.accuracy) if linear else None
    images, rows = shown.choose_shown(dataset.test, ladder.rungs, dataset.n_classes, image_budget)
    templates = find_templates(ladder, summary)
    samples, per_class = _samples(dataset)
    explained = choose_explained_rung(dataset, ladder)
    steps = ladder.steps(dataset.test.labels)
    figures = why_figures(dataset, ladder, explained)
    return Document(
        format=FORMAT,
        version=__version__,
        created=date.today().isoformat(),
        command=command,
        machine=machine(),
        dataset=_dataset_page(dataset, summary, samples, per_class),
        shown=images,
        rungs=tuple(
            _rung_page(rung, step, dataset, rows)
            for rung, step in zip(ladder.rungs, [None, *steps], strict=True)
        ),
        best=ladder.best.name,
        recommended=ladder.recommended.name,
        templates=tuple(
            _template_row(template, templates, dataset, summary) for template in templates
        ),
        evidence=evidence_model(explained) if explained else None,
        why=figures,
        text={
            "headline": text.headline(dataset, ladder, straight),
            "samples": text.samples(dataset, summary, per_class),
            "balance": text.balance(dataset, summary),
            "pixels": text.pixels(dataset, summary),
            "means": text.means(dataset, summary, straight or ladder.best),
            "ladder": text.climb(ladder, dataset.test.labels),
            "steps": text.steps(ladder, steps),
            "templates": text.all_templates(templates, summary),
            "why": text.why(explained),
        },
    )


def machine() -> str:
    """Describe in a few words the computer on which the seconds were measured."""
    cores = available_cores()
    return f"{_processor()}, {cores} {'core' if cores == 1 else 'cores'}, {platform.system()}"


def _processor() -> str:
    listing = Path("/proc/cpuinfo")
    if listing.is_file():
        for line in listing.read_text(encoding="utf-8", errors="replace").splitlines():
            if line.startswith("model name"):
                return line.partition(":")[2].strip()
    return platform.processor() or platform.machine() or os.name


def _dataset_page(
    dataset: ImageDataset, summary: Summary, samples: Sprite, per_class: tuple[int, ...]
) -> DatasetPage:
    height, width = dataset.image_shape
    return DatasetPage(
        name=dataset.name,
        source=dataset.source,
        licence=dataset.licence,
        citation=dataset.citation,
        class_names=tuple(dataset.class_names),
        height=height,
        width=width,
        train_rows=len(dataset.train),
        test_rows=len(dataset.test),
        train_counts=_ints(summary.counts),
        test_counts=_ints(dataset.test.counts(dataset.n_classes)),
        notes=tuple(dataset.notes),
        pixel_use=pack(summary.use.astype(np.float32)),
        mean_images=pack(summary.means.astype(np.float32)),
        samples=samples,
        samples_per_class=per_class,
    )


def _samples(dataset: ImageDataset) -> tuple[Sprite, tuple[int, ...]]:
    """Take training images at even distances within each class, as many as the budget allows."""
    labels = dataset.train.labels
    per_class = min(SAMPLES_PER_CLASS, max(1, SAMPLES // dataset.n_classes))
    while True:
        picked = [_evenly(np.flatnonzero(labels == k), per_class) for k in range(dataset.n_classes)]
        made = sprite(dataset.train.images[np.concatenate(picked)])
        if size_of(made) <= SAMPLE_BUDGET or per_class == 1:
            return made, tuple(map(len, picked))
        per_class = max(1, int(per_class * min(0.9, SAMPLE_BUDGET / size_of(made))))


def _evenly(rows: NDArray[np.intp], most: int) -> NDArray[np.intp]:
    if len(rows) <= most:
        return rows
    return rows[np.linspace(0, len(rows) - 1, most).astype(np.intp)]


def _rung_page(
    rung: Rung, step: Step | None, dataset: ImageDataset, rows: NDArray[np.intp]
) -> RungPage:
    labels = dataset.test.labels
    return RungPage(
        name=rung.name,
        title=rung.title,
        description=rung.description,
        linear=rung.linear,
        chosen=plain(short_names(rung.chosen)),
        validation_accuracy=rung.validation_accuracy,
        gained=None if step is None else len(step.gained),
        lost=None if step is None else len(step.lost),
        interval=rung.test.interval,
        log_loss=rung.test.log_loss,
        fit_seconds=rung.fit_seconds,
        total_seconds=rung.total_seconds,
        parameters=rung.parameters,
        bytes=rung.bytes,
        train=_part_metrics(rung.train),
        test=_part_metrics(rung.test),
        predicted=shown.pack_labels(rung.predicted[rows], dataset.n_classes),
        probability_predicted=pack(shown.quantise(shown.probability_predicted(rung)[rows])),
        probability_true=pack(shown.quantise(shown.probability_true(rung, labels)[rows])),
        mistakes=pack(shown.worst_first(rung, labels, rows)),
        text={
            "confusion": text.confusion(rung),
            "mistakes": text.mistakes(rung, dataset),
            "classes": text.classes(rung, dataset),
        },
    )


def _part_metrics(part: Evaluation) -> PartMetrics:
    return PartMetrics(
        accuracy=part.accuracy,
        classes=tuple(_class_metrics(score) for score in part.classes),
        macro=_class_metrics(part.mean(weighted=False)),
        weighted=_class_metrics(part.mean(weighted=True)),
        confusion=tuple(_ints(row) for row in part.confusion),
    )


def _class_metrics(score: ClassScore) -> ClassMetrics:
    return ClassMetrics(score.name, score.precision, score.recall, score.f1, score.support)


def _template_row(
    template: Template,
    templates: tuple[Template, ...],
    dataset: ImageDataset,
    summary: Summary,
) -> TemplateRow:
    return TemplateRow(
        name=template.name,
        title=template.title,
        unit=template.unit,
        limit=template.limit,
        values=pack(template.values.astype(np.float32)),
        text=text.one_template(template, templates, dataset.class_names, summary),
    )


def _ints(values: NDArray[np.int64]) -> tuple[int, ...]:
    return tuple(int(value) for value in values)
