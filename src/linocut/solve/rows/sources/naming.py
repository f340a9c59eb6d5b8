"""Which arrays hold features and which their labels, by names and shapes."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Literal, TypeVar

from linocut.core import LinocutError
from linocut.core.part_names import part_of

File = TypeVar("File")
Shape = tuple[int, ...]
Role = Literal["features", "labels", "weights", ""]

FEATURE_WORDS = frozenset({
    "x", "feature", "features", "feats", "image", "images", "img", "imgs", "embedding",
    "embeddings", "embeds", "emb", "data", "pixels", "input", "inputs", "activations",
})  # fmt: skip
LABEL_WORDS = frozenset(["y", "label", "labels", "lbl", "target", "targets", "class", "classes"])
WEIGHT_WORDS = frozenset({"weight", "weights"})
ROLE_WORDS = FEATURE_WORDS | LABEL_WORDS | WEIGHT_WORDS | {"sample"}
ENDINGS = re.compile(r"\.(npy|gz|idx)(?=$|\.)|[-._]?idx\d?|[-._]?ubyte")
RUN_TOGETHER = re.compile(r"(?<![a-z])([xy])(?=train|test|val)")  # xtrain, ytest


@dataclass(frozen=True)
class Sorted:
    """Names of arrays by what they hold, in the order of the rows.

    ``labels`` is empty, one name for all, or one for each of ``features``.
    """

    features: tuple[str, ...]
    labels: tuple[str, ...]
    aside: tuple[str, ...] = ()


@dataclass
class _Roles:
    features: list[str] = field(default_factory=list)
    labels: list[str] = field(default_factory=list)
    aside: list[str] = field(default_factory=list)


def sort_arrays(
    shapes: Mapping[str, Shape],
    where: str,
    *,
    part: str | None = None,
    labels: bool = True,
    option: str = "labels=",
) -> Sorted:
    """Find the arrays of features and those of the labels that belong to them.

    Parameters
    ----------
    shapes : mapping of str to tuple of int
        Names of arrays or files, in the order of the rows, and their shapes.
    where : str
        What holds them, for messages.
    part : str, optional
        Take these alone of "train", "test" and "validation".
    labels : bool
        Whether labels are looked for.
    option : str
        What the user may name them with.

    Raises
    ------
    LinocutError
        If two readings are possible, or some labels or features are missing.

    Examples
    --------
    >>> sort_arrays({"x-000.npy": (5, 2), "x-001.npy": (3, 2), "labels.npy": (8,)}, "here").labels
    ('labels.npy',)
    >>> sort_arrays({"shard0.labels.npy": (5,), "shard0.npy": (5, 2)}, "here")
    Sorted(features=('shard0.npy',), labels=('shard0.labels.npy',), aside=())
    >>> sort_arrays({"x.npy": (5, 2), "y.npy": (5,), "target.npy": (5,)}, "here")
    Traceback (most recent call last):
    linocut.core.errors.LinocutError: here: y.npy and target.npy may both hold the labels of x.npy — say which with labels=
    """  # noqa: E501
    roles = _roles(shapes, where, part, option if labels else "")
    features = _one_each(roles.features, where)
    if not features:
        told = listed(shapes)
        raise LinocutError(f"{where}: holds {told} — none of them holds features (n, d) by name")
    return Sorted(
        tuple(features.values()),
        _labels_of(features, roles.labels, where, option) if labels else (),
        tuple(roles.aside),
    )


def key_of(name: str) -> tuple[str, ...]:
    """Return what features and their labels have in common in their names.

    Examples
    --------
    >>> key_of("train-images-idx3-ubyte.gz"), key_of("y_017.npy")
    (('train',), ('017',))
    """
    return tuple(word for word in _words(name) if word not in ROLE_WORDS)


def role_of(name: str, shape: Shape) -> Role:
    """Tell what an array holds by its name, "" where the name says nothing and it is a column.

    Examples
    --------
    >>> role_of("train_labels.npy", (5,)), role_of("a.npy", (5, 2)), role_of("ids.npy", (5,))
    ('labels', 'features', '')
    """
    words = set(_words(name))
    if words & WEIGHT_WORDS:
        return "weights"
    if words & LABEL_WORDS:
        return "labels"
    return "features" if words & FEATURE_WORDS or len(shape) > 1 else ""


def files_of_part(
    files: Mapping[str, File], where: str, part: str | None
) -> tuple[dict[str, File], str | None]:
    """Return the files of one part and, where their names say nothing, the part still wanted.

    Examples
    --------
    >>> files_of_part({"train-0.parquet": 1, "test-0.parquet": 2}, "here", "test")
    ({'test-0.parquet': 2}, None)
    >>> files_of_part({"train-0.parquet": 1, "test-0.parquet": 2}, "here", None)
    Traceback (most recent call last):
    linocut.core.errors.LinocutError: here: holds several sets (test, train) — choose one, part='train', say
    """  # noqa: E501
    if part is None:
        _check_one_part(map(part_of, files), where)
        return dict(files), None
    chosen = {name: file for name, file in files.items() if part_of(name) == part}
    if chosen:
        return chosen, None
    if any(map(part_of, files)):
        raise LinocutError(f"{where}: nothing there is called {part} — it holds {listed(files)}")
    return dict(files), part


def listed(names: Iterable[str]) -> str:
    """Return names for a message: six at most.

    Examples
    --------
    >>> listed("abcdefgh")
    'a, b, c, d, e, f and 2 more'
    """
    names = list(names)
    shown = ", ".join(name[-60:] for name in names[:6])
    return f"{shown} and {len(names) - 6:,} more" if len(names) > 6 else shown or "nothing"


def _words(name: str) -> list[str]:
    bare = RUN_TOGETHER.sub(r"\1 ", ENDINGS.sub("", name.casefold()))
    return re.findall(r"[a-z]+|\d+", bare)


def _roles(shapes: Mapping[str, Shape], where: str, part: str | None, option: str) -> _Roles:
    told: dict[str, Role] = {name: role_of(name, shape) for name, shape in shapes.items()}
    named = {name for name, role in told.items() if set(_words(name)) & FEATURE_WORDS and role}
    roles = _Roles()
    for name in _of_part(shapes, told, where, part):
        role = told[name]
        # Where some arrays are called features, another matrix beside them is something else.
        if role == "features" and (name in named or not named):
            roles.features.append(name)
        elif role == "labels":
            roles.labels.append(name)
        else:
            roles.aside.append(name)
    doubtful = [name for name in roles.aside if told[name] == ""]
    if option and not roles.labels and doubtful:
        raise LinocutError(
            f"{where}: {listed(doubtful)} may hold the labels or something else — call them "
            f"labels, or name them with {option}"
        )
    return roles


def _of_part(
    shapes: Mapping[str, Shape], told: Mapping[str, Role], where: str, part: str | None
) -> list[str]:
    """Return the names of one part; several are several sets."""
    parts = {name: part_of(name) for name in shapes}
    if part is not None:
        chosen = [name for name, each in parts.items() if each == part]
        if not chosen:
            raise LinocutError(
                f"{where}: nothing there is called {part} — it holds {listed(shapes)}"
            )
        return chosen
    _check_one_part((parts[name] for name, role in told.items() if role == "features"), where)
    return list(shapes)


def _check_one_part(parts: Iterable[str], where: str) -> None:
    several = sorted(set(parts))
    if len(several) > 1:
        told = ", ".join(part or "one without a name" for part in several)
        raise LinocutError(
            f"{where}: holds several sets ({told}) — choose one, part={several[-1]!r}, say"
        )


def _one_each(names: list[str], where: str) -> dict[tuple[str, ...], str]:
    found: dict[tuple[str, ...], str] = {}
    for name in names:
        other = found.setdefault(key_of(name), name)
        if other != name:
            raise LinocutError(
                f"{where}: {other} and {name} may both hold the features — give the path of one, "
                "or a list of paths"
            )
    return found


def _serves_all(label: tuple[str, ...], features: Mapping[tuple[str, ...], str]) -> bool:
    """Tell whether the one array of labels is that of all features, and not of another shard."""
    if label in features:
        return len(features) == 1
    return len(features) > 1 or not label or () in features


def _labels_of(
    features: Mapping[tuple[str, ...], str], labels: list[str], where: str, option: str
) -> tuple[str, ...]:
    if not labels:
        return ()
    found: dict[tuple[str, ...], str] = {}
    for name in labels:
        other = found.setdefault(key_of(name), name)
        if other != name:
            whose = features.get(key_of(name), "the same rows")
            raise LinocutError(
                f"{where}: {other} and {name} may both hold the labels of {whose} — say which "
                f"with {option}"
            )
    if len(labels) == 1 and _serves_all(next(iter(found)), features):
        return tuple(labels)
    for key, name in features.items():
        if key not in found:
            raise LinocutError(
                f"{where}: the labels of {name} are missing — those of "
                f"{listed(features[k] for k in features if k in found)} are there"
            )
    for key, name in found.items():
        if key not in features:
            raise LinocutError(f"{where}: the features to the labels {name} are missing")
    return tuple(found[key] for key in features)
