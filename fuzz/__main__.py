"""Fuzz one reader, or all in turn: python -m fuzz modelfile --inputs 100000."""

from __future__ import annotations

import argparse
import hashlib
import os
import sys
import time
from pathlib import Path

from fuzz.readers import NAMES, reader_of
from fuzz.running import Outcome, input_of, run

CORPUS = Path(__file__).parent / "corpus"
LARGEST_KEPT = 100_000  # bytes of a failing input that is kept
KEPT = 20  # failing inputs that are kept in one run
ALL = "all"
TOLD = 10_000  # inputs after which it says how far it is


def main() -> int:
    """Run it; the exit status is 1 if an input failed."""
    parser = argparse.ArgumentParser(prog="python -m fuzz", description=__doc__)
    parser.add_argument("reader", choices=[*NAMES, ALL])
    parser.add_argument("--inputs", type=int, default=10_000, help="how many (default: 10,000)")
    parser.add_argument("--random-state", type=int, default=0, help="which ones (default: 0)")
    parser.add_argument("--seconds", type=float, default=float("inf"), help="stop after so many")
    parser.add_argument("--processes", type=int, default=os.cpu_count() or 1)
    parser.add_argument("--reasons", action="store_true", help="list why inputs were refused")
    asked = parser.parse_args()
    names = NAMES if asked.reader == ALL else [asked.reader]
    return max([_fuzz(name, asked) for name in names])


def _fuzz(name: str, asked: argparse.Namespace) -> int:
    """Fuzz one reader; return 1 if an input failed."""
    reader = reader_of(name)
    seeds = reader.seeds()
    print(f"{name}: {len(seeds)} seeds of {min(map(len, seeds)):,} to "
          f"{max(map(len, seeds)):,} bytes")  # fmt: skip
    start, total = time.monotonic(), Outcome()
    for outcome in run(
        name, seeds, asked.inputs, asked.random_state, asked.processes,
        start + asked.seconds,
    ):  # fmt: skip
        if (total.inputs + outcome.inputs) // TOLD > total.inputs // TOLD:
            print(f"{total.inputs + outcome.inputs:,} inputs", flush=True)
        total.add(outcome)
        for number, what in outcome.failures.items():
            print(f"input {number} (random state {asked.random_state}): {what}")
            if number >= 0 and len(total.failures) <= KEPT:
                _keep(name, input_of(reader, seeds, asked.random_state, number))
    seconds = time.monotonic() - start
    print(
        f"{total.inputs:,} inputs in {seconds:.0f} s ({total.inputs / seconds:.0f} a second): "
        f"{total.read:,} read, {total.refused:,} refused, {len(total.failures):,} failed; the "
        f"slowest took {total.slowest:.2f} s, the largest {total.largest:.0f} MB"
    )
    if asked.reasons:
        for reason, count in total.reasons.most_common():
            print(f"{count:8,}  {reason}")
    return 1 if total.failures else 0


def _keep(name: str, data: bytes) -> None:
    """Keep a failing input, for the tests to try again."""
    if len(data) <= LARGEST_KEPT:
        folder = CORPUS / name
        folder.mkdir(parents=True, exist_ok=True)
        (folder / hashlib.sha256(data).hexdigest()[:16]).write_bytes(data)


if __name__ == "__main__":
    sys.exit(main())
