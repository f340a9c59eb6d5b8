"""One method a file: each proposes the next point from the present one."""

from linocut.solve.methods.lbfgs import LBFGS

__all__ = ["LBFGS"]
