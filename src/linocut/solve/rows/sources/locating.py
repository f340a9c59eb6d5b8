"""Find the files that a path, a glob, a folder, a list or a URL means."""

from __future__ import annotations

import glob
import os
import re
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from typing import Literal

from linocut.core import LinocutError
from linocut.core.idx_header import is_idx
from linocut.core.npy_header import MAGIC as NPY
from linocut.solve.rows.sources.files.local import LocalFile, ShardFile
from linocut.solve.rows.sources.naming import listed

Where = str | os.PathLike[str] | Sequence[str | os.PathLike[str]]
Family = Literal["arrays", "tensors", "tables", "hdf5"]

ENDINGS: dict[str, Family] = {
    ".npy": "arrays", ".idx": "arrays", ".safetensors": "tensors",
    ".parquet": "tables", ".pq": "tables", ".arrow": "tables", ".feather": "tables",
    ".ipc": "tables", ".h5": "hdf5", ".hdf5": "hdf5", ".hdf": "hdf5", ".he5": "hdf5",
}  # fmt: skip
KNOWN = ".npy, IDX, .safetensors, .parquet, .arrow, .feather, .h5"
GLOB = re.compile(r"[*?\[]")


def locate(where: Where) -> dict[str, ShardFile]:
    """Return the files that are meant, by names that differ, in the order of the rows.

    The order is that of the names, numbers in them by size; a list keeps its own. In a folder the
    files of a known kind count, or, where there are none, those of the folders in it.

    Raises
    ------
    LinocutError
        If there is nothing.

    Examples
    --------
    >>> import tempfile
    >>> folder = Path(tempfile.mkdtemp())
    >>> for k in (2, 10):
    ...     _ = (folder / f"x-{k}.npy").write_bytes(b"")
    >>> list(locate(folder / "x-*.npy"))
    ['x-2.npy', 'x-10.npy']
    """
    if not isinstance(where, str | os.PathLike):
        return _several(where)
    text = os.fspath(where)
    if "://" in text and not text.startswith("file://"):
        from linocut.solve.rows.sources.files.urls import files_at

        found = _apart(files_at(text, is_known))
        return {name: found[name] for name in in_order(found)}
    path = Path(text.removeprefix("file://")).expanduser()
    if path.is_dir():
        return _in_folder(path)
    if path.exists():
        return {path.name: LocalFile.at(path)}
    if GLOB.search(str(path)):
        matches = [Path(each) for each in glob.glob(str(path))]  # noqa: PTH207
        matches = [each for each in matches if each.is_file()]
        if not matches:
            raise LinocutError(f"{path}: no file is called so")
        return _named(matches)
    raise LinocutError(f"{path}: no such file or folder")


def in_order(names: Iterable[str]) -> list[str]:
    """Sort names, numbers in them by size.

    Examples
    --------
    >>> in_order(["x10", "x9", "x"])
    ['x', 'x9', 'x10']
    """
    return sorted(names, key=lambda name: [_rank(part) for part in re.split(r"(\d+)", name)])


def is_known(name: str) -> bool:
    """Tell whether a file's name says that it holds rows.

    Examples
    --------
    >>> [is_known(name) for name in ("a.npy", "t10k-images-idx3-ubyte.gz", ".a.npy", "README.md")]
    [True, True, False, False]
    """
    base = name.rsplit("/", 1)[-1]
    return base[:1] not in {".", "_"} and (_by_name(base) is not None or base.endswith(".npz"))


def family_of(files: dict[str, ShardFile], where: str) -> Family:
    """Tell the kind of all files, by their names or else by their first bytes.

    Raises
    ------
    LinocutError
        If they are of several kinds, or of one that is not read.
    """
    families: dict[Family, str] = {}
    for name, file in files.items():
        families.setdefault(_family(name, file), name)
    if len(families) > 1:
        first, second = list(families.values())[:2]
        raise LinocutError(
            f"{where}: holds {first} and {second} — give a glob or a list of files of one kind"
        )
    return next(iter(families))


def without_doubles(paths: Iterable[Path]) -> list[Path]:
    """Leave out gzipped files that lie beside what they unpack to.

    Examples
    --------
    >>> [path.name for path in without_doubles([Path("a"), Path("a.gz"), Path("b.gz")])]
    ['a', 'b.gz']
    """
    paths = list(paths)
    there = {str(path) for path in paths}
    return [path for path in paths if path.suffix != ".gz" or str(path)[:-3] not in there]


def _several(paths: Sequence[str | os.PathLike[str]]) -> dict[str, ShardFile]:
    files = [file for each in paths for file in locate(each).values()]
    if not files:
        raise LinocutError("an empty list of paths — name at least one file")
    return _apart(files)


def _apart(files: Sequence[ShardFile]) -> dict[str, ShardFile]:
    """Return files by what of their paths differs, or is more than a folder, in their order."""
    # The folders that all have in common tell nothing of one file beside another. By letters, cut
    # at the last slash, since URLs are paths to no system.
    common = len(_folder(os.path.commonprefix([_folder(file.name) for file in files])))  # noqa: RUF071
    found: dict[str, ShardFile] = {}
    for file in files:
        name = file.name[common:].replace(os.sep, "/")
        if name in found:
            raise LinocutError(f"{file.name}: is in the list twice")
        found[name] = file
    return found


def _folder(path: str) -> str:
    return path[: max(path.rfind("/"), path.rfind(os.sep)) + 1]


def _in_folder(folder: Path) -> dict[str, ShardFile]:
    for pattern in ("*", "*/*"):
        found = [path for path in folder.glob(pattern) if path.is_file() and is_known(path.name)]
        if found:
            return _named(found, folder)
    told = listed(in_order(path.name for path in folder.iterdir()))
    raise LinocutError(f"{folder}: holds {told} — files of rows are {KNOWN}")


def _named(paths: list[Path], folder: Path | None = None) -> dict[str, ShardFile]:
    paths = without_doubles(paths)
    if folder is None:
        folder = Path(os.path.commonpath([path.parent for path in paths]))
    names = {path.relative_to(folder).as_posix(): path for path in paths}
    return {name: LocalFile.at(names[name]) for name in in_order(names)}


def _rank(part: str) -> tuple[int, int, str]:
    return (1, int(part), part) if part.isdigit() else (0, 0, part)


def _by_name(name: str) -> Family | None:
    folded = name.casefold()
    if "ubyte" in folded or re.search(r"idx\d", folded) or folded.endswith(".npy.gz"):
        return "arrays"
    return ENDINGS.get(os.path.splitext(folded)[1])  # noqa: PTH122


def _family(name: str, file: ShardFile) -> Family:
    told = _by_name(name)
    if told is not None:
        return told
    try:
        with file.checked().open("rb") as opened:
            start = opened.read(16)
    except OSError as error:
        raise LinocutError(f"{file.name}: cannot be read ({error.strerror or error})") from error
    if start[:4] == b"PK\3\4":
        raise LinocutError(
            f"{file.name}: arrays in a ZIP cannot be mapped — unpack them: numpy.save each array "
            "of numpy.load(…) as a .npy file"
        )
    for family, fits in _BY_START.items():
        if fits(start):
            return family
    raise LinocutError(f"{file.name}: is of no known kind — {KNOWN}")


_BY_START: dict[Family, Callable[[bytes], bool]] = {
    "arrays": lambda start: start.startswith((NPY, b"\x1f\x8b")) or is_idx(start),
    "tensors": lambda start: start[8:9] == b"{",
    "tables": lambda start: start.startswith((b"PAR1", b"ARROW1")),
    "hdf5": lambda start: start.startswith(b"\x89HDF\r\n"),
}
