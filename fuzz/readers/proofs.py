"""Files of proofs: none may verify that states what is not so, or not all of it.

Read here is also verified, for images whose truth is known from elsewhere: verdicts from linear
programs, pairs from `itertools`, margins and sums from integers.
"""

from __future__ import annotations

import json
from contextlib import suppress
from dataclasses import dataclass, replace
from functools import cache, lru_cache
from itertools import combinations
from typing import Any

import numpy as np
from numpy.random import Generator
from numpy.typing import NDArray
from scipy.optimize import linprog

from fuzz.json_mutations import edited, naughty
from fuzz.mutations import changed, spliced
from linocut.core import LinocutError
from linocut.data import load_dataset
from linocut.data.dataset import fingerprint
from linocut.explain.separability import Separability, Separator, Witness, separability
from linocut.explain.separability.proof_file import packed_arrays, unpacked_arrays

Arrays = dict[str, NDArray[Any]]

IMAGES = 120  # of the digits, that proofs are about
NO_PLACE = (AttributeError, IndexError, KeyError, OverflowError, TypeError, ValueError)
HUGE = 10**5  # bytes of a multiplier that is made far too large


@dataclass(frozen=True, eq=False)
class Subject:
    """Images with what is true of them."""

    images: NDArray[np.uint8]
    labels: NDArray[np.int64]
    names: tuple[str, ...]
    truth: dict[tuple[str, str], bool]  # whether they are separable, by names


class Proofs:
    """`linocut.explain.separability.Separability`: `of_bytes`, then `verified`."""

    def seeds(self) -> list[bytes]:
        """Return certificates of digits: all separable, some, only two classes."""
        return [_timeless(separability(s.images, s.labels, s.names)) for s in subjects()]

    def mutated(self, seeds: list[bytes], random: Generator) -> bytes:
        """Damage one of them, or forge it: a sound file of something else."""
        which = int(random.integers(len(seeds)))
        seed, other = seeds[which], seeds[random.integers(len(seeds))]
        way = random.random()
        if way < 0.1:
            return changed(seed, random)
        if way < 0.15:
            return spliced(seed, other, random)
        arrays, foreign = dict(_unpacked(seed)), _unpacked(other)
        for _ in range(random.integers(1, 4)):
            forge = FORGERIES[random.integers(len(FORGERIES))]
            # One that finds no place, since another was there before, leaves things as they are.
            with suppress(*NO_PLACE), np.errstate(all="ignore"):
                forge(arrays, foreign, subjects()[which], random)
        return packed_arrays(arrays)

    def read(self, data: bytes) -> Any:
        """Read and verify certificates; what verifies must be all of the truth."""
        claimed = Separability.of_bytes(data)
        found = None
        # Last those whose refusal says most.
        for subject in sorted(subjects(), key=lambda each: len(each.names) == len(claimed.classes)):
            try:
                found = claimed.verified(subject.images, subject.labels, subject.names)
            except LinocutError as error:
                refused = error
            else:
                _check(claimed, found, subject)
        if found is None:
            raise refused
        return found


def _timeless(table: Separability) -> bytes:
    """Return a file that is the same whenever it is made."""
    certificates = tuple(replace(each, seconds=1.0) for each in table.certificates)
    return replace(table, certificates=certificates).to_bytes()


@cache
def subjects() -> tuple[Subject, ...]:
    """Return all that proofs are about here."""
    part = load_dataset("digits").train

    def of(classes: tuple[int, ...], step: int) -> Subject:
        rows = np.flatnonzero(np.isin(part.labels, classes))[:IMAGES]
        images = np.ascontiguousarray(part.images[rows, ::step, 1::step])
        labels = np.searchsorted(classes, part.labels[rows]).astype(np.int64)
        names = tuple(f"digit {k}" for k in classes)
        return Subject(images, labels, names, _truth(images, labels, names))

    return of((0, 1, 2), 1), of((0, 3, 8, 9), 3), of((8, 9), 4)


def _truth(
    images: NDArray[np.uint8], labels: NDArray[np.int64], names: tuple[str, ...]
) -> dict[tuple[str, str], bool]:
    X = images.reshape(len(images), -1) / 255
    truth = {}
    for a, b in combinations(range(len(names)), 2):
        few = np.isin(labels, (a, b))
        truth[names[a], names[b]] = _separable(X[few], labels[few] == a)
    if len(names) > 2:
        for a, name in enumerate(names):
            truth[name, "the rest"] = _separable(X, labels == a)
    return truth


def _separable(X: NDArray[np.float64], first: NDArray[np.bool_]) -> bool:
    signs = np.where(first, 1, -1)
    A = -signs[:, None] * np.column_stack([X, np.ones(len(X))])
    program = linprog(np.zeros(A.shape[1]), A_ub=A, b_ub=-np.ones(len(A)), bounds=(None, None))
    return bool(program.status == 0)


def _check(claimed: Separability, found: Separability, subject: Subject) -> None:
    """Raise where a verified table says what is not so, or not all of it."""
    rows = {(row["class"], row["against"]): row["verdict"] for row in found.rows()}
    if found.classes != subject.names or len(found.certificates) != len(rows):
        raise AssertionError("verified for other classes, or twice")
    if list(rows) != list(subject.truth):
        raise AssertionError(f"verified for {list(rows)}")
    for names, separable in subject.truth.items():
        if rows[names] not in {"undecided", "separable" if separable else "not separable"}:
            raise AssertionError(f"{names} are {rows[names]}")
    if claimed.sentence != found.sentence or "nothing is known" in found.sentence:
        raise AssertionError(f"said {claimed.sentence!r}")
    if ("undecided" in rows.values()) != ("undecided" in found.what_holds):
        raise AssertionError(f"said {found.what_holds!r}")
    X = subject.images.reshape(len(subject.images), -1).astype(np.int64)
    for each in found.certificates:
        among = np.isin(subject.labels, each.problem) | (each.second < 0)
        signs = np.where(subject.labels[among] == each.first, 1, -1)
        signed = np.column_stack([X[among], np.ones(len(signs), np.int64)]) * signs[:, None]
        if isinstance(each.answer, Separator):
            weights = np.append(each.answer.weights, each.answer.intercept)
            if (signed @ weights).min() != each.answer.margin:
                raise AssertionError(f"a margin of {each.answer.margin}")
        elif isinstance(each.answer, Witness):
            sums = np.array(each.answer.multipliers, object) @ signed[each.answer.rows]
            if sums.any() or len(set(each.answer.rows.tolist())) != len(each.answer.rows):
                raise AssertionError(f"a sum of {sums}")


@lru_cache(maxsize=64)
def _unpacked(seed: bytes) -> Arrays:
    return unpacked_arrays(seed)


# Each changes arrays in place of which `foreign` has others.


def _other_names(arrays: Arrays, foreign: Arrays, subject: Subject, random: Generator) -> None:
    """Swap, drop, add or double names of classes; the hash may be made to fit."""
    about = json.loads(arrays["about"].tobytes())
    names = list(about["classes"])
    at, to = random.integers(len(names), size=2)
    way = random.integers(5)
    if way < 2:
        names[at], names[to] = names[to], names[at]
    elif way == 2:
        del names[at]
    elif way == 3:
        names.insert(at, "digit 7")
    else:
        names[at] = names[to]
    about["classes"] = names
    if random.random() < 0.7:
        about["images"] = fingerprint(subject.images, subject.labels, tuple(names))
    arrays["about"] = _json(about)


def _other_json(arrays: Arrays, foreign: Arrays, subject: Subject, random: Generator) -> None:
    about, other = (json.loads(each["about"].tobytes()) for each in (arrays, foreign))
    made = edited(about, [other], random) if random.random() < 0.9 else naughty(random)
    arrays["about"] = _json(made)


def _other_pairs(arrays: Arrays, foreign: Arrays, subject: Subject, random: Generator) -> None:
    """Set other classes against each other."""
    problems = arrays["problems"].copy()
    at = random.integers(len(problems))
    way = random.integers(5)
    if way == 0:
        problems[at] = problems[at, ::-1].copy()
    elif way == 1:
        problems[at, 1] = problems[at, 0]
    elif way == 2:
        problems[at] = problems[random.integers(len(problems))]
    elif way == 3:
        problems[at] = random.integers(-2, len(subject.names) + 1, size=2)
    else:
        problems = random.permutation(problems)
    arrays["problems"] = problems


def _certificates(arrays: Arrays, foreign: Arrays, subject: Subject, random: Generator) -> None:
    """Leave certificates out, repeat them, or change their order, with all that belongs to them."""
    m = len(arrays["problems"])
    way = random.integers(4)
    if way == 0:
        kept = np.sort(random.permutation(m)[: random.integers(m + 1)])
    elif way == 1:
        kept = np.sort(np.append(np.arange(m), random.integers(m))) if m else np.arange(0)
    elif way == 2:
        kept = random.permutation(m)
    else:
        kept = np.zeros(0, np.int64)
    _keep(arrays, kept)


def _keep(arrays: Arrays, kept: NDArray[np.int64]) -> None:
    verdicts, sizes = arrays["verdicts"], arrays["witnesses"]
    row_ends, byte_ends = np.cumsum(sizes[:, 0]), np.cumsum(sizes[:, 0] * sizes[:, 1])
    number = np.where(verdicts == 1, np.cumsum(verdicts == 1), np.cumsum(verdicts == 2)) - 1
    separators = number[kept][verdicts[kept] == 1]
    witnesses = number[kept][verdicts[kept] == 2]
    made = {
        "problems": arrays["problems"][kept],
        "verdicts": verdicts[kept],
        "seconds": arrays["seconds"][kept],
        "weights": arrays["weights"][separators],
        "margins": arrays["margins"][separators],
        "witnesses": sizes[witnesses],
        "rows": np.concatenate([
            arrays["rows"][:0],
            *(arrays["rows"][row_ends[i] - sizes[i, 0] : row_ends[i]] for i in witnesses),
        ]),
        "multipliers": np.concatenate([
            arrays["multipliers"][:0],
            *(arrays["multipliers"][byte_ends[i] - sizes[i].prod() : byte_ends[i]]
              for i in witnesses),
        ]),
    }  # fmt: skip
    arrays.update(made)


def _undecided(arrays: Arrays, foreign: Arrays, subject: Subject, random: Generator) -> None:
    """Claim another verdict; it may become undecided with its proof taken away."""
    verdicts = arrays["verdicts"].copy()
    separable = np.flatnonzero(verdicts == 1)
    if len(separable) and random.random() < 0.7 and len(arrays["weights"]) == len(separable):
        at = random.integers(len(separable))
        verdicts[separable[at]] = 0
        for name in ("weights", "margins"):
            arrays[name] = np.delete(arrays[name], at, axis=0)
    elif len(verdicts):
        verdicts[random.integers(len(verdicts))] = random.integers(4)
    arrays["verdicts"] = verdicts


def _numbers(arrays: Arrays, foreign: Arrays, subject: Subject, random: Generator) -> None:
    """Change numbers of an array, or its form."""
    name = ("weights", "margins", "rows", "multipliers", "witnesses", "seconds", "verdicts")[
        random.integers(7)
    ]
    array = arrays[name].copy()
    flat = array.reshape(-1)
    way = random.integers(10)
    if way in {0, 1} and flat.size:
        flat[random.integers(flat.size)] += random.integers(1, 3)
    elif way == 2 and flat.size:
        most = np.finfo(array.dtype) if array.dtype.kind == "f" else np.iinfo(array.dtype)
        flat[random.integers(flat.size)] = random.choice([most.max, most.min])
    elif way == 3:
        flat[:] = random.permutation(flat)
    elif way == 4:
        flat *= np.array(2).astype(array.dtype)
    elif way == 5:
        flat[:] = 0
    elif way == 6:
        array = array[: random.integers(len(array) + 1)]
    elif way == 7:
        array = np.concatenate([array, array])
    elif way == 8:
        array = array.astype(random.choice(["<i2", "<i4", "<i8", "<f8", "|u1", "<U3"]))
    else:
        array = foreign[name]
    arrays[name] = array


def _huge(arrays: Arrays, foreign: Arrays, subject: Subject, random: Generator) -> None:
    """Multiply the multipliers of the first witness by a power of 256."""
    (n, width), more = arrays["witnesses"][0].tolist(), int(random.choice([1, 20, 200, HUGE]))
    first = arrays["multipliers"][: n * width].reshape(n, width)
    wider = np.pad(first, ((0, 0), (more, 0)))
    arrays["multipliers"] = np.concatenate([wider.ravel(), arrays["multipliers"][n * width :]])
    sizes = arrays["witnesses"].copy()
    sizes[0, 1] = width + more
    arrays["witnesses"] = sizes


def _members(arrays: Arrays, foreign: Arrays, subject: Subject, random: Generator) -> None:
    """Take one array from elsewhere, leave it out or add one."""
    name = list(foreign)[random.integers(len(foreign))]
    if random.random() < 0.1:
        arrays.setdefault("more", np.zeros(3))
    elif random.random() < 0.2:
        arrays[name] = np.zeros(0)
    else:
        arrays[name] = foreign[name]


def _json(value: Any) -> NDArray[np.uint8]:
    return np.frombuffer(json.dumps(value).encode(), np.uint8)


FORGERIES = (
    _other_names, _other_json, _other_pairs, _certificates, _certificates, _undecided, _numbers,
    _numbers, _huge, _members,
)  # fmt: skip
READER = Proofs()
