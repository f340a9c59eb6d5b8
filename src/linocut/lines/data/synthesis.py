"""How strings are made from images of single glyphs."""

from __future__ import annotations

from dataclasses import dataclass

from linocut.core import LinocutError

LONGEST = 100  # glyphs


@dataclass(frozen=True)
class Synthesis:
    """How strings are made from single glyphs.

    Attributes
    ----------
    n : int
        Training strings; a quarter as many are made for the test.
    length : (int, int)
        Fewest and most glyphs of a string.
    overlap : (float, float)
        Least and largest share of the narrower of two neighbours that the other covers; below zero
        are gaps.
    jitter : float
        How far a glyph is moved up or down at most, as a share of its height.
    random_state : int
        Seed of the draw.

    Raises
    ------
    LinocutError
        If a value is none of those.
    """

    n: int
    length: tuple[int, int] = (2, 8)
    overlap: tuple[float, float] = (0.0, 0.2)
    jitter: float = 0.05
    random_state: int = 42

    def __post_init__(self) -> None:
        if self.n < 1:
            raise LinocutError(f"n={self.n!r} strings — from 1 up")
        low, high = self.length
        if not 1 <= low <= high <= LONGEST:
            raise LinocutError(
                f"length={self.length!r} — fewest and most glyphs, from 1 to {LONGEST}"
            )
        if not -2 <= self.overlap[0] <= self.overlap[1] <= 0.9:
            raise LinocutError(
                f"overlap={self.overlap!r} — least and largest share of a glyph's width, from -2 "
                "(a gap of two widths) to 0.9"
            )
        if not 0 <= self.jitter <= 0.5:
            raise LinocutError(f"jitter={self.jitter!r} — a share of the height, from 0 to 0.5")

    @property
    def as_typed(self) -> str:
        """The options of the command line that say the same, as far as it has them.

        Examples
        --------
        >>> Synthesis(1000, (5, 5)).as_typed
        '--strings 1000 --length 5..5 --overlap 0.0..0.2'
        """
        length, overlap = ("..".join(map(str, span)) for span in (self.length, self.overlap))
        return f"--strings {self.n} --length {length} --overlap {overlap}"
