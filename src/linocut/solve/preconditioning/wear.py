"""When a preconditioner is to be made anew."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np

NEAR = 0.05  # promised relative gain at which the Hessian hardly changes any more
PROOF = 300  # how many times further away than promised the proof sees the optimum, about
SAVED = 0.5  # the share of the steps still to take that a new preconditioner is expected to save
CHEAP = 2.0  # passes that are spent without counting on so much
SETTLED = 1e-2  # share of the first promise at which the Hessian is that of the optimum
OLD_FAR, OLD_NEAR = 10, 40  # passes after which a preconditioner is worn out anyway


@dataclass(eq=False)
class Wear:
    """How worn a preconditioner is, and whether a new one would pay for itself.

    Attributes
    ----------
    cost : float
        Passes that making a new one takes.
    made : float
        Passes when it was made.
    tol : float
        Relative distance to the optimum that is to be proved.
    promises : list of float
        Relative gain that each step with it promised.
    elsewhere : bool
        Whether it was made for another fit, whose Hessian was not quite the same.
    """

    cost: float
    made: float
    tol: float
    promises: list[float] = field(default_factory=list)
    elsewhere: bool = False

    @property
    def cheap(self) -> bool:
        """Whether it cost so little, beside a pass of many rows, that another may be made."""
        return self.cost <= CHEAP

    def out(self, promise: float, passes: float) -> bool:
        """Take up the promise of the last step; tell whether to make a new preconditioner."""
        self.promises.append(promise)
        age, first = passes - self.made, self.promises[0]
        if promise > NEAR:
            return age > OLD_FAR
        if len(self.promises) == 1:
            return False
        if first <= NEAR and not self.elsewhere:  # it was made where the Hessian hardly changes
            settled = self.cheap and promise < SETTLED * first
            return settled or age > OLD_NEAR
        rate = np.log(first / promise) / (len(self.promises) - 1)
        ahead = np.log(max(1.0, PROOF * promise / self.tol)) / rate
        return bool(SAVED * ahead > self.cost) or age > OLD_NEAR
