"""Files of several arrays by name: the same names in each, chosen in the first."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from linocut.core import LinocutError
from linocut.core.part_names import part_of
from linocut.solve.rows.sources.files.local import ShardFile
from linocut.solve.rows.sources.formats.asking import Asked, Opened, named
from linocut.solve.rows.sources.naming import (
    Shape,
    files_of_part,
    listed,
    role_of,
    sort_arrays,
)
from linocut.solve.rows.sources.protocol import Shard


def open_named(
    files: Mapping[str, ShardFile],
    asked: Asked,
    shapes_in: Callable[[ShardFile], dict[str, Shape]],
    shard_of: Callable[[ShardFile, str], Shard],
) -> Opened:
    """Open an array of features and one of labels in each file.

    Parameters
    ----------
    files : mapping of str to ShardFile
    asked : Asked
    shapes_in : callable
        Returns the names and shapes of a file's arrays.
    shard_of : callable
        Opens one of them.

    Raises
    ------
    LinocutError
        If several may be meant, or a file lacks one that the first has.
    """
    opened = Opened()
    (first, *others) = files.values()
    shapes = shapes_in(first)
    features, label = choose_arrays(shapes, asked, first.name)
    aside = tuple(name for name in shapes if name not in {features, label, asked.weights})
    opened.note_names(features, label or "", aside)
    for file in (first, *others):
        there = shapes_in(file)
        if label is None and asked.labels and choose_arrays(there, asked, file.name)[1]:
            raise LinocutError(f"{first.name}: has no labels, which {file.name} has")
        for name, shards in (
            (features, opened.features),
            (label, opened.labels),
            (asked.weights, opened.weights),
        ):
            if name is None:
                continue
            if name not in there:
                raise LinocutError(
                    f"{file.name}: has no {name!r}, which the first shard has — it holds "
                    f"{listed(there)}"
                )
            shards.append(shard_of(file, name))
    return opened


def choose_arrays(shapes: Mapping[str, Shape], asked: Asked, where: str) -> tuple[str, str | None]:
    """Return the names of the features and, if there are some, of the labels.

    Examples
    --------
    >>> choose_arrays({"x": (5, 2), "y": (5,), "ids": (5,)}, Asked("a.h5"), "a.h5")
    ('x', 'y')
    """
    names = list(shapes)
    if asked.weights is not None:
        named(asked.weights, names, where, "weights")
    label = None if asked.label is None else named(asked.label, names, where, "label_column")
    free = {name: shape for name, shape in shapes.items() if name not in {label, asked.weights}}
    features = _features(free, asked, where)
    if label is None and asked.labels:
        label = _label(features, free, where)
    return features, label


def _features(free: Mapping[str, Shape], asked: Asked, where: str) -> str:
    if len(asked.features) > 1:
        raise LinocutError(f"{where}: features={list(asked.features)} — the name of one array")
    if asked.features:
        return named(asked.features[0], list(free), where, "features")
    matrices = {n: s for n, s in free.items() if len(s) > 1 and role_of(n, s) == "features"}
    if not matrices:
        raise LinocutError(f"{where}: holds {listed(free)} — none of them is features (n, d)")
    found = list(files_of_part(matrices, where, asked.part)[0])
    if len(found) > 1:
        raise LinocutError(
            f"{where}: {found[0]} and {found[1]} may both hold the features — say which with "
            "features="
        )
    return found[0]


def _label(features: str, free: Mapping[str, Shape], where: str) -> str | None:
    columns = {n: s for n, s in free.items() if role_of(n, s) in {"labels", ""} and n != features}
    part = part_of(features)
    same = {name: shape for name, shape in columns.items() if part_of(name) == part}
    arrays = {features: free[features], **(same if part and same else columns)}
    found = sort_arrays(arrays, where, option="label_column=").labels
    return found[0] if found else None
