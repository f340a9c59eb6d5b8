"""Tables: cells, lines and separators are changed, and bytes; gzipped or not."""

from __future__ import annotations

import gzip
from typing import Any

import numpy as np
from numpy.random import Generator

from fuzz.mutations import changed, spliced
from fuzz.placing import read_files

CELLS = (
    "", " ", "-1", "0.5", "256", "65535", "1e400", "nan", "inf", "-inf", "0x1f", "1_0", '"', '""',
    '"7"', "é", "٣", "label", "class", "id", "\x00", "\u2028", "9" * 4400, "1e-400", "-0", "+7",
    "1,1", "cat", "\ufeff", "a" * 3000, "0.0", "7.", "1e1", "#", "\x85", "\x1c",
)  # fmt: skip
SEPARATORS = (",", ";", "\t", " ", "  ", "|", ",,")


class Csv:
    """`linocut.data.formats.table`; an input is one file."""

    def seeds(self) -> list[bytes]:
        """Return tables of the layouts that are about."""
        random = np.random.default_rng(0)
        pixels = random.integers(0, 256, (24, 9))
        labels = np.arange(24) % 3
        names = [f"pixel{k}" for k in range(9)]
        first, last = np.column_stack([labels, pixels]), np.column_stack([pixels, labels])
        index = np.column_stack([np.arange(24), first])
        tables = [
            _text(first), _text(last), _text(first, ["label", *names]), _text(last, [*names, "y"]),
            _text(index, ["", "label", *names]), _text(index), _text(first, range(10)),
            _text(np.column_stack([labels, pixels / 255]), ["label", *names]),
            _quoted(_text(first, ["label", *names])),
            _text(np.column_stack([np.array(["a", "b", "c"])[labels], pixels])),
        ]  # fmt: skip
        return [table.encode() for table in tables] + [gzip.compress(tables[0].encode(), mtime=0)]

    def mutated(self, seeds: list[bytes], random: Generator) -> bytes:
        """Change cells, lines or bytes of one of them."""
        seed = seeds[random.integers(len(seeds))]
        way = random.random()
        if way < 0.2 or seed[:1] == b"\x1f":
            made = changed(seed, random)
        elif way < 0.25:
            made = spliced(seed, seeds[random.integers(len(seeds))], random)
        else:
            made = _edited(seed.decode(), random).encode()
        return gzip.compress(made, 1, mtime=0) if random.random() < 0.1 else made

    def read(self, data: bytes) -> Any:
        """Read a set."""
        return read_files({"set.csv": data}, "set.csv")


def _text(rows: Any, names: Any = None) -> str:
    lines = [] if names is None else [",".join(map(str, names))]
    return "\n".join(lines + [",".join(map(str, row)) for row in rows.tolist()]) + "\n"


def _quoted(text: str) -> str:
    return "\n".join(",".join(f'"{cell}"' for cell in line.split(",")) for line in text.split())


def _edited(text: str, random: Generator) -> str:
    lines = [line.split(",") for line in text.splitlines()]
    for _ in range(random.integers(1, 4)):
        at = int(random.integers(len(lines)))
        column = int(random.integers(len(lines[at])))
        way = random.integers(8)
        if way < 3:
            lines[at][column] = CELLS[random.integers(len(CELLS))]
        elif way == 3:
            for line in lines[at:]:
                line[min(column, len(line) - 1)] = CELLS[random.integers(len(CELLS))]
        elif way == 4:
            lines[at].insert(column, "1")
        elif way == 5:
            lines = lines[: at + 1] * int(random.integers(1, 3)) + lines[at + 1 :]
            lines = [list(line) for line in lines]
        elif way == 6:
            lines = [line[: column + 1] for line in lines]
        else:
            random.shuffle(lines)
    separator = "," if random.random() < 0.8 else SEPARATORS[random.integers(len(SEPARATORS))]
    end = "\n" if random.random() < 0.9 else str(random.choice(["\r\n", "\r", "\n\n"]))
    return end.join(separator.join(line) for line in lines)


READER = Csv()
