"""The mathematics of fitting: one objective, one loop, a method a file."""

from linocut.solve.certificates.dual import DualBound, relative_residual
from linocut.solve.certificates.separation import optimum_exists, separates
from linocut.solve.certificates.sparse_dual import SparseDual, largest_l1
from linocut.solve.certificates.stable_rate import largest_stable_rate
from linocut.solve.descending import Descent, descend
from linocut.solve.losses import OneScore, Sigmoids, Softmax
from linocut.solve.minimising import Abandoned, Fit, minimise, minimise_sparse
from linocut.solve.moments import ClassSums, class_sums
from linocut.solve.objective import Objective, Point
from linocut.solve.penalties import ElasticNet
from linocut.solve.progress import DescentRecord, Progress
from linocut.solve.readings import Readings
from linocut.solve.record import FitRecord, Iteration, Outcome, Snapshot
from linocut.solve.ridge import NormalEquations, RidgeSolution, solve_ridge

__all__ = [
    "Abandoned",
    "ClassSums",
    "Descent",
    "DescentRecord",
    "DualBound",
    "ElasticNet",
    "Fit",
    "FitRecord",
    "Iteration",
    "NormalEquations",
    "Objective",
    "OneScore",
    "Outcome",
    "Point",
    "Progress",
    "Readings",
    "RidgeSolution",
    "Sigmoids",
    "Snapshot",
    "Softmax",
    "SparseDual",
    "class_sums",
    "descend",
    "largest_l1",
    "largest_stable_rate",
    "minimise",
    "minimise_sparse",
    "optimum_exists",
    "relative_residual",
    "separates",
    "solve_ridge",
]
