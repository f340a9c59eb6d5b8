"""Suspects: images whose labels are likely to be wrong, most suspect first."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from linocut.core import LinocutError, Result
from linocut.evaluate.intervals import percent
from linocut.explain import Evidence, explain

if TYPE_CHECKING:
    from matplotlib.figure import Figure

    from linocut.evaluate.labels.duplicates import NearDuplicate

PARTS = ("train", "test")


@dataclass(frozen=True, eq=False)
class Suspect:
    """An image whose label may be wrong.

    Attributes
    ----------
    part : {"train", "test"}
        Where it is.
    index : int
        Its position in that part.
    file : str
        Where it comes from; empty if it has no name.
    given, proposed : str
        The class that it is labelled as, and the most probable of the others.
    score : float
        Probability that the label is wrong.
    log_odds : float
        The same as log(score / (1 − score)), which still tells those apart whose score is 1.
    image : uint8 array, shape (h, w)
        As the dataset holds it.
    duplicates : tuple of NearDuplicate
        Images that are nearly the same and have another label.
    """

    part: str
    index: int
    file: str
    given: str
    proposed: str
    score: float
    log_odds: float
    image: NDArray[np.uint8] = field(repr=False)
    duplicates: tuple[NearDuplicate, ...] = ()

    def explain(self, model: Any) -> Evidence:
        """Return the evidence for the given label against the proposed one.

        Parameters
        ----------
        model : ImageClassifier, Pipeline or classifier
            See `linocut.explain.explain`; any that can be explained, not only the one that judged.
        """
        given, proposed = (_known(model, name) for name in (self.given, self.proposed))
        return explain(model, self.image, label=given, versus=proposed)


@dataclass(frozen=True, eq=False, repr=False)
class Suspects(Result):
    """Images of a dataset whose labels are likely to be wrong.

    Attributes
    ----------
    dataset : str
        Its name.
    suspects : tuple of Suspect
        Most suspect first. All that are more likely wrong than `find_suspects` was told, and some
        more of each part, so that there is something to look at.
    examined : dict
        For each part, how many images were judged.
    expected : dict
        For each part, how many labels are wrong in all, as the sum of the probabilities estimates.
    noise : float
        Share of wrong labels in the training part that the model of label noise assumes.
    rounds : int
        How often the folds were fitted: twice where the first suspects were left out.
    """

    dataset: str
    suspects: tuple[Suspect, ...]
    examined: dict[str, int]
    expected: dict[str, float]
    noise: float
    rounds: int

    def __len__(self) -> int:
        return len(self.suspects)

    def __getitem__(self, rank: int) -> Suspect:
        return self.suspects[rank]

    def of(self, part: str) -> Suspects:
        """Return those of one part.

        Raises
        ------
        LinocutError
            If it is none of the parts judged.
        """
        if part not in self.examined:
            raise LinocutError(f"part {part!r} — one of {', '.join(self.examined)}")
        return Suspects(
            self.dataset,
            tuple(each for each in self.suspects if each.part == part),
            {part: self.examined[part]},
            {part: self.expected[part]},
            self.noise,
            self.rounds,
        )

    def likely(self, part: str | None = None) -> int:
        """Count the labels that are more likely wrong than right, of one part or of all."""
        return sum(each.score > 0.5 for each in self.suspects if part is None or each.part == part)

    @property
    def sentence(self) -> str:
        """Say how many labels are likely to be wrong."""
        said = [
            f"{self.likely(part):,} of {count:,} {_adjective(part)} labels"
            for part, count in self.examined.items()
        ]
        expected = sum(self.expected.values())
        about = f"{expected:,.0f}" if expected >= 1 else "fewer than one"
        first = self.suspects[0] if self.suspects else None
        most = (
            f" Most suspect is {_adjective(first.part)} image {first.index:,}, labelled "
            f"{first.given}, probably {first.proposed}."
            if first is not None and first.score > 0.5
            else ""
        )
        return (
            f"{self.dataset}: {' and '.join(said)} are more likely wrong than right, judged by "
            f"models that had not seen them; about {about} wrong labels are to be expected in "
            f"all.{most}"
        )

    def rows(self) -> list[dict[str, Any]]:
        """Return one row a suspect, as in the file that `write_suspects` writes."""
        names = ("part", "index", "file", "given", "proposed", "score")
        return [{name: getattr(each, name) for name in names} for each in self.suspects]

    def table_rows(self) -> list[dict[str, Any]]:
        """Return the first rows, to be looked at."""
        return [{**row, "score": percent(row["score"])} for row in self.rows()[:20]]

    def to_dict(self) -> dict[str, Any]:
        """Return counts and rows as plain data."""
        return {
            "dataset": self.dataset,
            "sentence": self.sentence,
            "examined": self.examined,
            "likely": {part: self.likely(part) for part in self.examined},
            "expected": self.expected,
            "noise": self.noise,
            "rounds": self.rounds,
            "suspects": [
                {**row, "duplicates": [near.to_dict() for near in each.duplicates]}
                for row, each in zip(self.rows(), self.suspects, strict=True)
            ],
        }

    def plot(self, most: int = 40) -> Figure:
        """Draw the most suspect images, each with the given and the proposed label.

        Parameters
        ----------
        most : int
            At most so many images.
        """
        from linocut.plot import plot_suspects  # Matplotlib loads on use

        if not self.suspects:
            raise LinocutError("no suspects to draw — judge a part that has images")
        shown = self.suspects[:most]
        return plot_suspects(
            np.stack([each.image for each in shown]),
            [each.given for each in shown],
            [each.proposed for each in shown],
            [each.score for each in shown],
            [f"{each.part} {each.index}" for each in shown],
            title=f"{self.dataset}: the {len(shown)} most suspect labels",
        )


def _adjective(part: str) -> str:
    return "training" if part == "train" else part


def _known(model: Any, name: str) -> Any:
    """Return a class as a model calls it: positions and numbers are written as text here."""
    classes = getattr(model, "classes_", ())
    return next((label for label in classes if str(label) == name), name)
