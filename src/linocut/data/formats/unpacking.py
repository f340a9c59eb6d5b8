"""A zip of a good folder: unpacked for the time it is read, within bounds."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path, PurePosixPath

from linocut.core import LinocutError
from linocut.data.formats.zips import MOST_MEMBERS, check_member, is_zip, opened_zip
from linocut.data.gzipped import first_bytes

LARGEST = 8 << 30  # bytes of all files together


def is_packed_folder(path: Path) -> bool:
    """Tell whether a file is a zip, of whatever files."""
    return path.is_file() and is_zip(first_bytes(path))


@contextmanager
def unpacked(path: Path) -> Iterator[Path]:
    """Unpack a zip into a folder that is gone afterwards.

    Raises
    ------
    LinocutError
        If it is damaged, a bomb, or holds a pickled model or paths that lead elsewhere.
    """
    with tempfile.TemporaryDirectory(prefix="linocut-") as folder:
        root = Path(folder) / path.stem
        root.mkdir()
        with opened_zip(path) as archive:
            files = [info for info in archive.infolist() if not info.is_dir()]
            if any(info.filename.endswith("data.pkl") for info in files):
                raise LinocutError(
                    f"{path}: holds pickled objects, as torch.save writes; unpickling may run any "
                    "program — save images and labels with numpy.savez"
                )
            total = sum(info.file_size for info in files)
            if len(files) > MOST_MEMBERS or total > LARGEST:
                raise LinocutError(
                    f"{path}: {len(files):,} files of {total:,} bytes — at most {MOST_MEMBERS:,} "
                    f"of {LARGEST:,} are unpacked"
                )
            for info in files:
                check_member(info, path)
                target = root / _inside(info.filename, path)
                target.parent.mkdir(parents=True, exist_ok=True)
                with archive.open(info) as member, target.open("wb") as file:
                    shutil.copyfileobj(member, file)
        yield root


def _inside(name: str, path: Path) -> PurePosixPath:
    """Return the path of a member, which must not lead out of the folder."""
    inner = PurePosixPath(name.replace("\\", "/"))
    if inner.is_absolute() or ".." in inner.parts or ":" in name or not inner.parts:
        raise LinocutError(f"{path}: holds {name[:80]!r}, a path that leads out of the folder")
    return inner
