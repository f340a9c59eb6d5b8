"""A finished model in a few lines."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import asdict, dataclass
from typing import Any

from linocut.core import Result
from linocut.core.decisions import DecisionRule
from linocut.core.steps import count_numbers, kind_of, model_kind_of
from linocut.data import Intake
from linocut.modelfile import Provenance

CLASSES = 12  # names that are listed


@dataclass(frozen=True, repr=False)
class ModelSummary(Result):
    """What a finished model is.

    Attributes
    ----------
    class_names : tuple of str
        Names of the classes, in the order of the scores.
    intake : Intake
        How an image is prepared.
    steps : tuple of str
        The pipeline's steps, from the image to the scores.
    numbers : int
        Fractional numbers that it needs.
    temperature : float
        What scores are divided by before they become probabilities.
    provenance : Provenance
        Where it came from.
    decisions : DecisionRule or None
        What it decides by; the largest score if None.
    """

    class_names: tuple[str, ...]
    intake: Intake
    steps: tuple[str, ...]
    numbers: int
    temperature: float
    provenance: Provenance
    decisions: DecisionRule | None = None

    def table_rows(self) -> list[dict[str, Any]]:
        """Return `lines` as rows."""
        return [{"what": what, "value": value} for what, value in self.lines()]

    def lines(self) -> Iterator[tuple[str, str]]:
        """Yield what there is to say, each with a heading."""
        origin = self.provenance
        yield "model", f"{origin.title} ({origin.rung})" if origin.rung else "no rung of the ladder"
        yield "classes", _listed(self.class_names)
        yield "images", self.intake.sentence
        yield "steps", " → ".join(self.steps)
        yield "parameters", f"{self.numbers:,}"
        if self.temperature != 1:
            yield "temperature", f"{self.temperature:.4g}"
        if self.decisions is not None:
            yield "predicts", self.decisions.sentence
        if origin.chosen:
            yield "chosen", ", ".join(f"{name}={value}" for name, value in origin.chosen.items())
        if origin.gap is not None:
            yield "fit", f"within {origin.gap:.1e} of the optimum, relatively: proved when fitted"
        yield from _origin_lines(origin, "images")

    def to_dict(self) -> dict[str, Any]:
        """Return all of it as plain data."""
        return {**super().to_dict(), "intake": asdict(self.intake)}


def summarise_model(
    pipeline: Any,
    *,
    class_names: tuple[str, ...],
    intake: Intake,
    temperature: float,
    provenance: Provenance,
    decisions: DecisionRule | None = None,
) -> ModelSummary:
    """Sum up a compact pipeline and what belongs to it."""
    *steps, (_, last) = pipeline.steps
    kind = model_kind_of(last)
    numbers = sum(count_numbers(step) for _, step in steps)
    if kind.linear:
        numbers += int(last.coef_.size + last.intercept_.size)
        told = f"linear ({len(last.coef_):,} × {last.coef_.shape[1]:,} weights, {kind.link.value})"
    else:
        numbers, told = int(getattr(last, "n_parameters_", 0)), type(last).__name__
    names = tuple(kind_of(step).name or type(step).__name__ for _, step in steps)
    steps = (*names, told)
    return ModelSummary(class_names, intake, steps, numbers, temperature, provenance, decisions)


@dataclass(frozen=True, repr=False)
class RowSummary(Result):
    """What a finished model of rows is.

    Attributes
    ----------
    class_names : tuple of str
        Names of the classes, in the order of the scores.
    features : int
        Features of a row.
    feature_names : tuple of str, or None
        Their names, where they have some.
    link : str
        How scores become probabilities.
    temperature : float
        What scores are divided by before they do.
    provenance : Provenance
        Where it came from.
    """

    class_names: tuple[str, ...]
    features: int
    feature_names: tuple[str, ...] | None
    link: str
    temperature: float
    provenance: Provenance

    def table_rows(self) -> list[dict[str, Any]]:
        """Return `lines` as rows."""
        return [{"what": what, "value": value} for what, value in self.lines()]

    def lines(self) -> Iterator[tuple[str, str]]:
        """Yield what there is to say, each with a heading."""
        origin = self.provenance
        yield "model", origin.title or "a linear model of rows"
        yield "classes", _listed(self.class_names)
        named = "" if self.feature_names is None else f": {_few(self.feature_names)}"
        yield "rows", f"{self.features:,} features{named}"
        K = len(self.class_names)
        yield "parameters", f"{K * (self.features + 1):,} ({K:,} × {self.features:,} weights)"
        if origin.chosen:
            yield (
                "chosen",
                ", ".join(
                    f"{name}={_short_number(value)}" for name, value in origin.chosen.items()
                ),
            )
        if origin.gap is not None:
            yield "fit", f"within {origin.gap:.1e} of the optimum, relatively: proved when fitted"
        if origin.validation_accuracy is not None:
            yield (
                "held out",
                f"{100 * origin.validation_accuracy:.2f} % of {origin.validation_rows:,} rows "
                "correctly classified, by which C was chosen",
            )
        yield from _origin_lines(origin, "rows")


def _origin_lines(origin: Provenance, what: str) -> Iterator[tuple[str, str]]:
    """Yield on what a model was fitted, how good it is and what made it."""
    if origin.dataset:
        yield "fitted on", f"{origin.dataset}, {origin.rows:,} {what} ({_short(origin)})"
    if origin.loaded_with.as_typed:
        yield "loaded with", origin.loaded_with.as_typed
    if origin.accuracy is not None and origin.low is not None and origin.high is not None:
        yield (
            "accuracy",
            f"{100 * origin.accuracy:.2f} % of {origin.test_rows:,} test {what} (95 % interval "
            f"{100 * origin.low:.2f} to {100 * origin.high:.2f})",
        )
    if origin.version:
        yield "made", f"{origin.created}, by linocut {origin.version}"


def _short_number(value: Any) -> str:
    return f"{value:.6g}" if isinstance(value, float) else str(value)


def _listed(names: tuple[str, ...]) -> str:
    return f"{len(names):,}: {_few(names)}"


def _few(names: tuple[str, ...]) -> str:
    more = len(names) - CLASSES
    return ", ".join(names[:CLASSES]) + (f" and {more:,} more" if more > 0 else "")


def _short(origin: Provenance) -> str:
    return f"SHA-256 {origin.data_sha256[:12]}…" if origin.data_sha256 else "no hash known"
