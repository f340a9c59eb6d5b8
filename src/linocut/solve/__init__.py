"""The mathematics of fitting: one objective, one loop, a method a file."""

from linocut.solve.certificate import DualBound
from linocut.solve.coordinates import Coordinates
from linocut.solve.losses import Sigmoids, Softmax
from linocut.solve.minimise import Fit, minimise
from linocut.solve.moments import ClassSums, class_sums
from linocut.solve.objective import Objective, Point
from linocut.solve.record import FitRecord, Iteration, Outcome
from linocut.solve.ridge import RidgeSolution, solve_ridge

__all__ = [
    "ClassSums",
    "Coordinates",
    "DualBound",
    "Fit",
    "FitRecord",
    "Iteration",
    "Objective",
    "Outcome",
    "Point",
    "RidgeSolution",
    "Sigmoids",
    "Softmax",
    "class_sums",
    "minimise",
    "solve_ridge",
]
