"""What all charts share: sizes, colours, and how an axis is marked."""

from __future__ import annotations

import math

from matplotlib.axes import Axes
from matplotlib.ticker import FuncFormatter, LogLocator, NullFormatter

from linocut.plot.colours import ACCENT, INK, RULE, SOFT, WRONG

WIDTH = 7.6  # inches
LETTERS = 10  # points
COLOURS = {"accent": ACCENT, "ink": INK, "wrong": WRONG, "soft": SOFT, "faint": RULE}
LINES_HEIGHT = 2.9  # inches
ROW_HEIGHT = 0.24  # inches of one value, or of one row of a table
SHORT = 150  # how many times its beginning the end of a short logarithmic axis is


def mark_axis(axes: Axes, which: str, logarithmic: bool, percent: bool) -> None:
    """Write the ticks of an axis, "x" or "y", as one reads them."""
    axis = getattr(axes, f"{which}axis")
    if percent:
        axis.set_major_formatter(FuncFormatter(lambda value, _: f"{_plain(100 * value)} %"))
    elif logarithmic:
        axis.set_major_formatter(FuncFormatter(lambda value, _: _power(value)))
    if logarithmic:
        axis.set_minor_formatter(NullFormatter())
        low, high = axis.get_view_interval()
        if high < SHORT * low:  # a power of ten or two alone would tell little
            axis.set_major_locator(LogLocator(subs=(1, 2, 5)))


def _plain(value: float) -> str:
    """Write a number without an exponent.

    Examples
    --------
    >>> _plain(1e-6), _plain(25.0), _plain(99.5)
    ('0.000001', '25', '99.5')
    """
    return f"{value:.7f}".rstrip("0").rstrip(".")


def _power(value: float) -> str:
    """Write a power of ten as one reads it.

    Examples
    --------
    >>> _power(1000.0), _power(0.01), _power(1e-7)
    ('1,000', '0.01', '10⁻⁷')
    """
    exponent = round(math.log10(value)) if value > 0 else 0
    if -4 < exponent < 6:
        return f"{value:,.0f}" if value >= 1 else f"{value:.6g}"
    raised = str(exponent).translate(str.maketrans("-0123456789", "⁻⁰¹²³⁴⁵⁶⁷⁸⁹"))
    return f"10{raised}"
