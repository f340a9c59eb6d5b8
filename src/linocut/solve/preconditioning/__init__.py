"""What makes the objective round, so that steps are short: estimates of its curvature."""

from linocut.solve.preconditioning.coordinates import Coordinates
from linocut.solve.preconditioning.preconditioner import Preconditioner, PreconditionerMaker
from linocut.solve.preconditioning.wear import Wear

__all__ = ["Coordinates", "Preconditioner", "PreconditionerMaker", "Wear"]
