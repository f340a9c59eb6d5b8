"""The models that a server answers with: loaded from their files, and again when these change."""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from linocut.classifier import ImageClassifier
from linocut.core import LinocutError
from linocut.data import Intake
from linocut.modelfile import is_reader_file
from linocut.serve.refusals import Refusal

if TYPE_CHECKING:
    from linocut.lines import StringReader

Stamp = tuple[int, int, int]

NOISE_HEIGHT = 32  # of a line, pixels, where a reader takes any
QUICK = 0.5e-3  # seconds


@dataclass(frozen=True, eq=False)
class Served:
    """One model as it was loaded.

    Attributes
    ----------
    name : str
        The name of its file, without the ending.
    model : ImageClassifier or StringReader
    class_names : tuple of str
        In the order of the scores; of a reader its symbols.
    stamp : (int, int, int)
        Of the file: when it was changed, its size and its place on the disk.
    loaded : str
        When, in UTC.
    quick : bool
        Whether one image takes it less time than to ask another thread.
    """

    name: str
    model: ImageClassifier | StringReader
    class_names: tuple[str, ...]
    stamp: Stamp
    loaded: str
    quick: bool = False

    @classmethod
    def of(cls, path: Path) -> Served:
        """Load one.

        Raises
        ------
        LinocutError
            If the file holds no model of images.
        """
        stamp = stamp_of(path)
        now = datetime.now(UTC).isoformat(timespec="seconds")
        if is_reader_file(path):
            from linocut.lines import StringReader  # loads on use

            reader = StringReader.load(path)
            _read_noise(reader)
            return cls(path.stem, reader, reader.symbols_, stamp, now)
        model = ImageClassifier.load(path)
        names = tuple(map(str, model.classes_))
        return cls(path.stem, model, names, stamp, now, _seconds_an_image(model) < QUICK)

    def facts(self) -> dict[str, Any]:
        """Return what a list of models says of it."""
        intake, origin = self.model.intake_, self.model.provenance_
        shape: list[int | None]
        preparation: str | None
        if isinstance(intake, Intake):
            shape, preparation = list(intake.image_shape or ()), intake.sentence
        else:
            shape, preparation = [intake.height, None], None  # as wide as they are
        return {
            "name": self.name,
            "title": origin.title or None,
            "classes": list(self.class_names),
            "strings": not isinstance(intake, Intake),
            "image_shape": shape,
            "preparation": preparation,
            "accuracy": origin.accuracy,
            "test_images": origin.test_rows,
            "created": origin.created or None,
            "loaded": self.loaded,
        }


class Shelf:
    """Models by name; what is asked for is never half of one and half of another.

    Parameters
    ----------
    paths : sequence of Path
        Model files, the first of which answers where none is named.

    Raises
    ------
    LinocutError
        If a file cannot be loaded, or two have one name.
    """

    def __init__(self, paths: Sequence[Path]) -> None:
        if not paths:
            raise LinocutError("no model to serve — one model file at least")
        self.paths: dict[str, Path] = {}
        for path in paths:
            if path.stem in self.paths:
                raise LinocutError(f"two models named {path.stem!r} — rename one of the files")
            self.paths[path.stem] = path
        self._served = {name: Served.of(path) for name, path in self.paths.items()}
        self.problems: dict[str, str] = {}
        self._refused: dict[str, Stamp | None] = {}

    def __iter__(self) -> Any:
        return iter(self._served.values())

    def get(self, name: str | None) -> Served:
        """Return a model by its name, or the first.

        Raises
        ------
        Refusal
            404 if there is none of that name.
        """
        if name is None:
            return next(iter(self._served.values()))
        served = self._served.get(name)
        if served is None:
            raise Refusal(404, f"no model named {name[:100]!r} — there are {', '.join(self.paths)}")
        return served

    def refresh(self) -> tuple[list[str], dict[str, str]]:
        """Load what has changed; where that fails the old model stays.

        Returns
        -------
        loaded : list of str
            Names of models that are new.
        refused : dict of str
            By name, why a file that has changed was not taken; told once.
        """
        loaded, refused = [], {}
        for name, path in self.paths.items():
            try:
                stamp: Stamp | None = stamp_of(path)
            except LinocutError:
                stamp = None  # on its way, or gone
            if stamp == self._served[name].stamp or self._refused.get(name, ()) == stamp:
                continue
            try:
                self._served[name] = Served.of(path)
            except LinocutError as error:
                self._refused[name] = stamp
                refused[name] = self.problems[name] = str(error)
            else:
                self._refused.pop(name, None)
                self.problems.pop(name, None)
                loaded.append(name)
        return loaded, refused


def _read_noise(reader: StringReader) -> None:
    """Read and explain a line, lest the first request waits while loops are compiled."""
    from linocut.lines.explaining import explain_reading  # loads on use

    height = reader.intake_.height or NOISE_HEIGHT
    noise = np.random.default_rng(0).integers(0, 256, (height, 4 * height)).astype(np.uint8)
    explain_reading(reader, noise)


def _seconds_an_image(model: ImageClassifier) -> float:
    """Return what one image takes, at best of a few times: the machine may have other work."""
    image = np.zeros((1, *model.image_shape_), np.uint8)

    def seconds() -> float:
        began = time.perf_counter()
        model.scores(image)
        return time.perf_counter() - began

    return min(seconds() for _ in range(5))


def stamp_of(path: Path) -> Stamp:
    """Return what changes when a file is replaced.

    Raises
    ------
    LinocutError
        If there is no such file.
    """
    try:
        found = path.stat()
    except OSError as error:
        raise LinocutError(f"{path}: {error.strerror}") from error
    return found.st_mtime_ns, found.st_size, found.st_ino
