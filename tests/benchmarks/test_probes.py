"""The benchmark of probes does the calls that it says, and tells what came of them."""

import numpy as np
import pytest

from benchmarks.probes import CONTENDERS, TASKS, compared, objective


@pytest.mark.parametrize("name", ["heads-2", "pathology", "celltypist"])
def test_a_task_compares_both_on_the_same_calls(name, capsys):
    found = compared(name, 0.02, 0.0)["rows"]
    assert [row["who"] for row in found] == list(CONTENDERS)
    assert min(row["worst_distance"] for row in found) == 0
    assert found[0]["worst_distance"] < 1e-5
    assert TASKS[name].told in capsys.readouterr().out


def test_the_objective_is_what_our_own_fit_says_of_itself():
    for name in ("heads-5", "pathology", "celltypist"):
        call = next(TASKS[name].calls(0.02))
        model = CONTENDERS["linocut"](call.arguments).fit(call.X, call.y)
        assert objective(model, call) == pytest.approx(model.objective_, rel=1e-6)
        assert np.isfinite(model.gap_)
