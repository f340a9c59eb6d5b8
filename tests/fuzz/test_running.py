"""What a reader does wrong is noticed, and told by the number of the input."""

from __future__ import annotations

import numpy as np
import pytest

from fuzz.json_mutations import edited
from fuzz.mutations import CHANGES
from fuzz.running import input_of, run_here
from linocut.core import LinocutError


class Reader:
    """Reads nothing, in one way."""

    def __init__(self, wrong):
        self.wrong = wrong

    def mutated(self, seeds, random):
        return bytes([random.integers(4)])

    def read(self, data):
        if data == b"\0":
            raise self.wrong
        return data


@pytest.mark.parametrize(
    ("wrong", "what"),
    [
        (KeyError("name"), "KeyError: 'name'"),
        (RecursionError("too deep"), "RecursionError: too deep"),
        (MemoryError(), "MemoryError"),
        (SystemExit(0), "SystemExit: 0"),
        (LinocutError("two\nlines"), "a message of more than one line"),
    ],
)
def test_anything_but_one_line_is_a_failure(wrong, what):
    reader = Reader(wrong)
    outcome = run_here(reader, [], range(40))
    bad = [number for number in range(40) if input_of(reader, [], 0, number) == b"\0"]
    assert sorted(outcome.failures) == bad != []
    assert all(each.startswith(what) for each in outcome.failures.values())
    assert (outcome.read, outcome.refused) == (40 - len(bad), 0)


def test_a_refusal_is_none():
    outcome = run_here(Reader(LinocutError("a is 3 — 1 or 2")), [], range(40))
    assert not outcome.failures
    assert outcome.refused == sum(outcome.reasons.values()) > 0


@pytest.mark.parametrize("change", CHANGES)
def test_bytes_are_changed_and_nothing_is_too_short_for_it(change):
    data = bytes(range(256)) * 4
    made = {change(data, np.random.default_rng(seed)) for seed in range(20)}
    assert len(made) > 10
    for length in range(4):
        change(data[:length], np.random.default_rng(0))


def test_json_is_changed_and_the_original_left_alone():
    value = {"steps": [{"kind": "unit-pixels", "full": 255.0}], "names": ["a", "b"]}
    made = [str(edited(value, [value], np.random.default_rng(seed))) for seed in range(50)]
    assert len(set(made)) > 30
    assert value == {"steps": [{"kind": "unit-pixels", "full": 255.0}], "names": ["a", "b"]}
