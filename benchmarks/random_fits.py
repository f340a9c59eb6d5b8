"""Is ``gap_`` what it says? Random small fits of all regressions against a better optimum.

    python benchmarks/random_fits.py [--fits 2000] [--random-state 0] [--only NUMBER]

Each fit draws its shape, the kind, scale and type of its rows, constant and repeated columns, the
penalties, the weights and the tolerance. What it reached is evaluated in extended precision and
compared with the lowest value that could be found for the same objective: by the same solver in
float64 with a tighter tolerance, and by Newton's method written out plainly. ``gap_`` must be no
less than the distance between the two, whatever the outcome; no fit may raise anything but one
line, warn of its arithmetic, or take longer than a minute. A failure is told by its number.
"""

from __future__ import annotations

import argparse
import signal
import sys
import time
import warnings
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy import sparse
from sklearn.exceptions import ConvergenceWarning

from linocut.core import LinocutError
from linocut.models import BinaryRegression, OneVsRestRegression, SoftmaxRegression
from linocut.models.regression import Regression

Exact = np.longdouble
Floats = NDArray[Any]

SECONDS = 60
TIGHTER = 1e-4  # times the tolerance of the fit
LEAST = 1e-14  # tolerance of any reference
NEWTON_SIZE = 120  # weights up to which Newton's method is tried
NEWTON_STEPS = 25
KINDS = ("normal", "bytes", "ink", "correlated", "few", "far")
MODELS = (SoftmaxRegression, OneVsRestRegression, BinaryRegression)


@dataclass(frozen=True, eq=False)
class Case:
    """One fit: the model, not fitted, and what it is fitted on."""

    model: Regression
    X: Any
    y: NDArray[np.int64]
    sample_weight: NDArray[np.float64] | None
    told: str


@dataclass(frozen=True)
class Verdict:
    """What became of a fit.

    Attributes
    ----------
    outcome : str
        How it ended.
    failure : str
        What is wrong with that; empty if nothing is.
    gap, distance : float
        What it says, and what is known, of the relative distance to the optimum.
    seconds : float
        What the fit took.
    """

    outcome: str
    failure: str = ""
    gap: float = np.inf
    distance: float = 0.0
    seconds: float = 0.0


def drawn(random_state: int, number: int) -> Case:
    """Draw a case; the same numbers draw the same one."""
    rng = np.random.default_rng([random_state, number])
    Model = MODELS[rng.choice(len(MODELS), p=[0.5, 0.3, 0.2])]
    K = 2 if Model is BinaryRegression else int(rng.integers(2, 7))
    n, d = int(rng.integers(K, 200)), int(rng.integers(1, 40))
    y = np.concatenate([np.arange(K), rng.integers(0, K, n - K)])
    kind = str(rng.choice(KINDS))
    X = _rows(kind, rng, y, d)
    scale = float(10.0 ** rng.uniform(-6, 6)) if rng.random() < 0.7 else 1.0
    if rng.random() < 0.05:
        scale = float(10.0 ** rng.uniform(-200, 90))
    if rng.random() < 0.2:  # some columns are constant, or all of them, or copies of others
        some = rng.random(d) < rng.choice([0.3, 1.0])
        X[:, some] = rng.choice([0.0, 1.0, 255.0])
    if rng.random() < 0.1:
        X[:, rng.integers(d, size=d // 2)] = X[:, rng.integers(d, size=d // 2)]
    form = str(rng.choice(["uint8", "float32", "float64", "csr"]))
    if form == "uint8":
        scale, X = 1.0, np.clip(np.rint(64 * np.abs(X)), 0, 255)
    X = _as(form, X * scale)
    variance = float(np.var(_dense(X).astype(np.float64) / scale)) or 1.0
    C = float(10.0 ** rng.uniform(-5, 4)) / (variance * min(max(scale, 1e-140), 1e140) ** 2)
    if rng.random() < 0.05:
        C = np.inf
    l1_ratio = float(rng.choice([0, 0, 0, 0.1, 0.5, 1.0])) if Model is not BinaryRegression else 0.0
    weights = None
    if rng.random() < 0.3:
        weights = rng.uniform(0, 2, n) * float(10.0 ** rng.choice([0, 0, 0, -30, 10, 50]))
        weights[rng.random(n) < 0.1] = 0.0
        weights[:K] += weights.max()  # every class keeps a row
    class_weight: Any = None
    if rng.random() < 0.3:
        class_weight = "balanced" if rng.random() < 0.5 else dict(enumerate(rng.uniform(0.1, 9, K)))
    asked = {
        "C": C,
        "l1_ratio": l1_ratio,
        "fit_intercept": bool(rng.random() < 0.8),
        "tol": float(rng.choice([1e-2, 1e-3, 1e-4, 1e-6, 1e-8, 1e-11])),
        "max_iter": 1000 if rng.random() < 0.9 else int(rng.integers(1, 10)),
        "class_weight": class_weight,
    }
    if l1_ratio and np.isinf(C):
        asked["C"] = 1e6
    weighted = "" if weights is None else f", weights to {weights.max():.0e}"
    shown = ", ".join(f"{name}={value!r}" for name, value in asked.items())
    told = f"{Model.__name__}({shown}) on {n} × {d} {kind} × {scale:.0e}, {form}, K={K}{weighted}"
    return Case(Model(**asked), X, y, weights, told)


def judged(case: Case) -> Verdict:
    """Fit, and compare with the best that is known."""
    began = time.perf_counter()
    try:
        with _quick(), _strict():
            case.model.fit(case.X, case.y, case.sample_weight)
    except LinocutError as error:
        return Verdict("REFUSED", "" if "\n" not in str(error) else "more than one line")
    except Exception as error:  # whatever it is, it is what is looked for
        return Verdict("RAISED", f"{type(error).__name__}: {error}")
    seconds = time.perf_counter() - began
    model, outcome = case.model, case.model.record_.outcome.name
    if not np.isfinite(model.coef_).all() or not np.isfinite(model.intercept_).all():
        return Verdict(outcome, "weights that are not finite")
    exactly = ExactObjective.of(case)
    reached = exactly.value(*exactly.own(model))
    best = min([reached, *(exactly.value(W, b) for W, b in _references(case, exactly))])
    distance = float((reached - best) / best) if best > 0 else 0.0
    failure = ""
    if not distance <= model.gap_:
        failure = f"gap_={model.gap_:.3e}, yet {distance:.3e} from a better point"
    elif abs(float(reached) - model.objective_) > 1e-3 * abs(float(reached)) + 1e-6:
        failure = f"objective_={model.objective_:.6e}, yet it is {float(reached):.6e}"
    return Verdict(outcome, failure, model.gap_, distance, seconds)


@dataclass(frozen=True, eq=False)
class ExactObjective:
    """The objective as the documentation has it, in extended precision.

    One score for `BinaryRegression`; ``softmax`` and ``one-vs-rest`` have K.
    """

    X: Floats  # (n, d)
    Y: Floats  # (n, K), 1 for each row's class
    w: Floats  # (n,), of sum 1
    kind: str
    l1: Any
    l2: Any

    @classmethod
    def of(cls, case: Case) -> ExactObjective:
        """Take a case's parameters at their word."""
        model, y = case.model, case.y
        w = np.ones(len(y)) if case.sample_weight is None else case.sample_weight.copy()
        kept = w > 0
        X, y, w = _dense(case.X)[kept].astype(Exact), y[kept], w[kept].astype(Exact)
        classes, positions = np.unique(y, return_inverse=True)
        if model.class_weight == "balanced":
            amounts = np.array([w[y == k].sum() for k in classes])
            w = w * (amounts.sum() / (len(classes) * amounts))[positions]
        elif model.class_weight is not None:
            w = w * np.array([model.class_weight[k] for k in classes], Exact)[positions]
        total = w.sum()
        strength = Exact(1) / (Exact(model.C) * total)
        kind = model.model_kind.name
        l2 = (1 - Exact(model.l1_ratio)) * strength
        if kind == "softmax" and len(classes) == 2:
            l2 = 2 * l2  # the penalty is on the difference of the two
        Y = np.eye(len(classes), dtype=Exact)[positions]
        return cls(X, Y, w / total, kind, model.l1_ratio * strength, l2)

    def own(self, model: Regression) -> tuple[Floats, Floats]:
        """Return a fitted model's weights and intercepts as the objective has them."""
        at = slice(1, None) if self.kind == "binary" else slice(None)
        return model.coef_[at].astype(Exact), model.intercept_[at].astype(Exact)

    def value(self, W: Floats, b: Floats) -> Any:
        """Return mean loss and penalty."""
        W = W.astype(Exact)
        losses, _ = self.losses(W, b.astype(Exact))
        return self.w @ losses + self.l1 * np.abs(W).sum() + self.l2 / 2 * (W * W).sum()

    def losses(self, W: Floats, b: Floats) -> tuple[Floats, Floats]:
        """Return the loss of each row (n,), and the probabilities of its scores (n, K)."""
        Z = self.X @ W.T + b
        if self.kind == "softmax":
            Z = Z - Z.max(axis=1, keepdims=True)
            total = np.exp(Z).sum(axis=1, keepdims=True)
            return np.log(total[:, 0]) - (Z * self.Y).sum(axis=1), np.exp(Z) / total
        Y = self.Y[:, 1:] if self.kind == "binary" else self.Y
        signed = np.where(Y == 1, Z, -Z)
        losses = np.maximum(-signed, 0) + np.log1p(np.exp(-np.abs(Z)))
        return losses.sum(axis=1), 1 / (1 + np.exp(np.clip(-Z, -11000, 11000)))

    def newton(self, W: Floats, b: Floats, *, intercept: bool) -> tuple[Floats, Floats]:
        """Go on from a point by Newton's method; without a lasso only."""
        K, d = W.shape
        X = np.column_stack([self.X, np.full(len(self.X), int(intercept))]).astype(float)
        Y = (self.Y[:, 1:] if self.kind == "binary" else self.Y).astype(float)
        w, l2 = self.w.astype(float), np.append(np.full(d, float(self.l2)), 0.0)
        theta = np.column_stack([W, b]).astype(float)
        value = self.value(theta[:, :-1], theta[:, -1])
        for _ in range(NEWTON_STEPS):
            P = self.losses(theta[:, :-1].astype(Exact), theta[:, -1].astype(Exact))[1]
            P = P.astype(float)
            g = ((P - Y) * w[:, None]).T @ X + theta * l2
            H = np.zeros((K, d + 1, K, d + 1))
            for k in range(K):
                for j in range(K if self.kind == "softmax" else k + 1):
                    if j != k and self.kind != "softmax":
                        continue
                    shared = w * P[:, k] * ((j == k) - (P[:, j] if self.kind == "softmax" else
                                                        P[:, k]))  # fmt: skip
                    H[k, :, j, :] = (X * shared[:, None]).T @ X
                H[k, :, k, :] += np.diag(l2)
            H = H.reshape(K * (d + 1), -1)
            unit = 1 / np.sqrt(np.maximum(H.diagonal(), 1e-300))
            scaled = H * unit[:, None] * unit
            step = unit * np.linalg.lstsq(scaled, unit * g.ravel(), rcond=1e-13)[0]
            for t in 0.5 ** np.arange(12):
                there = theta - t * step.reshape(K, d + 1)
                lower = self.value(there[:, :-1], there[:, -1])
                if lower < value:
                    break
            else:
                break
            theta, value = there, lower
        return theta[:, :-1], theta[:, -1]


def _references(case: Case, exactly: ExactObjective) -> Iterator[tuple[Floats, Floats]]:
    """Yield points that should be better."""
    model = case.model
    tighter = type(model)(**model.get_params())
    tighter.set_params(tol=max(LEAST, TIGHTER * model.tol), max_iter=300)
    dense = _dense(case.X).astype(np.float64)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            with _quick():
                tighter.fit(dense, case.y, case.sample_weight)
            yield exactly.own(tighter)
        except Exception:  # the same input fails in the fit itself, where it counts
            tighter = model
        size = tighter.coef_.size
        reachable = model.l1_ratio == 0 and size <= NEWTON_SIZE
        if reachable and np.abs(dense).max(initial=0) < 1e100:
            with np.errstate(all="ignore"):
                own = exactly.own(tighter)
                with suppress(np.linalg.LinAlgError):
                    yield exactly.newton(*own, intercept=model.fit_intercept)


def _rows(kind: str, rng: np.random.Generator, y: NDArray[np.int64], d: int) -> Floats:
    n = len(y)
    noise = float(rng.choice([0.1, 1.0, 10.0]))
    X = rng.normal(size=(y.max() + 1, d))[y] + noise * rng.normal(size=(n, d))
    if kind == "bytes":
        return np.clip(np.rint(128 + 40 * X), 0, 255)
    if kind == "ink":
        return np.clip(X, 0, None) * (rng.random((n, d)) < 0.2)
    if kind == "correlated":
        return np.asarray(X @ rng.normal(size=(d, d)) + 3 * X[:, :1])
    if kind == "few":
        return X[rng.integers(0, max(2, n // 20), n)]
    if kind == "far":
        return X * 10.0 ** rng.uniform(-3, 3, d) + 1e3
    return X


def _as(form: str, X: Floats) -> Any:
    if form == "csr":
        return sparse.csr_matrix(np.where(np.abs(X) > np.median(np.abs(X)), X, 0.0))
    with np.errstate(over="ignore"):
        made = X.astype(form)
    return made if np.isfinite(made).all() else X


def _dense(X: Any) -> Floats:
    return np.asarray(X.toarray() if sparse.issparse(X) else X)


@contextmanager
def _strict() -> Iterator[None]:
    """Take warnings of the arithmetic for errors; a fit may say that it has not converged."""
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        warnings.simplefilter("ignore", ConvergenceWarning)
        yield


@contextmanager
def _quick() -> Iterator[None]:
    """End what takes too long."""

    def late(*_: Any) -> None:
        raise TimeoutError(f"more than {SECONDS} s")

    before = signal.signal(signal.SIGALRM, late)
    signal.alarm(SECONDS)
    try:
        yield
    finally:
        signal.alarm(0)
        signal.signal(signal.SIGALRM, before)


def main() -> int:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--fits", type=int, default=2000)
    parser.add_argument("--random-state", type=int, default=0)
    parser.add_argument("--only", type=int, nargs="*", help="cases by number")
    asked = parser.parse_args()
    numbers = range(asked.fits) if asked.only is None else asked.only
    outcomes, failures, slowest, loosest = Counter[str](), 0, 0.0, 0.0
    for number in numbers:
        case = drawn(asked.random_state, number)
        verdict = judged(case)
        outcomes[verdict.outcome] += 1
        slowest, loosest = max(slowest, verdict.seconds), max(loosest, verdict.distance)
        if verdict.failure:
            failures += 1
            print(f"{number}: {verdict.failure} [{verdict.outcome}]\n    {case.told}", flush=True)
        elif asked.only is not None:
            print(f"{number}: {verdict}\n    {case.told}")
    ended = ", ".join(f"{count:,} {name}" for name, count in outcomes.most_common())
    print(f"{sum(outcomes.values()):,} fits: {ended}")
    print(f"{failures:,} failures; the slowest took {slowest:.1f} s, the farthest is {loosest:.1e}")
    return 1 if failures else 0


if __name__ == "__main__":
    sys.exit(main())
