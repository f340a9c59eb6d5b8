"""PyTorch's L-BFGS on the whole data, the gradient by autograd."""

from __future__ import annotations

from typing import Any

import numpy as np

from benchmarks.race.contenders.base import STEPS, Contender, counted
from benchmarks.race.task import Task, Weights


class PyTorch(Contender):
    """Strong Wolfe line search and as many pairs as SciPy keeps."""

    name = "PyTorch L-BFGS, float32"
    package = "torch"
    ladder = counted("max_iter", STEPS)

    def fit(self, task: Task, options: dict[str, Any]) -> Weights:
        import torch

        features = task.features(self.dtype)
        X, y = _tensor(features.X), torch.from_numpy(task.y)
        K, d = task.n_classes, features.X.shape[1]
        W = torch.zeros(d, K, requires_grad=True)
        b = torch.zeros(K, requires_grad=True)
        Y = torch.nn.functional.one_hot(y, K).to(torch.float32) if task.one_vs_rest else None
        half = 0.5 / (task.C * len(task.y))
        optimizer = torch.optim.LBFGS(
            [W, b],
            history_size=10,
            line_search_fn="strong_wolfe",
            tolerance_grad=0,
            tolerance_change=0,
            max_eval=10 * options["max_iter"],
            **options,
        )

        def closure() -> Any:
            optimizer.zero_grad()
            scores = X @ W + b
            if Y is None:
                loss = torch.nn.functional.cross_entropy(scores, y)
            else:
                loss = torch.nn.functional.binary_cross_entropy_with_logits(scores, Y) * K
            total = loss + half * W.square().sum()
            total.backward()
            return total

        optimizer.step(closure)
        taken = optimizer.state[optimizer.param_groups[0]["params"][0]]["n_iter"]
        return Weights(
            W.detach().numpy().T.copy(), b.detach().numpy(), features, taken < options["max_iter"]
        )


def _tensor(X: Any) -> Any:
    import torch

    if isinstance(X, np.ndarray):
        return torch.from_numpy(X)
    parts = (torch.from_numpy(part) for part in (X.indptr, X.indices, X.data))
    return torch.sparse_csr_tensor(*parts, X.shape)


SOLVERS = (PyTorch(),)
