"""Every verdict is proved in exact arithmetic."""

import itertools
from dataclasses import replace
from fractions import Fraction

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from scipy.optimize import linprog
from sklearn.datasets import load_digits

from linocut.core import LinocutError
from linocut.data import load_dataset
from linocut.explain.separability import (
    Certificate,
    Separability,
    Separator,
    Witness,
    certificates_of,
    separability,
    separate,
)
from linocut.explain.separability.certificate import number_of_digits
from linocut.explain.separability.exact import (
    is_witness,
    primes,
    smallest_margin,
    solve_exactly,
)

XOR = np.array([[0, 0], [255, 255], [0, 255], [255, 0]], np.uint8)
XOR_SIGNS = np.array([1, 1, -1, -1])


def margins_by_fractions(X, signs, weights, intercept):
    return [
        int(s) * (sum(int(w) * int(x) for w, x in zip(weights, row, strict=True)) + int(intercept))
        for s, row in zip(signs, X, strict=True)
    ]


def sums_by_python(X, signs, multipliers):
    sums = [0] * (X.shape[1] + 1)
    for row, s, a in zip(X, signs, multipliers, strict=True):
        for j, x in enumerate([*row.tolist(), 1]):
            sums[j] += int(a) * int(s) * x
    return sums


def test_xor_cannot_be_separated():
    found = separate(XOR, XOR_SIGNS)
    assert isinstance(found, Witness)
    assert set(found.multipliers) == {1}
    assert sorted(found.rows) == [0, 1, 2, 3]


def test_and_can_be_separated():
    found = separate(XOR, np.array([-1, 1, -1, -1]))
    assert isinstance(found, Separator)
    assert min(margins_by_fractions(XOR, [-1, 1, -1, -1], found.weights, found.intercept)) >= 1


@given(
    n=st.integers(2, 14),
    d=st.integers(1, 6),
    top=st.sampled_from([1, 3, 255]),
    seed=st.integers(0, 5000),
)
@settings(max_examples=150, deadline=None)
def test_every_small_problem_is_decided_as_a_linear_program_decides_it(n, d, top, seed):
    rng = np.random.default_rng(seed)
    X = rng.integers(0, top + 1, (n, d)).astype(np.uint8)
    signs = rng.choice([-1, 1], n)
    assume(len(set(signs)) == 2)
    found = separate(X, signs)
    A = -signs[:, None] * np.column_stack([X.astype(float), np.ones(n)])
    program = linprog(np.zeros(d + 1), A_ub=A, b_ub=-np.ones(n), bounds=(None, None))
    if isinstance(found, Separator):
        assert min(margins_by_fractions(X, signs, found.weights, found.intercept)) >= 1
        assert program.status == 0
    else:
        assert isinstance(found, Witness)
        assert min(found.multipliers) > 0
        assert not any(sums_by_python(X[found.rows], signs[found.rows], found.multipliers))
        assert program.status == 2


@given(n=st.integers(1, 12), seed=st.integers(0, 2000))
@settings(max_examples=60, deadline=None)
def test_linear_systems_are_solved_over_the_rationals(n, seed):
    rng = np.random.default_rng(seed)
    A, b = rng.integers(-255, 256, (n, n)), rng.integers(-(1 << 40), 1 << 40, n)
    found = solve_exactly(A, b)
    assume(found is not None)
    numerators, denominator = found
    assert denominator > 0
    x = [Fraction(value, denominator) for value in numerators]
    for row, right in zip(A.tolist(), b.tolist(), strict=True):
        assert sum(a * value for a, value in zip(row, x, strict=True)) == right


def test_a_large_system_with_thousands_of_digits_is_solved():
    rng = np.random.default_rng(0)
    A, b = rng.integers(-255, 256, (150, 150)), rng.integers(-255, 256, 150)
    numerators, denominator = solve_exactly(A, b)
    assert len(str(denominator)) > 300
    for i in (0, 77, 149):
        left = sum(int(a) * value for a, value in zip(A[i], numerators, strict=True))
        assert left == int(b[i]) * denominator


def test_singular_systems_have_no_answer():
    assert solve_exactly(np.array([[1, 2], [2, 4]]), np.array([1, 1])) is None


def test_primes_are_those_of_a_sieve():
    below = [n for n in range(2, 1 << 8) if all(n % k for k in range(2, n))]
    assert list(primes(8)) == below[::-1]
    assert len(list(itertools.islice(primes(30), 5))) == 5


@given(seed=st.integers(0, 500))
@settings(max_examples=40, deadline=None)
def test_a_witness_that_is_off_by_one_is_none(seed):
    rng = np.random.default_rng(seed)
    huge = int(rng.integers(1, 1 << 62)) ** 40
    multipliers = [huge] * 4
    assert is_witness(XOR, XOR_SIGNS, multipliers)
    at = int(rng.integers(4))
    multipliers[at] += 1
    assert not is_witness(XOR, XOR_SIGNS, multipliers)


def test_multipliers_below_zero_or_all_zero_prove_nothing():
    assert not is_witness(XOR, XOR_SIGNS, [0, 0, 0, 0])
    assert not is_witness(XOR, XOR_SIGNS, [-1, -1, -1, -1])
    assert not is_witness(XOR, XOR_SIGNS, [1, 1, 1])


def test_margins_are_exact_or_refused():
    X, signs = np.array([[255, 254]], np.uint8), np.array([1])
    large = (1 << 53) // (2 * 255 + 4)
    weights = np.array([large, -large])
    assert smallest_margin(X, signs, weights, 1) == large + 1
    with pytest.raises(OverflowError):
        smallest_margin(X, signs, weights * 4, 1)


@pytest.fixture(scope="module")
def digits():
    found = load_digits()
    return (found.images * 15).astype(np.uint8), found.target


def test_digits_are_decided_and_verified(digits, tmp_path):
    images, y = digits
    few = y < 4
    told = []
    found = separability(
        images[few], y[few], "0123", on_problem=lambda c, total: told.append(total)
    )
    assert len(found.certificates) == 6 + 4
    assert told == [10] * 10
    assert {each.verdict for each in found.certificates} == {"separable"}
    path = found.save(tmp_path / "proofs.npz")
    again = Separability.load(path)
    assert again.verified(images[few], y[few], "0123").sentence == found.sentence
    assert again.to_dict()["certificates"][0]["verdict"] == "separable"
    assert "6 of 6 pairs" in again.sentence
    assert found.plot().axes


def test_inseparable_classes_are_proved_so_and_kept(tmp_path):
    rng = np.random.default_rng(0)
    images = rng.integers(0, 256, (120, 4, 4)).astype(np.uint8)
    y = np.repeat([0, 1, 2], 40)
    images[80:] //= 8
    found = separability(images, y, ["a", "b", "dark"])
    by_name = {(row["class"], row["against"]): row["verdict"] for row in found.rows()}
    assert by_name["a", "b"] == "not separable"
    assert by_name["a", "dark"] == "separable"
    again = Separability.load(found.save(tmp_path / "proofs.npz"))
    assert again.verified(images, y, ["a", "b", "dark"]).sentence == found.sentence
    assert again.certificates[0].answer.multipliers == found.certificates[0].answer.multipliers
    kept = separability(images, y, ["a", "b", "dark"], known=again)
    assert kept.certificates[0] is again.certificates[0]


def test_floats_and_single_classes_are_refused(digits):
    images, y = digits
    with pytest.raises(LinocutError, match="bytes"):
        separability(images / 255, y, "0123456789")
    with pytest.raises(LinocutError, match="two are needed"):
        separability(images[y == 1], y[y == 1], "0123456789")


def test_labels_that_point_to_no_class_are_refused(digits):
    images, y = digits
    with pytest.raises(LinocutError, match="labels from 0 to 9 for 9 classes"):
        separability(images, y, "012345678")
    with pytest.raises(LinocutError, match="one whole number for each image"):
        separability(images, y / 2, "0123456789")
    with pytest.raises(LinocutError, match=r"shape \(5,\) for 1,797 images"):
        separability(images, y[:5], "0123456789")


def test_a_proof_of_thousands_of_digits_is_described():
    huge = 10**20_000
    row = Certificate(0, 1, Witness(np.arange(4), (huge,) * 4)).described()
    assert row == "4 images, 20,001 digits"


@given(power=st.integers(0, 400), off=st.integers(-1, 1))
def test_digits_of_numbers_around_powers_of_ten_are_counted(power, off):
    number = max(1, 10**power + off)
    assert number_of_digits(number) == len(str(number))


def test_an_interrupted_search_loses_nothing_that_was_known(digits):
    images, y = digits
    few = y < 3
    about = images[few], y[few], "012"
    whole = separability(*about)
    again = certificates_of(*about, whole.certificates[:1], known=whole)
    assert again.certificates == whole.certificates
    elsewhere = replace(whole, images="0" * 64)
    assert len(certificates_of(*about, whole.certificates[:1], known=elsewhere).certificates) == 1


def test_real_pairs_of_handwriting_are_decided(real_data):
    real_data("mnist")
    train = load_dataset("mnist").train
    for pair, verdict in (((0, 1), "separable"), ((3, 5), "not separable")):
        few = np.isin(train.labels, pair)
        found = separability(
            train.images[few], train.labels[few], [str(k) for k in range(10)]
        ).certificates[0]
        assert found.verdict == verdict
