"""The names of the rungs, for texts of help: to ask the ladder takes longer than to print one."""

from __future__ import annotations

RUNGS = (
    "mean-dot", "mean-difference", "mean-offset", "nearest-mean", "least-squares", "one-vs-rest",
    "softmax", "deskew-softmax", "normalise-softmax", "pca-quadratic", "deskew-quadratic",
    "fourier", "patches", "random-layer", "scattering", "scattering-copies", "scattering-pairs",
    "views", "views-pairs", "views-copies",
    "mlp", "lenet",
)  # fmt: skip
LISTED = ", ".join(RUNGS)
STRING_RUNGS = "fixed-positions", "sliding", "whole-string"  # what reads strings
