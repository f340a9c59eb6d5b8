"""Workers die, come and stay away; so may the scheduler. A fit goes on, or ends in one line."""

import os
import signal
import threading
import time
import warnings

import numpy as np
import pytest
from sklearn.exceptions import ConvergenceWarning

from linocut.core import EngineLost, LinocutError
from linocut.models import SoftmaxRegression
from linocut.solve import Outcome
from linocut.solve.preconditioning import PreconditionerMaker
from linocut.solve.rows import open_rows, placed

pytestmark = pytest.mark.filterwarnings("ignore:.*:ResourceWarning")
MODEL = {"C": 1e-4, "tol": 1e-4}


@pytest.fixture(scope="module")
def here(rows):
    """The weights that threads find."""
    return SoftmaxRegression(**MODEL).fit(*rows)


@pytest.fixture
def client(start):
    with start(3) as (_, client):
        yield client


def kill_one(client):
    """Kill a worker that holds rows as the kernel does when memory runs out."""
    pids = client.run(os.getpid)
    os.kill(next(iter(pids.values())), signal.SIGKILL)


def same(a, b):
    return (
        a.coef_.tobytes() == b.coef_.tobytes() and a.intercept_.tobytes() == b.intercept_.tobytes()
    )


def test_a_worker_dies_while_rows_are_loaded(client, here, rows):
    threading.Timer(0.05, kill_one, [client]).start()
    assert same(here, SoftmaxRegression(**MODEL, engine="dask").fit(*rows))


def test_workers_die_between_passes_and_in_one(client, here, rows):
    def killing(line):
        if there.get(len(there)) is None and len(there) in {1, 4}:
            threading.Timer(0.0 if len(there) == 1 else 0.03, kill_one, [client]).start()
        there[len(there)] = line

    there = {}
    model = SoftmaxRegression(**MODEL, engine="dask").fit(*rows, callback=killing)
    assert same(here, model)
    assert model.record_.last.passes == here.record_.last.passes


def test_a_worker_dies_while_the_preconditioner_is_made(client, here, rows, monkeypatch):
    made, at = [], PreconditionerMaker.draw

    def killing(maker, *given, **more):
        if len(maker.objective.blocks) == len(rows[0]) and not made:
            made.append(kill_one(client))
        return at(maker, *given, **more)

    monkeypatch.setattr(PreconditionerMaker, "draw", killing)
    assert same(here, SoftmaxRegression(**MODEL, engine="dask").fit(*rows))
    assert made


def test_who_joins_takes_over_from_who_died(start, rows):
    X, y = rows
    with start(2) as (cluster, client):
        blocks = placed(open_rows(X), "dask", y=y)
        before, first = blocks.sum(column_sums), set(client.nthreads())
        cluster.scale(3)
        client.wait_for_workers(3, timeout=120)
        lost = min(first)
        os.kill(client.run(os.getpid, workers=[lost])[lost], signal.SIGKILL)
        holding: set[str] = set()
        for _ in range(40):
            assert (blocks.sum(column_sums) == before).all()
            holding |= {each for one in blocks.cluster.holders(blocks.held.parts) for each in one}
            if holding - first:
                break
            time.sleep(0.5)
        assert holding - first


def column_sums(X, y, w):
    return X.sum(axis=0, dtype=np.float64)


def test_without_workers_the_fit_ends_in_one_line_and_keeps_its_weights(start, rows):
    with start(1, **{"linocut.no-worker": "2 s"}) as (cluster, _):

        def leaving(line):
            lines.append(line)
            if len(lines) == 3:
                cluster.scale(0)

        lines, model = [], SoftmaxRegression(**MODEL, engine="dask")
        with pytest.raises(EngineLost, match=r"no worker in the last 2 s.*are kept"):
            model.fit(*rows, callback=leaving)
    assert model.objective_ == lines[-1].objective
    assert model.record_.outcome is Outcome.LOST
    assert model.coef_.shape == (3, rows[0].shape[1])


def test_a_task_that_never_ends_is_told(start, rows):
    import dask

    with start(1):
        blocks = placed(open_rows(rows[0]), "dask")
        blocks.sum(column_sums)
        with (
            dask.config.set({"linocut.no-progress": "2 s"}),
            pytest.raises(EngineLost, match=r"\d+ of \d+ tasks ended, and none in the last"),
        ):
            blocks.sum(sleeping)


def sleeping(X, y, w):
    time.sleep(60)


def test_the_scheduler_is_lost(start, rows):
    with start(1) as (cluster, _):

        def closing(line):
            lines.append(line)
            if len(lines) == 2:
                cluster.close()

        lines, model = [], SoftmaxRegression(**MODEL, engine="dask")
        with pytest.raises(EngineLost, match="scheduler is gone"):
            model.fit(*rows, callback=closing)
    assert model.n_iter_ >= 1


def test_rows_that_kill_every_worker_are_told(start, rows):
    with start(2, **{"distributed.scheduler.allowed-failures": 1}):
        blocks = placed(open_rows(rows[0]), "dask")
        with pytest.raises(EngineLost, match="workers died one after the other"):
            blocks.sum(dying)


def dying(X, y, w):
    os.kill(os.getpid(), signal.SIGKILL)


def test_a_shard_that_vanishes_is_told_by_its_name(client, rows, tmp_path):
    np.save(tmp_path / "x.npy", rows[0])
    source = open_rows(tmp_path / "x.npy")
    (tmp_path / "x.npy").unlink()
    with pytest.raises(LinocutError, match=r"x\.npy"):
        SoftmaxRegression(engine="dask").fit(source, rows[1])


def test_an_address_where_nobody_answers(start, rows):
    import dask

    with (
        dask.config.set({"linocut.connect": "1 s"}),
        pytest.raises(LinocutError, match=r"engine='tcp://127\.0\.0\.1:9' — no Dask scheduler"),
    ):
        SoftmaxRegression(engine="tcp://127.0.0.1:9").fit(*rows)


def test_an_address_needs_no_client_of_its_own(start, here, rows):
    with start(1) as (cluster, client):
        client.close()
        address = cluster.scheduler_address
        assert same(here, SoftmaxRegression(**MODEL, engine=address).fit(*rows))


def test_without_a_client_there_is_one_line(start, rows):
    with pytest.raises(LinocutError, match="no Dask client is active"):
        SoftmaxRegression(engine="dask").fit(*rows)


# Python drops an interrupt that lands in a destructor, here that of a future: the fit goes on.
@pytest.mark.filterwarnings(
    "ignore:Exception ignored in. <function Future:pytest.PytestUnraisableExceptionWarning"
)
@pytest.mark.parametrize("after", [0.2, 1.0])
def test_ctrl_c_keeps_the_weights_so_far(after, client, rows):
    model = SoftmaxRegression(1e-4, tol=1e-12, engine="dask")
    threading.Timer(after, signal.raise_signal, [signal.SIGINT]).start()
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ConvergenceWarning)
        try:
            model.fit(*rows)
        except KeyboardInterrupt:  # before the fit: the rows were still being looked through
            return
    assert model.record_.outcome in {Outcome.INTERRUPTED, Outcome.PRECISION, Outcome.CONVERGED}
    assert np.isfinite(model.coef_).all()
