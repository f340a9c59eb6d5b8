"""Certificates of separability: what was proved of which images, kept and checked again."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from linocut.core import LinocutError, Result
from linocut.core.arrays import flatten_images
from linocut.core.files import write_whole
from linocut.data.dataset import fingerprint
from linocut.explain.separability import proof_file
from linocut.explain.separability.certificate import (
    INSEPARABLE,
    REST,
    SEPARABLE,
    UNDECIDED,
    Certificate,
    Problem,
    problems_of,
    rows_of,
)
from linocut.explain.separability.exact import Bytes
from linocut.explain.separability.search import Answer, separate

if TYPE_CHECKING:
    from matplotlib.figure import Figure

TOLD = 5  # problems that a message names
LONGEST_NAME = 60  # letters of a class's name in a message


@dataclass(frozen=True, eq=False, repr=False)
class Separability(Result):
    """All pairs of classes, and each class against the rest.

    What was read from a file is a claim until `verified`.

    Attributes
    ----------
    classes : tuple of str
        The K classes.
    certificates : tuple of Certificate
        Pairs first; not all there where a search was interrupted.
    images : str
        SHA-256 of images, labels and classes (`linocut.data.ImageDataset.fingerprint`): what the
        proofs are about.

    Raises
    ------
    LinocutError
        If a certificate is about a class that there is none, about a class against itself, or
        about what another one is about.
    """

    classes: tuple[str, ...]
    certificates: tuple[Certificate, ...]
    images: str

    def __post_init__(self) -> None:
        seen: set[Problem] = set()
        K = len(self.classes)
        for first, second in (each.problem for each in self.certificates):
            if not (0 <= first < K and REST <= second < K):
                raise LinocutError(f"a certificate sets class {first} against {second}, of {K}")
            if first == second:
                raise LinocutError(f"a certificate sets {self.classes[first]!r} against itself")
            if second != REST and first > second:
                raise LinocutError(f"a certificate sets class {first} against an earlier one")
            if (first, second) in seen:
                raise LinocutError(f"{self._told([(first, second)])} is there twice")
            seen.add((first, second))

    @property
    def sentence(self) -> str:
        """Count the verdicts."""
        K = len(self.classes)
        pairs = [each for each in self.certificates if each.second != REST]
        rest = [each for each in self.certificates if each.second == REST]
        parts = [_counted(pairs, K * (K - 1) // 2, "pairs")]
        if rest or K > 2:
            parts.append(_counted(rest, K, "classes against the rest"))
        return "; ".join(parts) + "."

    @property
    def rest(self) -> str:
        """What all classes but one are called together: by a name that none of them has."""
        name = "the rest"
        while name in self.classes:
            name += " of the classes"
        return name

    def name(self, position: int) -> str:
        """Return the name of a class; −1 is the rest."""
        return self.rest if position == REST else self.classes[position]

    def rows(self) -> list[dict[str, Any]]:
        """Return one row a certificate."""
        return [
            {
                "class": self.name(each.first),
                "against": self.name(each.second),
                "verdict": each.verdict,
                "seconds": each.seconds,
                "proof": each.described(),
            }
            for each in self.certificates
        ]

    def to_dict(self) -> dict[str, Any]:
        """Return the table as plain data."""
        return {"sentence": self.sentence, "images": self.images, "certificates": self.rows()}

    def verified(self, images: Any, labels: Any, class_names: Iterable[str]) -> Separability:
        """Check that all is proved, and all of it about these images and classes.

        Parameters
        ----------
        images : uint8 array, shape (n, h, w) or (n, d)
            Training images.
        labels : int array, shape (n,)
            Position of each one's class.
        class_names : sequence of K str
            The classes.

        Returns
        -------
        Separability
            Made from what was checked alone: every pair of classes with images once, and each
            against the rest. Undecided certificates claim nothing, and stay undecided.

        Raises
        ------
        LinocutError
            If it is about other images, labels or classes, if a certificate does not hold, or if
            some are missing; the message names them. If there is nothing to prove.

        Examples
        --------
        >>> square = np.array([[0, 0], [1, 1], [0, 1], [1, 0]], np.uint8) * 255
        >>> table = separability(square, [0, 0, 1, 1], ["same", "different"])
        >>> table.verified(square, [0, 0, 1, 1], ["different", "same"])
        Traceback (most recent call last):
        linocut.core.errors.LinocutError: class 0 is 'same' in the certificates, and 'different' \
in the dataset — give the dataset that they were made from
        """
        about = _Subject.of(images, labels, class_names)
        self._check_subject(about)
        wanted = dict.fromkeys(about.problems())
        there = {each.problem: each for each in self.certificates}
        wrong = [
            f"{self._told([problem])} (there are no images of it)"
            for problem in there
            if problem not in wanted
        ]
        checked = []
        for problem in wanted:
            if problem in there:
                began = time.perf_counter()
                fault = there[problem].fault(about.X, about.y)
                checked.append(replace(there[problem], seconds=time.perf_counter() - began))
                if fault:
                    wrong.append(f"{self._told([problem])} ({fault})")
        missing = [problem for problem in wanted if problem not in there]
        parts = []
        if wrong:
            verb = "does" if len(wrong) == 1 else "do"
            parts.append(f"{len(wrong)} of {len(self.certificates)} certificates {verb} not hold: "
                         f"{_first_of(wrong)}")  # fmt: skip
        if missing:
            verb = "is" if len(missing) == 1 else "are"
            parts.append(f"{len(missing)} of {len(wanted)} certificates {verb} missing: "
                         f"{self._told(missing)}")  # fmt: skip
        if parts:
            raise LinocutError("; ".join(parts))
        return Separability(about.names, tuple(checked), about.fingerprint)

    @property
    def what_holds(self) -> str:
        """Say how many certificates hold, once they are `verified`, and which claim nothing."""
        n = len(self.certificates)
        open_ones = [each.problem for each in self.certificates if each.verdict == UNDECIDED]
        if open_ones:
            return (
                f"{n - len(open_ones)} of {n} certificates hold, checked in exact arithmetic; "
                f"undecided: {self._told(open_ones)}"
            )
        return f"all {n} certificates hold, checked in exact arithmetic"

    def _check_subject(self, about: _Subject) -> None:
        advice = "give the dataset that they were made from"
        ours, theirs = self.classes, about.names
        if len(ours) != len(theirs):
            raise LinocutError(
                f"the certificates are about {len(ours)} classes, and the dataset has "
                f"{len(theirs)} — {advice}"
            )
        for at, (name, other) in enumerate(zip(ours, theirs, strict=True)):
            if name != other:
                raise LinocutError(
                    f"class {at} is '{_shown(name)}' in the certificates, and '{_shown(other)}' in "
                    f"the dataset — {advice}"
                )
        if self.images != about.fingerprint:
            raise LinocutError(f"the certificates are about other images or labels — {advice}")

    def _told(self, problems: Sequence[Problem]) -> str:
        return _first_of(
            [" / ".join(_shown(self.name(position)) for position in each) for each in problems]
        )

    def plot(self) -> Figure:
        """Draw the table of pairs, and the row of each class against the rest."""
        from linocut.plot import plot_separability  # Matplotlib loads on use

        K = len(self.classes)
        verdicts = np.full((K + 1, K), "", dtype=object)
        for each in self.certificates:
            if each.second == REST:
                verdicts[K, each.first] = each.verdict
            else:
                verdicts[each.first, each.second] = verdicts[each.second, each.first] = each.verdict
        return plot_separability(verdicts, self.classes, rest=self.rest, title=self.sentence)

    def save(self, path: Path) -> Path:
        """Write the certificates into one .npz file of numbers and text, without any code."""
        return write_whole(path, self.to_bytes())

    def to_bytes(self) -> bytes:
        """Return what `save` writes."""
        return proof_file.packed(proof_file.Contents(self.classes, self.images, self.certificates))

    @classmethod
    def load(cls, path: Path) -> Separability:
        """Read certificates; nothing in the file is executed, and nothing of it is checked yet.

        Raises
        ------
        LinocutError
            If the file is no such file, of another format, or damaged.
        """
        data = proof_file.read_file(Path(path))
        try:
            return cls.of_bytes(data)
        except LinocutError as error:
            raise LinocutError(f"{path}: {error}") from error

    @classmethod
    def of_bytes(cls, data: bytes) -> Separability:
        """Read what `to_bytes` returned."""
        contents = proof_file.unpacked(data)
        return cls(contents.classes, contents.certificates, contents.images)


def separability(
    images: Any,
    labels: Any,
    class_names: Iterable[str],
    *,
    known: Separability | None = None,
    on_problem: Callable[[Certificate, int], None] | None = None,
) -> Separability:
    """Decide every pair of classes and each class against the rest, with proofs.

    Parameters
    ----------
    images : uint8 array, shape (n, h, w) or (n, d)
        Training images.
    labels : int array, shape (n,)
        Position of each one's class.
    class_names : sequence of K str
        The classes.
    known : Separability, optional
        Of the same images: what is proved there is checked and kept.
    on_problem : callable, optional
        Told of each certificate, and of how many there will be.

    Returns
    -------
    Separability

    Raises
    ------
    LinocutError
        If images are not bytes, labels do not point to classes, or fewer than two classes have
        images.

    Examples
    --------
    >>> square = np.array([[0, 0], [1, 1], [0, 1], [1, 0]], np.uint8) * 255
    >>> table = separability(square, [0, 0, 1, 1], ["same", "different"])  # XOR
    >>> table.certificates[0].verdict, table.certificates[0].answer.multipliers
    ('not separable', (1, 1, 1, 1))
    """
    about = _Subject.of(images, labels, class_names)
    problems = about.problems()
    kept = _known_of(about, known)
    made = []
    for problem in problems:
        old = kept.get(problem)
        if old is not None and old.verdict != UNDECIDED and not old.fault(about.X, about.y):
            made.append(old)
        else:
            made.append(_decided(about.X, about.y, problem))
        if on_problem:
            on_problem(made[-1], len(problems))
    return Separability(about.names, tuple(made), about.fingerprint)


def certificates_of(
    images: Any,
    labels: Any,
    class_names: Iterable[str],
    made: Iterable[Certificate],
    *,
    known: Separability | None = None,
) -> Separability:
    """Put certificates of some images together, such as those made before an interruption.

    Parameters
    ----------
    images, labels, class_names
        As for `separability`.
    made : iterable of Certificate
        About them.
    known : Separability, optional
        What was known before, kept where it is of the same images and nothing newer was made.
    """
    about = _Subject.of(images, labels, class_names)
    found = _known_of(about, known) | {each.problem: each for each in made}
    ordered = [found[problem] for problem in about.problems() if problem in found]
    return Separability(about.names, tuple(ordered), about.fingerprint)


@dataclass(frozen=True, eq=False)
class _Subject:
    """What certificates are about."""

    X: Bytes  # (n, d)
    y: NDArray[np.int64]
    names: tuple[str, ...]
    fingerprint: str

    @classmethod
    def of(cls, images: Any, labels: Any, class_names: Iterable[str]) -> _Subject:
        images, names = np.asarray(images), tuple(map(str, class_names))
        X, y = flatten_images(images), np.asarray(labels)
        if X.dtype != np.uint8 or X.ndim != 2:
            raise LinocutError(
                f"images of type {X.dtype} and shape {images.shape} — exact arithmetic needs bytes "
                "(uint8), (n, h, w) or (n, d)"
            )
        if y.shape != (len(X),) or (y.size and y.dtype.kind not in "iu"):
            raise LinocutError(
                f"labels of type {y.dtype} and shape {y.shape} for {len(X):,} images — one whole "
                "number for each image is wanted"
            )
        if y.size and not 0 <= y.min() <= y.max() < len(names):
            raise LinocutError(
                f"labels from {y.min()} to {y.max()} for {len(names)} classes — labels from 0 to "
                f"{len(names) - 1} are wanted"
            )
        y = y.astype(np.int64)
        return cls(X, y, names, fingerprint(images, y, names))

    def problems(self) -> list[Problem]:
        """Return what there is to decide; something, or it is refused."""
        problems = problems_of(self.y)
        if not problems:
            count = len(np.unique(self.y))
            raise LinocutError(f"images of {count} class — two are needed to separate")
        return problems


def _known_of(about: _Subject, known: Separability | None) -> dict[Problem, Certificate]:
    if known is None or known.images != about.fingerprint or known.classes != about.names:
        return {}
    return {each.problem: each for each in known.certificates}


def _decided(X: Bytes, y: NDArray[np.int64], problem: Problem) -> Certificate:
    began = time.perf_counter()
    rows, signs = rows_of(y, problem)
    answer: Answer = separate(np.ascontiguousarray(X[rows]), signs)
    return Certificate(*problem, answer, time.perf_counter() - began)


def _counted(certificates: Sequence[Certificate], total: int, name: str) -> str:
    """Count verdicts, and say of how many where not all are there."""
    if not certificates:
        return f"nothing is known of {total} {name}"
    counts = {
        verdict: sum(each.verdict == verdict for each in certificates)
        for verdict in (SEPARABLE, INSEPARABLE, UNDECIDED)
    }
    said = f"{counts[SEPARABLE]} of {len(certificates)} {name} are separable by a straight cut"
    if counts[UNDECIDED]:
        said += f" and {counts[UNDECIDED]} undecided"
    if len(certificates) < total:
        said += f" (nothing is known of {total - len(certificates)} more)"
    return said


def _first_of(texts: Sequence[str]) -> str:
    more = f" and {len(texts) - TOLD} more" if len(texts) > TOLD else ""
    return ", ".join(texts[:TOLD]) + more


def _shown(name: str) -> str:
    """Return a name as a message of one line can hold it."""
    name = name if len(name) <= LONGEST_NAME else f"{name[:LONGEST_NAME]}…"
    return name if name.isprintable() else repr(name)
