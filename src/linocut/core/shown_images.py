"""An image among what is shown in a notebook."""

from __future__ import annotations

import base64
from dataclasses import dataclass
from html import escape


@dataclass(frozen=True)
class ShownImage:
    """A PNG, and what it shows in words.

    Attributes
    ----------
    png : bytes
        The file.
    alt : str
        For whoever cannot see it.
    crisp : bool
        Whether its pixels stay squares where it is enlarged.

    Examples
    --------
    >>> ShownImage(b"", "a <b>").html
    '<img alt="a &lt;b&gt;" style="max-width: 100%" src="data:image/png;base64,">'
    """

    png: bytes
    alt: str
    crisp: bool = False

    @property
    def html(self) -> str:
        """The image within HTML."""
        style = "max-width: 100%" + ("; image-rendering: pixelated" if self.crisp else "")
        source = base64.b64encode(self.png).decode()
        return (
            f'<img alt="{escape(self.alt)}" style="{style}" src="data:image/png;base64,{source}">'
        )
