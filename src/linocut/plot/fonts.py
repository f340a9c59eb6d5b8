"""Class names in any script: a font that has the letters, or the class's position instead."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache, lru_cache

from matplotlib.figure import FigureBase
from matplotlib.font_manager import FontProperties, findfont, fontManager, get_font
from matplotlib.text import Text

from linocut.core.numerals import plain_names
from linocut.plot.colours import SOFT

LONGEST = 16


@dataclass(frozen=True)
class ClassLabels:
    """How to write the classes in a figure.

    Attributes
    ----------
    texts : tuple of str
        One a class: its name, shortened if long. If no font has it, the number that it is in the
        numerals of another script, or else its position among all classes, from 1.
    families : tuple of str
        Fonts to give to every text, in the order to try.
    note : str
        What to say below the figure where positions stand for names; else empty.
    """

    texts: tuple[str, ...]
    families: tuple[str, ...]
    note: str

    @property
    def longest(self) -> int:
        """Length of the longest text."""
        return max(map(len, self.texts), default=0)

    def finish(self, figure: FigureBase) -> None:
        """Give all texts of a figure the fonts, and say below it if positions stand for names."""
        for text in figure.findobj(Text):
            text.set_fontfamily(list(self.families))
        if self.note:
            figure.supxlabel(self.note, fontsize="small", x=0.01, ha="left", color=SOFT)


def class_labels(
    names: Sequence[str], among: Sequence[str] | None = None, longest: int = LONGEST
) -> ClassLabels:
    """Find out how the names of the classes can be written with the fonts that are installed.

    Parameters
    ----------
    names : sequence of str
        Of the classes in one figure.
    among : sequence of str, optional
        All classes of the set: a name that no font can write gives way to its position there. By
        default the classes drawn.
    longest : int
        Letters of a name that there is room for; a longer one ends in an ellipsis.

    Examples
    --------
    >>> class_labels(["T-shirt/top", "a name that is longer than any figure likes"]).texts
    ('T-shirt/top', 'a name that is…')
    """
    default = FontProperties().get_family()
    texts, families, lacking = [], list(default), 0
    places = {name: place for place, name in enumerate(among or names, start=1)}
    written = plain_names(among or names)
    plain = None if written is None else dict(zip(among or names, written, strict=True))
    for name in names:
        short = shortened(" ".join(name.split()), longest)
        chosen = _families_for(short, tuple(default))
        if chosen is None and plain is not None:
            short = plain.get(name, short)
            chosen = _families_for(short, tuple(default))
        if chosen is None:
            sign = "№" if _families_for("№", tuple(default)) == () else "#"
            texts.append(f"{sign}{places[name]}")
            lacking += 1
        else:
            # A dollar sign would start mathematics.
            texts.append(short.replace("$", r"\$"))
            families += [family for family in chosen if family not in families]
    note = (
        f"No installed font has the letters of {lacking} of {len(names)} class names: those "
        "classes are given by their positions among all classes."
        if lacking
        else ""
    )
    return ClassLabels(tuple(texts), tuple(families), note)


def shortened(name: str, longest: int = LONGEST) -> str:
    """Return a name, its end an ellipsis if there is no room for it."""
    return name if len(name) <= longest else name[: longest - 1].rstrip() + "…"


@lru_cache(maxsize=4096)
def _families_for(text: str, default: tuple[str, ...]) -> tuple[str, ...] | None:
    """Return the further fonts that a text needs: () for none, None where there is no such font."""
    needed = {ord(char) for char in text if not char.isspace()}
    missing = needed - _letters(findfont(FontProperties(family=list(default))))
    chosen: list[str] = []
    for family, path in _installed() if missing else ():
        if missing & _letters(path):
            chosen.append(family)
            missing = missing - _letters(path)
        if not missing:
            break
    return None if missing else tuple(chosen)


@lru_cache(maxsize=1)
def _installed() -> tuple[tuple[str, str], ...]:
    regular = [font for font in fontManager.ttflist if font.style == "normal"]
    # The nearer to normal weight, the earlier; "Last Resort" has a box for every letter.
    regular.sort(key=lambda font: (abs(_weight(font.weight) - 400), font.name))
    return tuple(
        {
            font.name: font.fname for font in reversed(regular) if "Last Resort" not in font.name
        }.items()
    )


def _weight(weight: int | str) -> int:
    return weight if isinstance(weight, int) else {"normal": 400, "regular": 400}.get(weight, 700)


@cache
def _letters(path: str) -> frozenset[int]:
    try:
        return frozenset(get_font(path).get_charmap())
    except (OSError, RuntimeError):
        return frozenset()  # a font file that cannot be read has no letters
