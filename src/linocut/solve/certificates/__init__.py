"""What is proved of an optimum before it is reached: bounds, zeros, and whether there is one."""

from linocut.solve.certificates.dual import DualBound, newton_gap, relative_residual
from linocut.solve.certificates.screening import GapSafeRule
from linocut.solve.certificates.separation import optimum_exists, separates
from linocut.solve.certificates.sparse_dual import SparseDual, largest_l1
from linocut.solve.certificates.stable_rate import largest_stable_rate

__all__ = [
    "DualBound",
    "GapSafeRule",
    "SparseDual",
    "largest_l1",
    "largest_stable_rate",
    "newton_gap",
    "optimum_exists",
    "relative_residual",
    "separates",
]
