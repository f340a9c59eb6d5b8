"""Is it separable? Proofs in exact integer arithmetic, one way or the other."""

from linocut.explain.separability.certificate import Certificate
from linocut.explain.separability.certificates import (
    Separability,
    certificates_of,
    separability,
)
from linocut.explain.separability.search import Separator, Undecided, Witness, separate

__all__ = [
    "Certificate",
    "Separability",
    "Separator",
    "Undecided",
    "Witness",
    "certificates_of",
    "separability",
    "separate",
]
