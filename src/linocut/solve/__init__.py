"""The mathematics of fitting: one objective, one loop, a method a file."""

from linocut.solve.certificate import DualBound
from linocut.solve.coordinates import Coordinates
from linocut.solve.losses import Sigmoids, Softmax
from linocut.solve.minimise import Fit, minimise
from linocut.solve.minimise_sparse import minimise_sparse
from linocut.solve.moments import ClassSums, class_sums
from linocut.solve.objective import Objective, Point
from linocut.solve.penalties import ElasticNet
from linocut.solve.record import FitRecord, Iteration, Outcome
from linocut.solve.ridge import RidgeSolution, solve_ridge
from linocut.solve.sparse_dual import SparseDual, largest_l1

__all__ = [
    "ClassSums",
    "Coordinates",
    "DualBound",
    "ElasticNet",
    "Fit",
    "FitRecord",
    "Iteration",
    "Objective",
    "Outcome",
    "Point",
    "RidgeSolution",
    "Sigmoids",
    "Softmax",
    "SparseDual",
    "class_sums",
    "largest_l1",
    "minimise",
    "minimise_sparse",
    "solve_ridge",
]
