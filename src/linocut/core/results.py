"""What every result can do: be shown, tabulated, serialised (and drawn, by its own ``plot``)."""

from __future__ import annotations

import contextlib
import dataclasses
import inspect
import io
import json
import math
import textwrap
from html import escape
from typing import TYPE_CHECKING, Any

from linocut.core.errors import LinocutError
from linocut.core.shown_images import ShownImage
from linocut.core.tables import html_table, text_table

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.figure import Figure


WIDE = 96  # letters of a line
DPI = 90
LONGEST_SIDE = 2400  # pixels of a figure in a notebook
LARGEST_FIGURE = 2 * 10**6  # bytes; a notebook keeps every figure in its file


def plain(value: Any) -> Any:
    """Turn arrays, NumPy scalars and dataclasses into what ``json.dumps`` can write.

    Numbers that are not finite become None, which JSON cannot express otherwise.

    Examples
    --------
    >>> import numpy as np
    >>> plain({"a": np.float32(0.5), "b": np.arange(2), "c": float("nan")})
    {'a': 0.5, 'b': [0, 1], 'c': None}
    """
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        return {f.name: plain(getattr(value, f.name)) for f in dataclasses.fields(value)}
    if isinstance(value, dict):
        return {str(key): plain(item) for key, item in value.items()}
    if isinstance(value, (list, tuple)):
        return [plain(item) for item in value]
    # Arrays and NumPy scalars alike, without NumPy: a command that prints its help needs none.
    if hasattr(value, "tolist"):
        return plain(value.tolist())
    if isinstance(value, float) and not math.isfinite(value):
        return None
    return value


class Shown:
    """Something that shows itself where it ends a notebook's cell or is typed at a prompt.

    Subclasses have a ``sentence``, `table_rows` or a ``plot``, as far as there is something to
    tell, to tabulate or to draw. A dataclass among them needs ``repr=False``.
    """

    def table_rows(self) -> list[dict[str, Any]]:
        """Return the rows of the table that is shown."""
        return []

    def __repr__(self) -> str:
        told = textwrap.fill(getattr(self, "sentence", ""), WIDE)
        parts = [type(self).__name__, told, text_table(self.table_rows())]
        return "\n".join(part for part in parts if part)

    def _repr_html_(self) -> str:
        told = escape(getattr(self, "sentence", ""))
        parts = [f"<p>{told}</p>" if told else "", self._image(), html_table(self.table_rows())]
        return "".join(parts)

    def _image(self) -> str:
        """Return the figure as an image of HTML; empty where there is none to draw unasked."""
        draw = getattr(self, "plot", None)
        if draw is None or not _needs_nothing(draw):
            return ""
        # No such figure of this one, or it cannot be drawn: what is told in words stands without.
        with contextlib.suppress(Exception):
            png = _png_of(draw())
            if len(png) <= LARGEST_FIGURE:
                return ShownImage(png, f"Figure of {type(self).__name__}").html
        return ""


class Result(Shown):
    """A result that shows, serialises and tabulates itself.

    Subclasses are frozen dataclasses. They override `to_dict` where the JSON form is not simply
    the fields, `rows` where the natural table is not one row, and `table_rows` where that is too
    wide to be looked at.
    """

    def table_rows(self) -> list[dict[str, Any]]:
        """Return the rows of the table that is shown."""
        return self.rows()

    def to_dict(self) -> dict[str, Any]:
        """Return the result as plain dictionaries, lists, numbers and strings."""
        data: dict[str, Any] = plain(self)
        return data

    def to_json(self, indent: int | None = 2) -> str:
        """Return the result as one JSON document."""
        return json.dumps(self.to_dict(), indent=indent, ensure_ascii=False, allow_nan=False)

    def rows(self) -> list[dict[str, Any]]:
        """Return the result as the rows of its natural table."""
        return [self.to_dict()]

    def to_frame(self) -> pd.DataFrame:
        """Return `rows` as a pandas ``DataFrame`` (needs the extra ``frame``)."""
        try:
            import pandas as pd
        except ImportError as error:
            raise LinocutError(
                "to_frame() needs pandas, which is not installed — "
                "pip install 'linocut[frame]', or use rows()"
            ) from error
        return pd.DataFrame(self.rows())


def _png_of(figure: Figure) -> bytes:
    file = io.BytesIO()
    sharp = min(DPI, LONGEST_SIDE / max(figure.get_size_inches()))
    figure.savefig(file, format="png", dpi=sharp, facecolor="white")
    return file.getvalue()


def _needs_nothing(function: Any) -> bool:
    parameters = inspect.signature(function).parameters.values()
    return all(each.default is not each.empty for each in parameters)
