"""What is built in web/: pages with a place for data, which Python fills, and modules."""

from __future__ import annotations

import base64
import json
import zlib
from importlib import resources
from typing import Any

from linocut.core.errors import LinocutError
from linocut.core.results import plain

# The build (web/plugins/one-page.ts) makes sure that every page holds this exactly once.
SLOT = '<script type="application/json" id="linocut-document">null</script>'

# Inside a script element "</script" and "<!--" would end or change it, and two line separators
# that JSON allows were no part of JavaScript strings for long.
ESCAPES = str.maketrans(
    {char: f"\\u{ord(char):04x}" for char in ("<", ">", "&", "\u2028", "\u2029")}
)


def built(room: str, name: str) -> bytes:
    """Return a file that is built into a room of this package.

    Parameters
    ----------
    room : str
        Such as ``"linocut.report"``.
    name : str
        Of the file: ``*.html`` of a page, ``*.js`` of a module.

    Raises
    ------
    LinocutError
        If this installation lacks it.
    """
    file = resources.files(room).joinpath(name)
    if not file.is_file():
        kind = "page" if name.endswith(".html") else "module"
        raise LinocutError(
            f"this installation lacks a built {kind} ({room.replace('.', '/')}/{name}) — install "
            "linocut again, or in a checkout run 'npm ci && npm run build' in web/"
        )
    return file.read_bytes()


def filled(room: str, document: Any) -> bytes:
    """Return the page that is built into a room of this package, with a document in its place.

    Parameters
    ----------
    room : str
        Such as ``"linocut.report"``; the page is its ``page.html``.
    document : dataclass or dict
        Everything the page shows.

    Raises
    ------
    LinocutError
        If this installation lacks the page.
    """
    # File names that are no text hold lone surrogates, which UTF-8 cannot carry.
    data = script_json(document).encode("utf-8", errors="replace")
    before, slot, after = built(room, "page.html").partition(SLOT.encode())
    if not slot:
        raise LinocutError("the built page has no place for a document — build it again in web/")
    return before + slot.replace(b"null", data) + after


def script_json(document: Any) -> str:
    r"""Return a document as JSON that may stand inside a script element.

    Examples
    --------
    >>> script_json({"name": "</script>"})
    '{"name":"\\u003c/script\\u003e"}'
    """
    text = json.dumps(plain(document), ensure_ascii=False, allow_nan=False, separators=(",", ":"))
    return text.translate(ESCAPES)


def deflated(data: bytes) -> str:
    """Return base64 of zlib's stream of some bytes: what a page's JSON holds them as.

    Examples
    --------
    >>> len(deflated(bytes(1000))) < 30
    True
    """
    return base64.b64encode(zlib.compress(data, 9)).decode()
