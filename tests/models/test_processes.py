"""The same weights in threads, in spawned processes, without a compiler and without a cache."""

import multiprocessing
import os
import subprocess
import sys
from concurrent.futures import ProcessPoolExecutor, ThreadPoolExecutor
from pathlib import Path

import numpy as np
import pytest
from sklearn.datasets import load_digits

from linocut.models import SoftmaxRegression

CS = [1e-5, 1e-4, 1e-3, 1e-2]

LARGE = """
import numpy as np
from linocut.models import SoftmaxRegression
from linocut.solve import compact
rng = np.random.default_rng(0)
X = ((rng.random((6500, 784)) < 0.2) * rng.integers(0, 256, (6500, 784))).astype(np.uint8)
y = np.arange(6500) % 4
X[np.arange(6500), y] = 255
model = SoftmaxRegression(C=1e-7, tol=1e-3).fit(X, y)
print(model.converged_, f"{model.objective_:.4f}", compact._compiler())
"""


def fitted(C):
    X, y = load_digits(return_X_y=True)
    return SoftmaxRegression(C, tol=1e-4).fit(X.astype(np.uint8), y).coef_


def test_fits_at_once_in_threads_are_those_of_one_after_the_other():
    alone = [fitted(C) for C in CS]
    with ThreadPoolExecutor(8) as pool:
        together = list(pool.map(fitted, 2 * CS))
    assert all(np.array_equal(a, b) for a, b in zip(2 * alone, together, strict=True))


def test_a_spawned_process_fits_the_same():
    context = multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(1, mp_context=context) as pool:
        there = pool.submit(fitted, CS[0]).result(timeout=120)
    assert np.array_equal(there, fitted(CS[0]))


def answer(**settings):
    """Fit rows that are worth compiling for, in a process of its own."""
    done = subprocess.run(
        [sys.executable, "-c", LARGE],
        env={**os.environ, **settings},
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout.split()


@pytest.mark.parametrize(
    "settings",
    [{"NUMBA_DISABLE_JIT": "1"}, {"NUMBA_CACHE_DIR": str(Path(os.devnull, "cache"))}],
    ids=lambda settings: next(iter(settings)),
)
def test_without_a_compiler_or_a_cache_the_optimum_is_the_same(settings):
    plain, odd = answer(), answer(**settings)
    assert odd[0] == plain[0] == "True"
    assert float(odd[1]) == pytest.approx(float(plain[1]), rel=2e-3)  # twice the tolerance
    if "NUMBA_DISABLE_JIT" in settings:
        assert odd[2] == "False"
