"""Run many inputs through a reader, in processes with limits of memory and time.

Input i is made by a generator seeded with the random state and i, so that a failure is told by its
number alone, whatever process it was in.
"""

from __future__ import annotations

import math
import multiprocessing
import re
import resource
import time
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from multiprocessing.connection import Connection, wait
from pathlib import Path
from typing import Any

import numpy as np

from fuzz.readers import Reader, reader_of
from linocut.core import LinocutError

SECONDS = 5.0  # of computing that one input may take
PATIENCE = 4  # times as long by the clock: that the machine has other work is not the input's fault
MEGABYTES = 500  # that one input may take beyond what the process has
STATUS, PEAK_RESET = Path("/proc/self/status"), Path("/proc/self/clear_refs")
SILENCE = 0.5  # seconds after which a process tells what it found, lest it is lost with it


@dataclass
class Outcome:
    """What became of many inputs.

    Attributes
    ----------
    read, refused : int
        Inputs that gave a result, and those that were refused by a `LinocutError`.
    failures : dict
        What else happened, by the number of the input.
    reasons : Counter
        Messages of the refusals, values left out.
    slowest : float
        Seconds of the input that took longest.
    largest : float
        Megabytes that the input took which took most.
    """

    read: int = 0
    refused: int = 0
    failures: dict[int, str] = field(default_factory=dict)
    reasons: Counter[str] = field(default_factory=Counter)
    slowest: float = 0.0
    largest: float = 0.0

    def add(self, other: Outcome) -> None:
        """Join what another process found."""
        self.read += other.read
        self.refused += other.refused
        self.failures |= other.failures
        self.reasons += other.reasons
        self.slowest = max(self.slowest, other.slowest)
        self.largest = max(self.largest, other.largest)

    @property
    def inputs(self) -> int:
        """How many there were."""
        return self.read + self.refused + len(self.failures)


def input_of(reader: Reader, seeds: list[bytes], random_state: int, number: int) -> bytes:
    """Return the input of a number."""
    return reader.mutated(seeds, np.random.default_rng([random_state, number]))


def try_one(reader: Reader, data: bytes, number: int, outcome: Outcome) -> None:
    """Read one input, and note what becomes of it."""
    before, start = _memory_now(), time.process_time()
    try:
        reader.read(data)
        outcome.read += 1
    except LinocutError as error:
        message = str(error)
        outcome.refused += 1
        outcome.reasons[_pattern(message)] += 1
        if "\n" in message or len(message) > 2000:
            outcome.failures[number] = f"a message of more than one line: {message[:200]!r}"
            outcome.refused -= 1
    except KeyboardInterrupt:
        raise
    except BaseException as error:  # what extensions raise in a panic is no Exception
        outcome.failures[number] = f"{type(error).__name__}: {error}"[:500]
    seconds, grown = time.process_time() - start, _peak() - before
    if (seconds > SECONDS or grown > MEGABYTES) and number not in outcome.failures:
        outcome.failures[number] = f"took {seconds:.1f} s and {grown:.0f} MB"
    outcome.slowest = max(outcome.slowest, seconds)
    outcome.largest = max(outcome.largest, grown)


def run_here(
    reader: Reader, seeds: list[bytes], numbers: Iterable[int], random_state: int = 0
) -> Outcome:
    """Run inputs in this process; a hang or a crash is then a hang or a crash."""
    outcome = Outcome()
    for number in numbers:
        try_one(reader, input_of(reader, seeds, random_state, number), number, outcome)
    return outcome


def run(
    name: str, seeds: list[bytes], inputs: int, random_state: int, processes: int, until: float
) -> Iterator[Outcome]:
    """Run inputs in several processes with limits, and yield what they find as they go.

    A process that dies, or takes too long over one input, is replaced behind that input.

    Parameters
    ----------
    name : str
        Of the reader.
    seeds : list of bytes
        Of it.
    inputs, random_state : int
        How many, and which.
    processes : int
        At once.
    until : float
        When to stop, by `time.monotonic`.
    """
    crew = [
        _Worker(name, seeds, random_state, range(at, inputs, processes)) for at in range(processes)
    ]
    try:
        while crew and time.monotonic() < until:
            wait([worker.ear for worker in crew], timeout=0.2)
            for worker in list(crew):
                # Asked before it is listened to: what one that has ended told is then all there.
                alive = worker.process.is_alive()
                yield from worker.told()
                left = worker.left_over(alive)
                if left is None:
                    continue
                outcome, rest = left
                worker.stop()
                crew.remove(worker)
                yield outcome
                if rest:
                    crew.append(_Worker(name, seeds, random_state, rest))
    finally:
        for worker in crew:
            worker.stop()


class _Worker:
    """One process, and what is known of how far it is."""

    def __init__(self, name: str, seeds: list[bytes], random_state: int, numbers: range) -> None:
        context = multiprocessing.get_context("spawn")
        self.numbers = numbers
        self.at = context.Array("d", [-1, 0])  # input that it is at, and when it began that
        self.ear, mouth = context.Pipe(duplex=False)
        self.done = False
        self.process = context.Process(
            target=_work, args=(name, seeds, random_state, numbers, self.at, mouth), daemon=True
        )
        self.process.start()
        mouth.close()

    def told(self) -> Iterator[Outcome]:
        """Yield what it has told since the last time."""
        try:
            while self.ear.poll():
                outcome = self.ear.recv()
                if outcome is None:
                    self.done = True
                    return
                yield outcome
        except EOFError:
            return

    def left_over(self, alive: bool) -> tuple[Outcome, range] | None:
        """Return what it failed at, and the inputs after that; None while all is well."""
        if self.done:
            return Outcome(), range(0)
        number, since = int(self.at[0]), self.at[1]
        late = number >= 0 and time.monotonic() - since > PATIENCE * SECONDS
        if not late and alive:
            return None
        if number < 0:
            return Outcome(failures={-1: "a process ended before its first input"}), range(0)
        what = f"took more than {SECONDS:.0f} s" if late else "the process died"
        after = range(number + self.numbers.step, self.numbers.stop, self.numbers.step)
        return Outcome(failures={number: what}), after

    def stop(self) -> None:
        """End the process, if it has not ended."""
        self.process.kill()
        self.process.join()
        self.ear.close()


def _work(
    name: str, seeds: list[bytes], random_state: int, numbers: range, at: Any, mouth: Connection
) -> None:
    reader = reader_of(name)
    for seed in seeds:  # whatever is loaded or started on first use is none of an input's memory
        reader.read(seed)
    limit = int((_address_space() + MEGABYTES) * 1e6)
    resource.setrlimit(resource.RLIMIT_AS, (limit, limit))
    outcome, told = Outcome(), time.monotonic()
    for number in numbers:
        at[1] = math.inf  # making an input may take a while: it is not what is measured
        data = input_of(reader, seeds, random_state, number)
        at[0], at[1] = number, time.monotonic()
        try_one(reader, data, number, outcome)
        if outcome.failures or time.monotonic() > told + SILENCE:
            mouth.send(outcome)
            outcome, told = Outcome(), time.monotonic()
    mouth.send(outcome)
    mouth.send(None)


def _memory_now() -> float:
    """Return the memory that this process has, MB, and let its peak begin anew from there."""
    PEAK_RESET.write_text("5")
    return _status("VmRSS")


def _peak() -> float:
    """Return the most memory that this process has had since then, MB."""
    return _status("VmHWM")


def _status(field_name: str) -> float:
    found = re.search(rf"^{field_name}:\s+(\d+) kB", STATUS.read_text(), re.MULTILINE)
    assert found is not None
    return int(found[1]) / 1000


def _address_space() -> float:
    """Return the memory that is reserved for this process, MB."""
    return _status("VmSize")


def _pattern(message: str) -> str:
    return re.sub(r"'[^']*'|\"[^\"]*\"|0x[0-9a-f]+|-?\d[\d.,e+]*", "…", message)[:70]
