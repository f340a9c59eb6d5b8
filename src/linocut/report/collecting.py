"""Gather what the page shows: the dataset, the shown images, every rung, the templates."""

from __future__ import annotations

import json
import os
import platform
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from linocut._version import __version__
from linocut.core import plain
from linocut.core.numerals import plain_names
from linocut.core.threads import available_cores
from linocut.data.dataset import ImageDataset
from linocut.evaluate import (
    ClassScore,
    Evaluation,
    SinglePixel,
    best_single_pixel,
)
from linocut.ladder.recipe import short_names
from linocut.ladder.rung import Ladder, Rung, Step
from linocut.report import shown, text
from linocut.report.counts import side_by_side, sparse
from linocut.report.document import (
    FORMAT,
    DatasetPage,
    Document,
    Duels,
    MeanMetrics,
    PartMetrics,
    RungPage,
    RungTrust,
    Sprite,
    TemplateRow,
    TrainingMistakes,
)
from linocut.report.drawing import collect_drawn_on, drawn_on
from linocut.report.evidence import evidence_model, explained_rungs, first_linear
from linocut.report.packing import pack
from linocut.report.sprites import size_of, sprite
from linocut.report.stacks import Stacks
from linocut.report.summary import Summary, summarise
from linocut.report.templates import (
    KeptTemplate,
    Template,
    find_templates,
    keep_templates,
    pixel_weights,
)
from linocut.report.training_mistakes import choose_training_mistakes
from linocut.report.trust import collect_trust
from linocut.report.why import collect_why

IMAGE_BUDGET = 4_000_000  # with all else the file then stays below 6 MB for ten classes
FILE_BUDGET = 9_500_000  # with the page itself the file then stays below 10 MB for any number
LEAST_IMAGE_BUDGET = 1_000_000
STACK_BUDGET = 5_500_000  # weights and means
SAMPLE_BUDGET = 300_000
SINGLE_SAMPLE_BUDGET = 1_100_000  # for one image of each class
FACTS_BUDGET = 300_000
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
    found = find_templates(ladder, summary)
    accountable = explained_rungs(dataset, ladder)
    explained = first_linear(accountable)
    stacks = Stacks.for_numbers(
        4 * summary.means.size + sum(each.size for each in accountable), STACK_BUDGET
    )
    # In the order in which they may least be missing.
    first = evidence_model(explained, stacks) if explained else None
    means = stacks.add(summary.means, limit=1.0)
    kept = keep_templates(found, first, stacks)
    others = [evidence_model(each, stacks) for each in accountable if each is not explained]
    evidence = tuple(model for model in (first, *others) if model is not None)
    class_use = stacks.add(summary.class_use, limit=1.0)
    single = best_single_pixel(dataset.train.images, dataset.train.labels, dataset.n_classes)
    training, training_mistakes = choose_training_mistakes(
        dataset.train, ladder.rungs, dataset.n_classes
    )
    facts = _class_facts(ladder, found, dataset, summary)
    samples, per_class = _samples(dataset)
    reasons = collect_why(dataset, ladder, explained, stacks)
    trust, trusts = collect_trust(dataset, ladder)
    parts = [(_part_metrics(rung.train), _part_metrics(rung.test)) for rung in ladder.rungs]
    drawn = collect_drawn_on(ladder)
    taken = _characters(
        (
            drawn,
            stacks.held,
            samples,
            reasons,
            parts,
            facts,
            training,
            training_mistakes,
            trust,
            trusts,
        )
    )
    budget = min(image_budget, max(FILE_BUDGET - taken, LEAST_IMAGE_BUDGET))
    computed = {model.rung for model in evidence}
    images, rows = shown.choose_shown(
        dataset.test, ladder.rungs, dataset.n_classes, budget, _likely_bytes(ladder, computed)
    )
    steps = ladder.steps(dataset.test.labels)
    return Document(
        format=FORMAT,
        version=__version__,
        created=date.today().isoformat(),
        command=command,
        machine=machine(),
        dataset=_dataset_page(dataset, summary, means, class_use, single, samples, per_class),
        shown=images,
        rungs=tuple(
            _rung_page(
                rung,
                step,
                part,
                dataset,
                rows,
                _Absent.of(rung, computed, kept),
                missed,
                facts,
                trusts[rung.name],
            )
            for rung, step, part, missed in zip(
                ladder.rungs, [None, *steps], parts, training_mistakes, strict=True
            )
        ),
        training=training,
        duels=_duels(ladder, dataset.test.labels),
        best=ladder.best.name,
        recommended=ladder.recommended.name,
        order=pack(side_by_side(_all_mistakes(ladder), summary.likeness)),
        stacks=tuple(stacks.held),
        templates=tuple(_template_row(each, found, stacks, dataset, summary) for each in kept),
        evidence=evidence,
        why=reasons,
        trust=trust,
        drawn_on=drawn,
        text={
            "headline": text.headline(dataset, ladder, straight),
            "samples": text.samples(dataset, summary, per_class),
            "balance": text.balance(dataset, summary),
            "pixels": text.pixels(dataset, summary),
            "single_pixel": text.single_pixel(dataset, single),
            "means": text.means(dataset, summary, straight or ladder.best),
            "ladder": text.climb(ladder),
            "steps": text.steps(ladder, steps),
            "templates": text.all_templates(found, summary, kept, stacks.exact),
            "why": text.why(explained, in_page=first is not None),
            "draw": text.drawing(ladder, drawn_on(ladder)),
            "pulls": text.pulls(drawn_on(ladder), reasons.training),
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
    dataset: ImageDataset,
    summary: Summary,
    means: int | None,
    class_use: int | None,
    single: SinglePixel,
    samples: Sprite,
    per_class: tuple[int, ...],
) -> DatasetPage:
    height, width, *planes = dataset.image_shape
    return DatasetPage(
        name=dataset.name,
        source=dataset.source,
        licence=dataset.licence,
        citation=dataset.citation,
        class_names=tuple(dataset.class_names),
        other_names=dataset.original_names or plain_names(dataset.class_names),
        height=height,
        width=width,
        planes=planes[0] if planes else 1,
        train_rows=len(dataset.train),
        test_rows=len(dataset.test),
        train_counts=_ints(summary.counts),
        test_counts=_ints(dataset.test.counts(dataset.n_classes)),
        notes=tuple(dataset.notes),
        pixel_use=pack(summary.use.astype(np.float32)),
        mean_images=means,
        class_use=class_use,
        pixel_accuracy=pack(single.accuracies.astype(np.float32)),
        samples=samples,
        samples_per_class=per_class,
    )


def _samples(dataset: ImageDataset) -> tuple[Sprite, tuple[int, ...]]:
    """Take training images at even distances within each class, as many as the budget allows."""
    labels = dataset.train.labels
    per_class = min(SAMPLES_PER_CLASS, max(1, SAMPLES // dataset.n_classes))
    classes = np.arange(dataset.n_classes)
    while True:
        most = np.zeros(dataset.n_classes, np.intp)
        most[classes] = per_class
        picked = [_evenly(np.flatnonzero(labels == k), int(m)) for k, m in enumerate(most)]
        made = sprite(dataset.train.images[np.concatenate(picked)])
        size = size_of(made)
        if size <= SAMPLE_BUDGET or (per_class == 1 and size <= SINGLE_SAMPLE_BUDGET):
            return made, tuple(map(len, picked))
        if per_class > 1:
            per_class = max(1, int(per_class * min(0.9, SAMPLE_BUDGET / size)))
        elif len(classes) > 1:
            classes = _evenly(classes, int(len(classes) * min(0.9, SINGLE_SAMPLE_BUDGET / size)))
        else:
            return made, tuple(map(len, picked))


def _evenly(rows: NDArray[np.intp], most: int) -> NDArray[np.intp]:
    if len(rows) <= most:
        return rows
    return rows[np.linspace(0, len(rows) - 1, most).astype(np.intp)]


@dataclass(frozen=True)
class _Absent:
    """What the page cannot show of a rung, in words; None where it can."""

    evidence: str | None
    templates: str | None

    @classmethod
    def of(cls, rung: Rung, computed: set[str], kept: tuple[KeptTemplate, ...]) -> _Absent:
        has_templates = any(rung.name in each.template.rungs for each in kept)
        return cls(
            None if rung.name in computed else text.no_evidence(rung),
            None if has_templates else text.no_templates(rung),
        )


def _class_facts(
    ladder: Ladder, templates: tuple[Template, ...], dataset: ImageDataset, summary: Summary
) -> dict[str, tuple[str, ...]]:
    """Return sentences on each class by rung, those of the best rungs first while they fit."""
    of_rung = {name: template for template in templates for name in template.rungs}
    facts: dict[str, tuple[str, ...]] = {}
    left = FACTS_BUDGET
    for rung in sorted(ladder.rungs, key=lambda each: -each.test.accuracy):
        said = text.class_facts(rung, of_rung.get(rung.name), dataset.class_names, summary)
        left -= sum(map(len, said))
        if left < 0:
            break
        facts[rung.name] = said
    return facts


def _duels(ladder: Ladder, labels: NDArray[np.int64]) -> Duels:
    said = np.stack([rung.predicted for rung in ladder.rungs])
    right = (said == labels).astype(np.int64)
    same = [[np.count_nonzero(one == other) for other in said] for one in said]
    return Duels(
        same=pack(np.array(same, np.int32)),
        only=pack((right @ (1 - right).T).astype(np.int32)),
    )


def _likely_bytes(ladder: Ladder, computed: set[str]) -> float:
    """Return the bytes that probabilities take for each image, of rungs that need them."""
    n = len(ladder.rungs[0].predicted)
    sample = np.unique(np.linspace(0, n - 1, min(n, 1000)).astype(np.intp))
    kept = [shown.likely(rung, sample) for rung in ladder.rungs if rung.name not in computed]
    return _characters(kept) / max(len(sample), 1) if kept else 0.0


def _rung_page(
    rung: Rung,
    step: Step | None,
    parts: tuple[PartMetrics, PartMetrics],
    dataset: ImageDataset,
    rows: NDArray[np.intp],
    absent: _Absent,
    missed: TrainingMistakes,
    facts: dict[str, tuple[str, ...]],
    trust: RungTrust,
) -> RungPage:
    labels = dataset.test.labels
    return RungPage(
        name=rung.name,
        short=rung.short,
        title=rung.title,
        description=rung.description,
        linear=rung.linear,
        chosen=plain(short_names(rung.chosen)),
        validation_accuracy=rung.validation_accuracy,
        gained=None if step is None else len(step.gained),
        lost=None if step is None else len(step.lost),
        chance=None if step is None else step.chance,
        interval=rung.test.interval,
        log_loss=rung.test.log_loss,
        fit_seconds=rung.fit_seconds,
        total_seconds=rung.total_seconds,
        parameters=rung.parameters,
        bytes=rung.bytes,
        train=parts[0],
        test=parts[1],
        predicted=shown.pack_labels(rung.predicted[rows], dataset.n_classes),
        probability_predicted=pack(shown.quantise(shown.probability_predicted(rung)[rows])),
        probability_true=pack(shown.quantise(shown.probability_true(rung, labels)[rows])),
        mistakes=pack(shown.worst_first(rung, labels, rows)),
        training_mistakes=missed,
        class_facts=facts.get(rung.name, ()),
        rivals=pack(text.rivals(rung)),
        likely=shown.likely(rung, rows) if absent.evidence else None,
        no_evidence=absent.evidence,
        no_templates=absent.templates,
        trust=trust,
        text={
            "confusion": text.confusion(rung),
            "mistakes": text.mistakes(rung, dataset),
            "classes": text.classes(rung, dataset),
        },
    )


def _part_metrics(part: Evaluation) -> PartMetrics:
    return PartMetrics(
        accuracy=part.accuracy,
        macro=_mean_metrics(part.mean(weighted=False)),
        weighted=_mean_metrics(part.mean(weighted=True)),
        confusion=sparse(part.confusion),
    )


def _mean_metrics(mean: ClassScore) -> MeanMetrics:
    return MeanMetrics(mean.precision, mean.recall, mean.f1, mean.support)


def _all_mistakes(ladder: Ladder) -> NDArray[np.int64]:
    """Add up what all rungs confuse, so that one order of the classes suits all of them."""
    total = np.zeros_like(ladder.rungs[0].test.confusion)
    for rung in ladder.rungs:
        total += rung.test.confusion + rung.train.confusion
    return total


def _template_row(
    kept: KeptTemplate,
    templates: tuple[Template, ...],
    stacks: Stacks,
    dataset: ImageDataset,
    summary: Summary,
) -> TemplateRow:
    template = kept.template
    return TemplateRow(
        name=template.name,
        title=template.title,
        unit=template.unit,
        limit=template.limit,
        rungs=template.rungs,
        stack=kept.stack,
        centred=kept.centred,
        exact=stacks.held[kept.stack].dtype != "int8",
        text=text.one_template(template, templates, dataset.class_names, summary),
    )


def _characters(value: Any) -> int:
    return len(json.dumps(plain(value), separators=(",", ":")))


def _ints(values: NDArray[np.int64]) -> tuple[int, ...]:
    return tuple(int(value) for value in values)
