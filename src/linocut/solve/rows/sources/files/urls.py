"""Files behind a URL that fsspec knows (s3://, gs://, https://, memory://): fetched once."""

from __future__ import annotations

import hashlib
import posixpath
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from linocut.core import LinocutError
from linocut.core.caching import cache_folder, check_room, kept_folder

CHUNK = 1 << 22


@dataclass(frozen=True, slots=True)
class FetchedFile:
    """A file behind a URL, and in the cache of each machine that reads it.

    Parameters
    ----------
    name : str
        The URL.
    key : str
        What the store says of this state of the file, hashed.
    size : int
        Bytes.
    """

    name: str
    key: str
    size: int

    @property
    def fingerprint(self) -> str:
        """URL, state and size."""
        return f"{self.name}|{self.key}|{self.size}"

    def checked(self) -> Path:
        """Return where it lies in the cache, fetched if it is not there.

        What has been fetched is not asked for again, so that a change there is noticed when the
        rows are opened anew.
        """
        folder = cache_folder() / "rows" / "fetched" / _hash(self.fingerprint)
        path = folder / posixpath.basename(self.name)
        if not path.exists():
            kept_folder(folder, self._fetch)
        return path

    def _fetch(self, folder: Path) -> None:
        system, path = _system(self.name)
        check_room(folder, self.size)
        if _key(system, path) != self.key:
            raise LinocutError(
                f"{self.name}: has changed since it was opened — open the rows again"
            )
        fetched = 0
        with (folder / posixpath.basename(self.name)).open("wb") as out:
            for chunk in _chunks(system, path, self.name):
                out.write(chunk)
                fetched += len(chunk)
        if fetched != self.size:
            raise LinocutError(
                f"{self.name}: {fetched:,} bytes came of {self.size:,} — try once more"
            )


def files_at(url: str, is_known: Callable[[str], bool]) -> list[FetchedFile]:
    """Return the files that a URL, a glob in one, or a folder means.

    Parameters
    ----------
    url : str
    is_known : callable
        Tells by its name whether a file in a folder holds rows.

    Raises
    ------
    LinocutError
        If fsspec, or what it needs for this kind of URL, is not installed, or nothing is there.
    """
    system, path = _system(url)
    try:
        files = [_seen(system, each) for each in _found(system, path, is_known)]
    except LinocutError:
        raise
    except Exception as error:  # each store has its own
        raise _unreachable(url, error) from error
    if not files:
        raise LinocutError(f"{url}: no file of rows is there")
    return files


def _found(system: Any, path: str, is_known: Callable[[str], bool]) -> list[str]:
    if "*" in path:
        return [each for each in system.glob(path) if not system.isdir(each)]
    if system.isdir(path):
        entries = system.ls(path, detail=False)
        return [each for each in entries if is_known(each) and not system.isdir(each)]
    return [path]


def _seen(system: Any, path: str) -> FetchedFile:
    size = system.info(path).get("size")
    if size is None:
        raise LinocutError(f"{path}: the server does not tell its size — fetch it by hand")
    return FetchedFile(system.unstrip_protocol(path), _key(system, path), int(size))


def _system(url: str) -> tuple[Any, str]:
    try:
        import fsspec
    except ImportError as error:
        raise LinocutError(
            f"{url}: URLs are read by fsspec — install it: pip install 'linocut[urls]'"
        ) from error
    try:
        system, path = fsspec.core.url_to_fs(url)
    except ImportError as error:  # "Install s3fs to access S3"
        raise LinocutError(f"{url}: {error}") from error
    except Exception as error:  # an unknown protocol, missing credentials
        raise _unreachable(url, error) from error
    return system, str(path)


def _chunks(system: Any, path: str, url: str) -> Iterable[bytes]:
    try:
        with system.open(path, "rb") as stream:
            while chunk := stream.read(CHUNK):
                yield chunk
    except Exception as error:  # as above
        raise _unreachable(url, error) from error


def _key(system: Any, path: str) -> str:
    try:
        return str(system.ukey(path))
    except Exception as error:  # as above
        raise _unreachable(path, error) from error


def _unreachable(url: str, error: Exception) -> LinocutError:
    told = " ".join(str(error).split())[:200] or type(error).__name__
    return LinocutError(f"{url}: cannot be fetched ({told})")


def _hash(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()[:20]
