"""Everyone who races."""

from benchmarks.race.contenders import (
    clusters,
    incremental,
    onedal,
    ours,
    pytorch,
    scikit_learn,
    working_sets,
)
from benchmarks.race.contenders.base import Contender, Setting

CONTENDERS: tuple[Contender, ...] = (
    *ours.SOLVERS,
    *scikit_learn.SOLVERS,
    *onedal.SOLVERS,
    *incremental.SOLVERS,
    *pytorch.SOLVERS,
    *working_sets.SOLVERS,
    *clusters.SOLVERS,
)

__all__ = ["CONTENDERS", "Contender", "Setting"]
