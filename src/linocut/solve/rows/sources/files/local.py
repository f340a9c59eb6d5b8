"""A file as it was when it was opened, so that a change is noticed."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from linocut.core import LinocutError


class ShardFile(Protocol):
    """A file that can be found again, by another process too."""

    def __hash__(self) -> int:
        """Return a hash of what it is and was."""

    @property
    def name(self) -> str:
        """Its path or URL, for messages."""

    @property
    def fingerprint(self) -> str:
        """What changes when the file does."""

    def checked(self) -> Path:
        """Return where it lies on this machine, after a look at whether it is still the same.

        Raises
        ------
        LinocutError
            If it has vanished or changed.
        """


@dataclass(frozen=True, slots=True)
class LocalFile:
    """A file of this machine, or of a disk that machines share.

    Examples
    --------
    >>> import tempfile
    >>> path = Path(tempfile.mkdtemp()) / "x.npy"
    >>> _ = path.write_bytes(b"12345")
    >>> file = LocalFile.at(path)
    >>> file.checked() == path.resolve()
    True
    >>> _ = path.write_bytes(b"123")
    >>> file.checked()  # doctest: +ELLIPSIS
    Traceback (most recent call last):
    linocut.core.errors.LinocutError: .../x.npy: has changed since it was opened (5 bytes then, ...
    """

    name: str
    size: int  # bytes
    modified: int  # nanoseconds

    @classmethod
    def at(cls, path: Path) -> LocalFile:
        """Look at a file as it is now."""
        try:
            found = path.stat()
        except OSError as error:
            raise LinocutError(f"{path}: cannot be read ({error.strerror or error})") from error
        return cls(str(path.resolve()), found.st_size, found.st_mtime_ns)

    @property
    def fingerprint(self) -> str:
        """Name, size and time of the last change."""
        return f"{self.name}|{self.size}|{self.modified}"

    def checked(self) -> Path:
        """Return its path if it is still the same."""
        # To read a map of a file that was cut off meanwhile would end the process.
        try:
            found = os.stat(self.name)  # noqa: PTH116 (a third of the time of Path.stat)
        except OSError as error:
            raise LinocutError(
                f"{self.name}: has vanished since it was opened ({error.strerror or error})"
            ) from error
        if found.st_size != self.size or found.st_mtime_ns != self.modified:
            raise LinocutError(
                f"{self.name}: has changed since it was opened ({self.size:,} bytes then, "
                f"{found.st_size:,} now) — open the rows again"
            )
        return Path(self.name)
