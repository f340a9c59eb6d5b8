"""What takes the steps: `linocut.solve.loop` runs a method, see `Method` there.

`PreconditionedLBFGS`, `TruncatedNewton`, `ScreenedProximal` and `GradientDescent` are methods; the
other files hold the algorithms that they are made of.
"""

from linocut.solve.methods.gradient_descent import GradientDescent
from linocut.solve.methods.preconditioned import PreconditionedLBFGS
from linocut.solve.methods.screened import ScreenedProximal
from linocut.solve.methods.truncated_newton import TruncatedNewton

__all__ = ["GradientDescent", "PreconditionedLBFGS", "ScreenedProximal", "TruncatedNewton"]
