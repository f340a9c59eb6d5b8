"""How sure: the least change that flips a decision, the chance of a flip, and every shift.

All are closed forms of the margin w·x + c between the class that is read and each rival, so they
hold for models that are linear in the pixels.
"""

from linocut.explain.flips.least_change import SmallestFlip, smallest_flip
from linocut.explain.flips.noise import NoiseFlips, noise_flips
from linocut.explain.flips.shifts import ShiftMap, shift_map

__all__ = [
    "NoiseFlips",
    "ShiftMap",
    "SmallestFlip",
    "noise_flips",
    "shift_map",
    "smallest_flip",
]
