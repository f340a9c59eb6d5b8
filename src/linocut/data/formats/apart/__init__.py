"""Formats whose libraries may crash or hang on damaged files: read in a process of their own."""

from linocut.data.formats.apart.library import Library, opened

__all__ = ["Library", "opened"]
