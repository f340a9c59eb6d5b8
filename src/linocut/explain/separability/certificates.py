"""Certificates of separability: what was proved of which images, kept and checked again."""

from __future__ import annotations

import hashlib
import io
import json
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from linocut.core import LinocutError, Result
from linocut.core.arrays import flatten_images
from linocut.core.files import write_whole
from linocut.explain.separability.exact import Bytes, Integers, is_witness, smallest_margin
from linocut.explain.separability.search import (
    Answer,
    Separator,
    Undecided,
    Witness,
    separate,
)

if TYPE_CHECKING:
    from matplotlib.figure import Figure

FORMAT = "linocut separability 1"
SEPARABLE, INSEPARABLE, UNDECIDED = "separable", "not separable", "undecided"
REST = "the rest"


@dataclass(frozen=True, eq=False)
class Certificate:
    """What is known of one class against another, or against all others.

    Attributes
    ----------
    first, second : int
        Positions of the classes; −1 is all other classes.
    answer : Separator, Witness or Undecided
        A proof of one or the other, or what was tried.
    seconds : float
        Time that the search took.
    """

    first: int
    second: int
    answer: Answer
    seconds: float = 0.0

    @property
    def verdict(self) -> str:
        """``"separable"``, ``"not separable"`` or ``"undecided"``."""
        if isinstance(self.answer, Separator):
            return SEPARABLE
        return INSEPARABLE if isinstance(self.answer, Witness) else UNDECIDED

    def holds(self, X: Bytes, y: NDArray[np.int64]) -> bool:
        """Check the proof on images X (n, d) with labels y (n,), in exact arithmetic.

        An undecided certificate claims nothing, and holds.
        """
        rows, signs = problem(y, self.first, self.second)
        if isinstance(self.answer, Separator):
            weights, intercept = self.answer.weights, self.answer.intercept
            if weights.shape != (X.shape[1],):
                return False
            try:
                return smallest_margin(X[rows], signs, weights, intercept) >= 1
            except OverflowError:
                return False
        if isinstance(self.answer, Witness):
            at = self.answer.rows
            inside = len(at) > 0 and at.min() >= 0 and at.max() < len(rows)
            return bool(inside and is_witness(X[rows[at]], signs[at], self.answer.multipliers))
        return True


@dataclass(frozen=True, eq=False)
class Separability(Result):
    """All pairs of classes, and each class against the rest.

    Attributes
    ----------
    classes : tuple of str
        The K classes.
    certificates : tuple of Certificate
        Pairs first.
    images : str
        SHA-256 of images and labels, in hexadecimal: what the proofs are about.
    """

    classes: tuple[str, ...]
    certificates: tuple[Certificate, ...]
    images: str

    @property
    def sentence(self) -> str:
        """Count the verdicts."""
        parts = []
        for name, wanted in (("pairs", True), ("classes against the rest", False)):
            mine = [each for each in self.certificates if (each.second >= 0) == wanted]
            if mine:
                counts = {
                    verdict: sum(each.verdict == verdict for each in mine)
                    for verdict in (SEPARABLE, INSEPARABLE, UNDECIDED)
                }
                said = f"{counts[SEPARABLE]} of {len(mine)} {name} are separable by a straight cut"
                if counts[UNDECIDED]:
                    said += f" and {counts[UNDECIDED]} undecided"
                parts.append(said)
        return "; ".join(parts) + "."

    def name(self, position: int) -> str:
        """Return the name of a class; −1 is the rest."""
        return REST if position < 0 else self.classes[position]

    def rows(self) -> list[dict[str, Any]]:
        """Return one row a certificate."""
        table = []
        for each in self.certificates:
            row = {
                "class": self.name(each.first),
                "against": self.name(each.second),
                "verdict": each.verdict,
                "seconds": each.seconds,
            }
            if isinstance(each.answer, Separator):
                largest = int(np.abs(each.answer.weights).max(initial=0))
                row["proof"] = f"integer weights up to {largest:,}"
            elif isinstance(each.answer, Witness):
                digits = len(str(max(each.answer.multipliers)))
                row["proof"] = f"{len(each.answer.rows):,} images, {digits:,} digits"
            else:
                row["proof"] = each.answer.tried
            table.append(row)
        return table

    def to_dict(self) -> dict[str, Any]:
        """Return the table as plain data."""
        return {"sentence": self.sentence, "images": self.images, "certificates": self.rows()}

    def failing(self, images: Any, labels: Any) -> list[Certificate]:
        """Return the certificates that do not hold for images (n, h, w) and labels (n,).

        Raises
        ------
        LinocutError
            If these are not the images that the certificates are about.
        """
        X, y = _bytes(images), np.asarray(labels, np.int64)
        if fingerprint(X, y) != self.images:
            raise LinocutError(
                "these certificates are about other images or labels — give the dataset that "
                "they were made from"
            )
        return [each for each in self.certificates if not each.holds(X, y)]

    def plot(self) -> Figure:
        """Draw the table of pairs, and the row of each class against the rest."""
        from linocut.plot import plot_separability  # Matplotlib loads on use

        K = len(self.classes)
        verdicts = np.full((K + 1, K), "", dtype=object)
        for each in self.certificates:
            if each.second < 0:
                verdicts[K, each.first] = each.verdict
            else:
                verdicts[each.first, each.second] = verdicts[each.second, each.first] = each.verdict
        return plot_separability(verdicts, self.classes, title=self.sentence)

    def save(self, path: Path) -> Path:
        """Write the certificates into one .npz file of numbers and text, without any code."""
        arrays: dict[str, NDArray[Any]] = {}
        entries = []
        for i, each in enumerate(self.certificates):
            entry: dict[str, Any] = {
                "first": each.first,
                "second": each.second,
                "verdict": each.verdict,
                "seconds": each.seconds,
            }
            if isinstance(each.answer, Separator):
                arrays[f"{i}.weights"] = np.append(each.answer.weights, each.answer.intercept)
                entry["margin"] = each.answer.margin
            elif isinstance(each.answer, Witness):
                arrays[f"{i}.rows"] = each.answer.rows
                arrays[f"{i}.multipliers"] = _as_bytes(each.answer.multipliers)
            else:
                entry["tried"] = each.answer.tried
            entries.append(entry)
        about = {
            "format": FORMAT, "classes": self.classes, "images": self.images,
            "certificates": entries,
        }  # fmt: skip
        text = json.dumps(about, ensure_ascii=False).encode()
        out = io.BytesIO()
        arrays["about"] = np.frombuffer(text, np.uint8)
        np.savez_compressed(out, allow_pickle=False, **arrays)
        return write_whole(path, out.getvalue())

    @classmethod
    def load(cls, path: Path) -> Separability:
        """Read certificates; nothing in the file is executed.

        Raises
        ------
        LinocutError
            If the file is no such file.
        """
        try:
            with np.load(path, allow_pickle=False) as file:
                about = json.loads(bytes(file["about"]))
                certificates = tuple(
                    _read(file, i, entry) for i, entry in enumerate(about["certificates"])
                )
                known = about["format"] == FORMAT
                table = cls(tuple(about["classes"]), certificates, about["images"])
        except FileNotFoundError:
            raise LinocutError(f"{path} — no such file") from None
        except Exception as error:  # whatever is wrong with it, it is not what was written
            raise LinocutError(f"{path}: holds no certificates of separability") from error
        if not known:
            raise LinocutError(f"{path}: format {about['format']!r} — known: {FORMAT}")
        return table


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
        If images are not bytes, or fewer than two classes have images.

    Examples
    --------
    >>> square = np.array([[0, 0], [1, 1], [0, 1], [1, 0]], np.uint8) * 255
    >>> table = separability(square, [0, 0, 1, 1], ["same", "different"])  # XOR
    >>> table.certificates[0].verdict, table.certificates[0].answer.multipliers
    ('not separable', (1, 1, 1, 1))
    """
    X, y = _bytes(images), np.asarray(labels, np.int64)
    names = tuple(class_names)
    present = [k for k in range(len(names)) if np.any(y == k)]
    if len(present) < 2:
        raise LinocutError(f"images of {len(present)} class — two are needed to separate")
    about = fingerprint(X, y)
    kept: dict[tuple[int, int], Certificate] = {}
    if known is not None and known.images == about:
        kept = {(each.first, each.second): each for each in known.certificates}
    problems = [(a, b) for at, a in enumerate(present) for b in present[at + 1 :]]
    if len(present) > 2:
        problems += [(a, -1) for a in present]
    made = []
    for first, second in problems:
        old = kept.get((first, second))
        if old is not None and old.verdict != UNDECIDED and old.holds(X, y):
            made.append(old)
        else:
            made.append(_decided(X, y, first, second))
        if on_problem:
            on_problem(made[-1], len(problems))
    return Separability(names, tuple(made), about)


def certificates_of(
    images: Any, labels: Any, class_names: Iterable[str], made: Iterable[Certificate]
) -> Separability:
    """Put certificates of some images together, such as those made before an interruption."""
    X, y = _bytes(images), np.asarray(labels, np.int64)
    return Separability(tuple(class_names), tuple(made), fingerprint(X, y))


def problem(y: NDArray[np.int64], first: int, second: int) -> tuple[NDArray[np.intp], Integers]:
    """Return the rows of two classes, or of all for −1, and +1 for those of the first, else −1."""
    rows = np.arange(len(y)) if second < 0 else np.flatnonzero((y == first) | (y == second))
    return rows, np.where(y[rows] == first, 1, -1).astype(np.int64)


def fingerprint(X: Bytes, y: NDArray[np.int64]) -> str:
    """Return the SHA-256 of images and labels."""
    digest = hashlib.sha256(repr(X.shape).encode())
    digest.update(np.ascontiguousarray(X).data)
    digest.update(np.ascontiguousarray(y.astype("<i8")).data)
    return digest.hexdigest()


def _decided(X: Bytes, y: NDArray[np.int64], first: int, second: int) -> Certificate:
    began = time.perf_counter()
    rows, signs = problem(y, first, second)
    answer = separate(np.ascontiguousarray(X[rows]), signs)
    return Certificate(first, second, answer, time.perf_counter() - began)


def _bytes(images: Any) -> Bytes:
    X = flatten_images(np.asarray(images))
    if X.dtype != np.uint8 or X.ndim != 2:
        raise LinocutError(
            f"images of type {X.dtype} and shape {X.shape} — exact arithmetic needs bytes (uint8), "
            "(n, h, w) or (n, d)"
        )
    return np.asarray(X)


def _as_bytes(numbers: Iterable[int]) -> NDArray[np.uint8]:
    """Write integers of any size as rows of bytes, the least first."""
    numbers = list(numbers)
    width = max(1, max(number.bit_length() for number in numbers) + 7 >> 3)
    rows = [np.frombuffer(number.to_bytes(width, "little"), np.uint8) for number in numbers]
    return np.stack(rows)


def _read(file: Any, i: int, entry: dict[str, Any]) -> Certificate:
    answer: Answer
    if entry["verdict"] == SEPARABLE:
        weights = file[f"{i}.weights"].astype(np.int64)
        answer = Separator(weights[:-1], int(weights[-1]), int(entry["margin"]))
    elif entry["verdict"] == INSEPARABLE:
        numbers = file[f"{i}.multipliers"]
        multipliers = tuple(int.from_bytes(row.tobytes(), "little") for row in numbers)
        answer = Witness(file[f"{i}.rows"].astype(np.int64), multipliers)
    else:
        answer = Undecided(str(entry["tried"]))
    return Certificate(int(entry["first"]), int(entry["second"]), answer, float(entry["seconds"]))
