"""What every result can do: be printed, tabulated, serialised (and drawn, by its own ``plot``)."""

from __future__ import annotations

import dataclasses
import json
import math
from typing import TYPE_CHECKING, Any

from linocut.core.errors import LinocutError

if TYPE_CHECKING:
    import pandas as pd


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


class Result:
    """A result that serialises and tabulates itself.

    Subclasses are frozen dataclasses. They override `to_dict` where the JSON form is not simply
    the fields, and `rows` where the natural table is not one row.
    """

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
