"""Numbers, names and lists as they stand in a sentence."""

from __future__ import annotations

import math
import unicodedata
from collections.abc import Iterable, Sequence

from linocut.evaluate import Evaluation, wilson_interval

NARROW = "\u202f"  # narrow no-break space, before a unit
FIRST_STRONG_ISOLATE, POP_ISOLATE = "\u2068", "\u2069"


def paragraph(*sentences: str | None) -> str:
    """Join sentences, leaving out those that do not apply."""
    return " ".join(sentence for sentence in sentences if sentence)


def paragraphs(*parts: str) -> str:
    """Join paragraphs, leaving out empty ones."""
    return "\n\n".join(part for part in parts if part)


def count(n: int) -> str:
    """Write a whole number with thousands apart.

    Examples
    --------
    >>> count(60_000)
    '60,000'
    """
    return f"{n:,}"


def plural(n: int, one: str, many: str = "") -> str:
    """Write a number with its noun.

    Examples
    --------
    >>> plural(1, "image"), plural(2, "image"), plural(0, "class", "classes")
    ('1 image', '2 images', '0 classes')
    """
    return f"{count(n)} {one if n == 1 else many or one + 's'}"


def the(n: int, one: str) -> str:
    """Write all of a number of things.

    Examples
    --------
    >>> the(1, "image"), the(2, "image")
    ('the one image', 'the 2 images')
    """
    return f"the one {one}" if n == 1 else f"the {plural(n, one)}"


def every(n: int, one: str, many: str = "") -> str:
    """Write all of a number of things, at the beginning of a sentence.

    Examples
    --------
    >>> every(1, "class"), every(2, "class", "classes"), every(10, "class", "classes")
    ('The one class', 'Both classes', 'All 10 classes')
    """
    if n == 1:
        return f"The one {one}"
    return f"Both {many or one + 's'}" if n == 2 else f"All {plural(n, one, many)}"


def times(n: int) -> str:
    """Say how often.

    Examples
    --------
    >>> times(1), times(2), times(1_000)
    ('once', 'twice', '1,000 times')
    """
    return {1: "once", 2: "twice"}.get(n, f"{count(n)} times")


def digits_for(n: int) -> int:
    """Return the digits after the point that a share of n images, in per cent, can carry."""
    return 2 if n >= 2000 else 1


def percent(share: float, digits: int = 1) -> str:
    """Write a share in per cent; what is not quite 0 or 1 is never rounded to it.

    Examples
    --------
    >>> percent(0.9256, 2).replace(NARROW, " "), percent(0.9999).replace(NARROW, " ")
    ('92.56 %', '99.9 %')
    """
    return f"{percent_number(share, digits)}{NARROW}%"


def percent_number(share: float, digits: int = 1) -> str:
    """Write a share in per cent, without the unit."""
    value, step = 100 * share, 10.0**-digits
    if 0 < value < step:
        return f"<{step:.{digits}f}"
    if share < 1:
        value = min(value, 100 - step)
    if value == round(value) and value in (0, 100):
        return f"{value:.0f}"
    return f"{value:.{digits}f}"


def share_of(part: int, whole: int, one: str = "", tail: str = "") -> str:
    """Write a share of a few things as the count it is, and in per cent.

    Examples
    --------
    >>> share_of(22, 982).replace(NARROW, " ")
    '22 of 982 (2.2 %)'
    >>> share_of(1, 1, "image", "of “4”").replace(NARROW, " ")
    '1 of 1 image of “4” (100 %)'
    """
    of = plural(whole, one) if one else count(whole)
    return f"{count(part)} of {of}{tail and ' '}{tail} ({percent(part / whole)})"


def range_of(low: float, high: float, digits: int = 1) -> str:
    """Write the bounds of an interval of shares, in per cent without the unit.

    Examples
    --------
    >>> range_of(0.9798, 0.9985), range_of(0.0, 1.0)
    ('98.0–99.9', '0–100')
    """
    return f"{percent_number(low, digits)}–{percent_number(high, digits)}"


def counted(part: int, whole: int, one: str = "", tail: str = "") -> str:
    """Write a share of a few images as the count it is, and in per cent with its interval.

    Examples
    --------
    >>> counted(22, 982).replace(NARROW, " ")
    '22 of 982 (2.2 %, 1.5–3.4)'
    """
    low, high = wilson_interval(part, whole)
    return f"{share_of(part, whole, one, tail).removesuffix(')')}, {range_of(low, high)})"


def accuracy(part: Evaluation) -> str:
    """Write an accuracy with its interval.

    Examples
    --------
    >>> import numpy as np
    >>> part = Evaluation(("a", "b"), np.array([[90, 10], [0, 100]]), None)
    >>> accuracy(part).replace(NARROW, " ")
    '95.0 % (91.0–97.3)'
    """
    digits = digits_for(part.n)
    return f"{percent(part.accuracy, digits)} ({range_of(*part.interval, digits)})"


def one_of(names: Sequence[str], what: str, last: str = "and", most: int = 3) -> str:
    """Name a few things that are level; of more say only how many they are.

    Examples
    --------
    >>> one_of(["4", "9"], "classes"), one_of(list("abcd"), "classes")
    ('“4” and “9”', '4 classes')
    """
    if len(names) > most:
        return f"{count(len(names))} {what}"
    return listed([quoted(name) for name in names], last)


def ordinal(n: int) -> str:
    """Write a number as a place in an order.

    Examples
    --------
    >>> [ordinal(n) for n in (1, 2, 3, 4, 11, 22, 1_013)]
    ['1st', '2nd', '3rd', '4th', '11th', '22nd', '1,013th']
    """
    ending = "th" if 10 <= n % 100 <= 20 else {1: "st", 2: "nd", 3: "rd"}.get(n % 10, "th")
    return f"{count(n)}{ending}"


def signed_points(difference: float, digits: int) -> str:
    """Write a difference of two shares in percentage points, without the unit.

    Examples
    --------
    >>> signed_points(0.1311, 2), signed_points(-0.005, 1), signed_points(0.0001, 1)
    ('13.11', '−0.5', '0.0')
    """
    rounded = round(100 * difference, digits)
    return f"{'−' if rounded < 0 else ''}{abs(rounded):.{digits}f}"


def significant(value: float, digits: int = 3) -> str:
    """Write a number with so many significant digits.

    Examples
    --------
    >>> significant(1234.5), significant(0.012345), significant(-2.0), significant(0)
    ('1,234', '0.0123', '−2.00', '0')
    """
    if value == 0:
        return "0"
    size = abs(value)
    sign = "−" if value < 0 else ""
    if not 1e-4 <= size < 1e6:
        mantissa, exponent = f"{size:.{digits - 1}e}".split("e")
        raised = str(int(exponent)).translate(str.maketrans("-0123456789", "⁻⁰¹²³⁴⁵⁶⁷⁸⁹"))
        return f"{sign}{mantissa} × 10{raised}"
    places = max(0, digits - 1 - math.floor(math.log10(size)))
    return f"{sign}{size:,.{places}f}"


def quoted(name: str) -> str:
    """Set the name of a class off from the sentence, whatever its script.

    Examples
    --------
    >>> quoted("T-shirt / top")
    '“T-shirt / top”'
    """
    clean = " ".join(name.split()) or " "
    if any(unicodedata.bidirectional(char) in {"R", "AL"} for char in clean):
        clean = FIRST_STRONG_ISOLATE + clean + POP_ISOLATE
    return f"“{clean}”"


def listed(items: Iterable[str], last: str = "and") -> str:
    """Join items as in a sentence.

    Examples
    --------
    >>> listed(["a", "b", "c"])
    'a, b and c'
    """
    parts: Sequence[str] = list(items)
    if len(parts) < 2:
        return "".join(parts)
    return f"{', '.join(parts[:-1])} {last} {parts[-1]}"


def seconds(value: float) -> str:
    """Write a time as people say it.

    Examples
    --------
    >>> [seconds(s).replace(NARROW, " ") for s in (0.0001, 0.042, 0.5, 3.25, 42.0, 150.0)]
    ['less than 1 ms', '42 ms', '0.50 s', '3.2 s', '42 s', '2 min 30 s']
    """
    if value < 0.0005:
        return f"less than 1{NARROW}ms"
    if value < 0.0995:
        return f"{1000 * value:.0f}{NARROW}ms"
    if value < 9.95:
        return f"{value:.{2 if value < 0.995 else 1}f}{NARROW}s"
    if value < 119.5:
        return f"{value:.0f}{NARROW}s"
    minutes, left = divmod(round(value), 60)
    return f"{minutes}{NARROW}min {left}{NARROW}s"
