"""What several fits of the same rows share, so that each does not read it anew."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

from linocut.core.blocks import Blocks
from linocut.solve.certificates.dual import DualBound
from linocut.solve.objective import Objective
from linocut.solve.preconditioning.preconditioner import Preconditioner
from linocut.solve.row_space import RowSpace

Floats = NDArray[np.float64]


@dataclass(eq=False)
class Readings:
    """Filled by the first fit, used by those after it, which may differ in the penalty alone.

    `reweighted` serves fits whose rows have other weights.

    A preconditioner is an estimate, which is good for a penalty nearby as well. It serves until a
    fit takes longer with it than the fits since it was made have taken on average, its making
    included: to go on with it would raise that average.

    Attributes
    ----------
    blocks : Blocks or None
        The rows in the form in which passes over them are fastest.
    moments : (mean, variance) or None
        Of the columns, as judged by some of the rows.
    bounds : dict
        The dual bound in each float type, whatever its penalty.
    preconditioner : Preconditioner or None
        The last one.
    spent : list of float
        Passes that each fit has taken since it was made, the first with its making.
    space : RowSpace or None
        The rows in their own coordinates, where they are few.
    inside : Readings or None
        What fits in that space share.

    Examples
    --------
    >>> from linocut.core.blocks import ArrayBlocks
    >>> from linocut.solve import Objective, Softmax, minimise
    >>> X, y = np.array([[0.0], [1.0], [3.0], [4.0]]), np.array([0, 0, 1, 1])
    >>> rows, shared = ArrayBlocks(X, np.float64, y), Readings()
    >>> for penalty in (0.5, 0.25):
    ...     fit = minimise(Objective(rows, Softmax(), penalty, 2), readings=shared)
    >>> fit.point.W.round(2).tolist()
    [[-0.67], [0.67]]
    """

    blocks: Blocks | None = None
    moments: tuple[Floats, Floats] | None = None
    bounds: dict[np.dtype[Any], DualBound] = field(default_factory=dict)
    preconditioner: Preconditioner | None = None
    spent: list[float] = field(default_factory=list)
    space: RowSpace | None = None
    inside: Readings | None = None

    @property
    def usable(self) -> Preconditioner | None:
        """The preconditioner to begin with; None if one is to be made."""
        worn = bool(self.spent) and self.spent[-1] > np.mean(self.spent)
        return None if worn else self.preconditioner

    def made(self, preconditioner: Preconditioner) -> None:
        """Take up a new preconditioner."""
        self.preconditioner = preconditioner
        self.spent.clear()

    def reweighted(self, y: NDArray[Any] | None, weights: Floats) -> Readings:
        """Return what fits of the same rows with other weights, shape (n,), have from these.

        The rows as they are held, their moments, and the preconditioner, which is an estimate; a
        bound knows the weights that it was made with.
        """
        blocks = None if self.blocks is None else self.blocks.labelled(y, weights)
        return Readings(blocks, self.moments, preconditioner=self.preconditioner)

    def row_space(self, objective: Objective) -> tuple[RowSpace, Readings] | None:
        """Return an objective's row space, and what fits in it share; None if not worth it."""
        if objective.penalty == 0:  # an optimum need be no sum of rows
            return None
        if self.space is None:
            self.space, self.inside = RowSpace.of(objective), Readings()
        else:
            self.space = self.space.penalised(objective)
        return None if self.space is None or self.inside is None else (self.space, self.inside)

    def bound(self, dtype: np.dtype[Any], make: Callable[[], DualBound]) -> DualBound:
        """Return the bound in a float type, made at first."""
        if dtype not in self.bounds:
            self.bounds[dtype] = make()
        return self.bounds[dtype]
