"""How well strings are read: whole images, single glyphs, which for which, and where."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from linocut.core import LinocutError, Result, plain
from linocut.evaluate.decisions import RiskCoverage
from linocut.evaluate.intervals import Estimate, share_of
from linocut.lines.data import symbols_of
from linocut.lines.judging.comparing import Pair, paired

if TYPE_CHECKING:
    from matplotlib.figure import Figure

NOTHING = "nothing"  # read where there is a glyph, or true where one was read


@dataclass(frozen=True)
class Mixed:
    """A glyph that was read as another, missed or read where there is none, and how often."""

    true: str
    read: str
    count: int


@dataclass(frozen=True, eq=False, repr=False)
class StringEvaluation(Result):
    """How well the strings in n images were read.

    Attributes
    ----------
    true, read : tuple of n str
        What stands in each image, and what was read.
    probabilities : float64 array, shape (n,), or None
        Of what was read.

    Examples
    --------
    >>> result = judge_texts(["2b8", "mm7"], ["2d8", "mm7"])
    >>> print(result.sentence)
    1 of 2 images read wholly: 50.00 % (95 % interval 9.45 to 90.55). 5 of 6 glyphs read: 83.33 % \
(43.65–96.99). The commonest mistake: b read as d (1).
    """

    true: tuple[str, ...]
    read: tuple[str, ...]
    probabilities: NDArray[np.float64] | None = None

    @property
    def n(self) -> int:
        """Number of images."""
        return len(self.true)

    @cached_property
    def right(self) -> NDArray[np.bool_]:
        """Whether each image was read wholly, shape (n,)."""
        return np.array([a == b for a, b in zip(self.true, self.read, strict=True)])

    @cached_property
    def pairs(self) -> tuple[tuple[Pair, ...], ...]:
        """Of each image, its glyphs with what was read for them."""
        return tuple(
            paired(symbols_of(true), symbols_of(read) if read else ())
            for true, read in zip(self.true, self.read, strict=True)
        )

    @property
    def whole(self) -> Estimate:
        """Share of images read wholly, with its 95 % Wilson interval."""
        return share_of(int(self.right.sum()), self.n)

    @property
    def glyphs(self) -> Estimate:
        """Share of glyphs read as what they are, with its interval as if each stood alone."""
        of = [pair.right for pairs in self.pairs for pair in pairs if pair.true is not None]
        return share_of(sum(of), len(of))

    @property
    def n_glyphs(self) -> int:
        """Number of glyphs in all true texts."""
        return sum(pair.true is not None for pairs in self.pairs for pair in pairs)

    @property
    def mixed(self) -> tuple[Mixed, ...]:
        """What was read for what, the commonest mistake first."""
        counts = Counter(
            (pair.true or NOTHING, pair.read or NOTHING)
            for pairs in self.pairs
            for pair in pairs
            if not pair.right
        )
        return tuple(Mixed(*both, count) for both, count in counts.most_common())

    @cached_property
    def names(self) -> tuple[str, ...]:
        """The symbols that occur, sorted; then `NOTHING` if a glyph was missed or is too many."""
        seen = {name for pairs in self.pairs for p in pairs for name in (p.true, p.read)}
        lacking = (NOTHING,) if None in seen else ()
        return (*sorted(name for name in seen if name is not None), *lacking)

    @property
    def confusion(self) -> NDArray[np.int64]:
        """Counts (K, K) of glyphs; row = true, column = read, both in the order of `names`."""
        place = {name: k for k, name in enumerate(self.names)}
        counts = np.zeros((len(place), len(place)), np.int64)
        for pairs in self.pairs:
            for pair in pairs:
                counts[place[pair.true or NOTHING], place[pair.read or NOTHING]] += 1
        return counts

    @property
    def by_position(self) -> tuple[Estimate, ...]:
        """Share of glyphs read as what they are, by their position from the left."""
        right: Counter[int] = Counter()
        count: Counter[int] = Counter()
        for pairs in self.pairs:
            for pair in pairs:
                if pair.true is not None:
                    count[pair.position] += 1
                    right[pair.position] += pair.right
        return tuple(share_of(right[at], count[at]) for at in range(len(count)))

    @property
    def risk_coverage(self) -> RiskCoverage:
        """How the share of misread images falls as the least certain are rejected.

        Raises
        ------
        LinocutError
            Without probabilities.
        """
        if self.probabilities is None:
            raise LinocutError("no probabilities of what was read — give them to judge_texts")
        return RiskCoverage.from_certainty(self.probabilities, ~self.right)

    @property
    def sentence(self) -> str:
        """Say how many images and glyphs were read, and what was mixed up most."""
        right = int(self.right.sum())
        seen = round(self.glyphs.value * self.n_glyphs)
        told = ""
        if mixed := self.mixed:
            what = mixed[0]
            named = {
                (False, False): f"{what.true} read as {what.read}",
                (False, True): f"{what.true} missed",
                (True, False): f"a {what.read} read where there is none",
            }[what.true == NOTHING, what.read == NOTHING]
            told = f" The commonest mistake: {named} ({what.count:,})."
        return (
            f"{right:,} of {self.n:,} images read wholly: {self.whole.percent_in_words(2)}. "
            f"{seen:,} of {self.n_glyphs:,} glyphs read: {self.glyphs.percent(2)}.{told}"
        )

    def rows(self) -> list[dict[str, Any]]:
        """Return one row an image."""
        probabilities = [None] * self.n if self.probabilities is None else self.probabilities
        return [
            plain({"true": true, "read": read, "right": bool(right), "probability": p})
            for true, read, right, p in zip(
                self.true, self.read, self.right, probabilities, strict=True
            )
        ]

    def table_rows(self) -> list[dict[str, Any]]:
        """Return one row a position in the text."""
        return [
            {"position": at, **share.columns("right")}
            for at, share in enumerate(self.by_position, start=1)
        ]

    def to_dict(self) -> dict[str, Any]:
        """Return every figure of the evaluation as plain data."""
        data: dict[str, Any] = plain(
            {
                "n": self.n,
                "n_glyphs": self.n_glyphs,
                **self.whole.columns("whole"),
                **self.glyphs.columns("glyphs"),
                "by_position": self.table_rows(),
                "mixed": [vars(each) for each in self.mixed],
                "images": self.rows(),
            }
        )
        return data

    def plot(self) -> Figure:
        """Draw which glyphs are read as which, and how many are read at each position."""
        from linocut.plot import plot_string_confusion  # Matplotlib loads on use

        return plot_string_confusion(
            self.confusion,
            self.names,
            [(share.value, share.low, share.high) for share in self.by_position],
        )


def judge_texts(
    true: Sequence[str], read: Sequence[str], probabilities: ArrayLike | None = None
) -> StringEvaluation:
    """Compare what was read in images with what stands there.

    Parameters
    ----------
    true, read : sequences of n str
        The true texts and those that were read; none may be read.
    probabilities : array, shape (n,), optional
        Of what was read.

    Raises
    ------
    LinocutError
        If there are no images, or they are not as many of each.
    """
    P = None if probabilities is None else np.asarray(probabilities, np.float64)
    if len(true) != len(read) or not true or (P is not None and P.shape != (len(true),)):
        of = "" if P is None else f" and probabilities of shape {P.shape}"
        raise LinocutError(
            f"{len(true)} true texts, {len(read)} read ones{of} — at least one image, and as many "
            "of each"
        )
    return StringEvaluation(tuple(true), tuple(read), P)
