"""How sure: the least change that flips a decision, the chance of a flip, and every shift."""

from linocut.explain.flips.closed_forms import (
    NoiseFlips,
    ShiftMap,
    SmallestFlip,
    noise_flips,
    shift_map,
    smallest_flip,
)

__all__ = [
    "NoiseFlips",
    "ShiftMap",
    "SmallestFlip",
    "noise_flips",
    "shift_map",
    "smallest_flip",
]
