"""Files of many images: one container a file, each of which recognises a path and reads it."""

from linocut.data.formats.asking import format_of, read_path
from linocut.data.formats.protocol import Format, ReadOptions

__all__ = ["Format", "ReadOptions", "format_of", "read_path"]
