"""Folders of image files, and zips of them: odd names, odd trees, damaged images and tables."""

from __future__ import annotations

import io
import json
import zipfile
from typing import Any

import numpy as np
from numpy.random import Generator
from PIL import Image

from fuzz.mutations import changed
from fuzz.placing import empty_folder, read_files, read_in

FOLDER, ZIP = b"\0", b"\1"  # what an input stands for: its first byte
PARTS = (
    "", ".", "..", "train", "test", "images", "a", "b", "0", "00", "1e3", "-1", ".hidden", "é", "٣",
    "e\u0301", "\u202e", "a" * 200, "x.png", "x.PNG", "x.jpg", "x.npy", "x.csv", "labels.csv",
    "labels.txt", "Thumbs.db", "__MACOSX", "7_1.png", "cat.1.png", "a b", "%", "\n", "x.linocut",
)  # fmt: skip
LONGEST = 200  # bytes of a part of a name that every system takes

Tree = dict[str, bytes]


class Folders:
    """`linocut.data.formats.read_path` of folders."""

    def seeds(self) -> list[bytes]:
        """Return trees of every layout, each as a folder and as a zip."""
        images = [_png(seed) for seed in range(6)]
        table = "\n".join(["file,label", *(f"{k}.png,{k % 2}" for k in range(6))]).encode()
        trees: list[Tree] = [
            {f"{'ab'[k % 2]}/{k}.png": image for k, image in enumerate(images)},
            {f"{('train', 'test')[k // 4]}/{k % 2}/{k}.png": each for k, each in enumerate(images)},
            {f"{'ab'[k % 2]}_{k}.png": image for k, image in enumerate(images)},
            {**{f"{k}.png": image for k, image in enumerate(images)}, "labels.csv": table},
            {**{f"images/{k}.png": each for k, each in enumerate(images)}, "labels.csv": table},
        ]
        return [FOLDER + _kept(tree) for tree in trees] + [ZIP + _zipped(tree) for tree in trees]

    def mutated(self, seeds: list[bytes], random: Generator) -> bytes:
        """Change names and contents of a tree, or the bytes of its zip."""
        seed = seeds[random.integers(len(seeds))]
        kind, data = seed[:1], seed[1:]
        if kind == ZIP and random.random() < 0.5:
            return kind + changed(data, random)
        tree = list((_tree(data) if kind == FOLDER else _unzipped(data)).items())
        for _ in range(random.integers(1, 4)):
            at = int(random.integers(len(tree))) if tree else 0
            tree[at : at + 1] = _edited(tree[at] if tree else ("a/b.png", b""), random)
        made = dict(tree)
        return kind + (_kept(made) if kind == FOLDER else _zipped(made))

    def read(self, data: bytes) -> Any:
        """Lay out the files, and read what is there."""
        if data[:1] == ZIP:
            return read_files({"set.zip": data[1:]}, "set.zip")
        folder = empty_folder()
        (folder / "set").mkdir()
        for name, content in _tree(data[1:]).items():
            path = folder.joinpath("set", *_sound(name))
            try:
                path.parent.mkdir(parents=True, exist_ok=True)
                path.write_bytes(content)
            except OSError:  # a file stands where a folder should, or the other way about
                continue
        return read_in(folder, "set")


def _edited(file: tuple[str, bytes], random: Generator) -> list[tuple[str, bytes]]:
    """Return what comes in a file's place: nothing, itself in another place, or several."""
    name, content = file
    way = random.integers(6)
    if way == 0:
        return []
    if way == 1:
        return [(name, changed(content, random))]
    parts = name.split("/")
    odd = PARTS[random.integers(len(PARTS))]
    if way == 2:
        parts[random.integers(len(parts))] = odd
    elif way == 3:
        parts.insert(int(random.integers(len(parts) + 1)), odd)
    elif way == 4:
        return [file, (f"{'/'.join(parts[:-1])}/{odd}", content)]
    else:
        size = tuple(int(side) for side in random.integers(1, 40, 2))
        return [(name, _png(int(random.integers(9)), size))]
    return [("/".join(parts), content)]


def _sound(name: str) -> list[str]:
    """Return the parts of a name that the disk takes, and that stay in the folder."""
    parts = [part.encode()[:LONGEST].decode(errors="ignore") for part in name.split("/")]
    return [part for part in parts if part not in {"", ".", ".."}] or ["a"]


def _png(seed: int, size: tuple[int, ...] = (9, 8)) -> bytes:
    pixels = np.random.default_rng(seed).integers(0, 256, size).astype(np.uint8)
    file = io.BytesIO()
    Image.fromarray(pixels).save(file, "PNG")
    return file.getvalue()


def _kept(tree: Tree) -> bytes:
    return json.dumps({name: content.decode("latin-1") for name, content in tree.items()}).encode()


def _tree(data: bytes) -> Tree:
    return {name: content.encode("latin-1") for name, content in json.loads(data).items()}


def _zipped(tree: Tree) -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as archive:
        for name, content in tree.items():
            archive.writestr(zipfile.ZipInfo(name), content)
    return file.getvalue()


def _unzipped(data: bytes) -> Tree:
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


READER = Folders()
