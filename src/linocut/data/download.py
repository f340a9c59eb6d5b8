"""Fetch the files of a catalogue entry: temporary file, check, move."""

from __future__ import annotations

import tempfile
import zipfile
import zlib
from dataclasses import dataclass
from pathlib import Path

import pooch
import requests

from linocut.core import LinocutError
from linocut.core.files import move_whole
from linocut.data.entries import Entry, RemoteFile, local_name
from linocut.data.formats.idx_file import sha256
from linocut.data.raw import Progress

TIMEOUT = 30  # seconds without a byte


def fetch(entry: Entry, folder: Path, progress: Progress | None = None) -> list[Path]:
    """Download what is missing of an entry into a folder.

    Parameters
    ----------
    entry : Entry
        What to fetch.
    folder : Path
        Made if it does not exist. A file appears in it only when it is whole and its hash, if
        known, is right.
    progress : callable, optional
        Told of the bytes.

    Returns
    -------
    list of Path
        All files of the entry.

    Raises
    ------
    LinocutError
        If no mirror gives a right file; the message tells what each one answered. If the folder
        cannot be written to.
    """
    pooch.get_logger().setLevel("ERROR")
    try:
        return _fetched(entry, folder, progress)
    except OSError as error:
        reason = error.strerror or str(error)
        raise LinocutError(
            f"cannot write into {folder}: {reason} — let $LINOCUT_CACHE name another folder"
        ) from error


def _fetched(entry: Entry, folder: Path, progress: Progress | None) -> list[Path]:
    folder.mkdir(parents=True, exist_ok=True)
    wanted = {local_name(file): file for file in entry.files.values()}
    missing = {name: file for name, file in wanted.items() if not (folder / name).exists()}
    if missing and entry.archive:
        with tempfile.TemporaryDirectory(dir=folder) as scratch:
            archive = _from_mirrors(entry, RemoteFile(entry.archive), Path(scratch), progress)
            for name, file in missing.items():
                _extract(archive, file.name, Path(scratch) / name)
                move_whole(Path(scratch) / name, folder / name)
    else:
        for name, file in missing.items():
            with tempfile.TemporaryDirectory(dir=folder) as scratch:
                part = _from_mirrors(entry, file, Path(scratch), progress)
                move_whole(part, folder / name)
    return [folder / name for name in wanted]


def _from_mirrors(entry: Entry, file: RemoteFile, scratch: Path, progress: Progress | None) -> Path:
    failures = []
    for mirror in entry.mirrors:
        url = mirror + file.name
        (scratch / local_name(file)).unlink(missing_ok=True)  # what a worse mirror left
        try:
            bar = _Bar(f"downloading {local_name(file)}", progress)
            downloader = pooch.HTTPDownloader(progressbar=bar, timeout=TIMEOUT)
            path = Path(
                pooch.retrieve(
                    url, None, fname=local_name(file), path=scratch, downloader=downloader
                )
            )
            if file.sha256 and (digest := sha256(path)) != file.sha256:
                failures.append(f"{url}: wrong content (SHA-256 {digest[:12]}…)")
                continue
        except (requests.RequestException, OSError, EOFError, ValueError, zlib.error) as error:
            failures.append(f"{url}: {_reason(error)}")
            continue
        return path
    raise LinocutError(
        f"{entry.name}: {local_name(file)} could not be downloaded — {'; '.join(failures)} — put "
        f"it into $LINOCUT_DATA/{entry.name}/ by hand"
    )


def _reason(error: Exception) -> str:
    if isinstance(error, requests.HTTPError) and error.response is not None:
        return f"answered {error.response.status_code}"
    if isinstance(error, requests.ConnectionError):
        return "no connection"
    if isinstance(error, requests.Timeout):
        return f"no answer for {TIMEOUT} s"
    return str(error) or type(error).__name__


def _extract(archive: Path, member: str, target: Path) -> None:
    try:
        with (
            zipfile.ZipFile(archive) as held,
            held.open(member) as source,
            target.open("wb") as out,
        ):
            while chunk := source.read(1 << 20):
                out.write(chunk)
    except (zipfile.BadZipFile, KeyError) as error:
        raise LinocutError(f"{archive.name}: does not hold {member} ({error})") from error


@dataclass
class _Bar:
    """What pooch calls a progress bar: its four methods, told onwards."""

    description: str
    report: Progress | None
    total: int = 0
    done: int = 0

    def update(self, count: int) -> None:
        self.done += count
        if self.report:
            self.report(self.description, self.done, self.total)

    def reset(self) -> None:
        self.done = 0

    def close(self) -> None:
        """Do nothing: whoever draws the bar takes it away."""
