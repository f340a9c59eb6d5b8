"""Confusion matrices without their zeros, and the order in which they are best seen."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from scipy.cluster.hierarchy import leaves_list, linkage, optimal_leaf_ordering
from scipy.spatial.distance import squareform

from linocut.report.document import Counts
from linocut.report.packing import Packed, pack

MOST_CELLS = 20_000  # kinds of mistake that one matrix holds


def sparse(confusion: NDArray[np.int64], most: int = MOST_CELLS) -> Counts:
    """Keep the cells that are not zero; of more mistakes than ``most`` the most frequent.

    Parameters
    ----------
    confusion : int64 array, shape (K, K)
        Counts; row = true class, column = predicted class.
    most : int
        Cells off the diagonal that are kept at most.

    Examples
    --------
    >>> counts = sparse(np.array([[5, 2], [0, 4]]))
    >>> counts.filled.shape, counts.columns.shape, counts.left_out
    ((2,), (3,), 0)
    """
    K = len(confusion)
    mistakes = confusion.ravel().copy()
    mistakes[:: K + 1] = 0
    cells = np.flatnonzero(mistakes)
    largest = cells[np.argsort(-mistakes[cells], kind="stable")[:most]]
    hits = np.flatnonzero(np.diag(confusion)) * (K + 1)
    kept = np.sort(np.concatenate([largest, hits]))
    return Counts(
        filled=pack(np.bincount(kept // K, minlength=K).astype(np.uint16)),
        columns=pack_whole(kept % K),
        counts=pack_whole(confusion.ravel()[kept]),
        true=pack(confusion.sum(axis=1).astype(np.int32)),
        predicted=pack(confusion.sum(axis=0).astype(np.int32)),
        left_out=int(confusion.sum() - confusion.ravel()[kept].sum()),
    )


def pack_whole(values: NDArray[np.integer]) -> Packed:
    """Pack whole numbers from 0 on in as few bytes as the largest needs.

    Examples
    --------
    >>> pack_whole(np.array([1, 255])).dtype, pack_whole(np.array([256])).dtype
    ('uint8', 'uint16')
    """
    largest = int(values.max(initial=0))
    kind = np.uint8 if largest < 2**8 else np.uint16 if largest < 2**16 else np.int32
    return pack(values.astype(kind))


def side_by_side(confusion: NDArray[np.int64], likeness: NDArray[np.float64]) -> NDArray[np.uint16]:
    """Order the classes so that those that get mixed up stand side by side.

    Classes are merged, closest first (average linkage), into a tree whose branches are then
    turned so that neighbours are as close as the tree allows.

    Parameters
    ----------
    confusion : int64 array, shape (K, K)
        Counts, perhaps of several models together; row = true class, column = predicted class.
    likeness : float64 array, shape (K, K)
        Cosines between the class means: they decide where there are no mistakes.

    Examples
    --------
    >>> confusion = np.array([[5, 0, 3], [0, 8, 0], [3, 0, 5]])
    >>> side_by_side(confusion, np.eye(3)).tolist().index(1) in (0, 2)
    True
    """
    K = len(confusion)
    if K < 3:
        return np.arange(K, dtype=np.uint16)
    shares = confusion / np.maximum(confusion.sum(axis=1, keepdims=True), 1)
    mixed = (shares + shares.T) / 2
    np.fill_diagonal(mixed, 0)
    # A class is as near to its closest rival as any other class to its own: otherwise the few
    # hardest classes alone would shape the tree.
    most = mixed.max(axis=1)
    scale = np.sqrt(np.outer(most, most))
    near = mixed / np.where(scale > 0, scale, 1)
    distances = 2 - np.minimum(near, 1) - np.clip(likeness, 0, 1)
    np.fill_diagonal(distances, 0)
    pairs = squareform((distances + distances.T) / 2, checks=False)
    tree = optimal_leaf_ordering(linkage(pairs, "average"), pairs)
    return np.asarray(leaves_list(tree), np.uint16)
