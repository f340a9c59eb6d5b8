"""The mathematics of fitting: one objective, one loop, a method a file."""

from linocut.solve.certificate import DualBound, relative_residual
from linocut.solve.descent import Descent, descend
from linocut.solve.losses import OneScore, Sigmoids, Softmax
from linocut.solve.minimise import Fit, minimise
from linocut.solve.moments import ClassSums, class_sums, gram_matrix
from linocut.solve.objective import Objective, Point
from linocut.solve.progress import DescentRecord, Progress
from linocut.solve.record import FitRecord, Iteration, Outcome, Snapshot
from linocut.solve.ridge import RidgeSolution, solve_ridge
from linocut.solve.separation import optimum_exists, separates
from linocut.solve.stable_rate import largest_stable_rate

__all__ = [
    "ClassSums",
    "Descent",
    "DescentRecord",
    "DualBound",
    "Fit",
    "FitRecord",
    "Iteration",
    "Objective",
    "OneScore",
    "Outcome",
    "Point",
    "Progress",
    "RidgeSolution",
    "Sigmoids",
    "Snapshot",
    "Softmax",
    "class_sums",
    "descend",
    "gram_matrix",
    "largest_stable_rate",
    "minimise",
    "optimum_exists",
    "relative_residual",
    "separates",
    "solve_ridge",
]
