"""``--scheduler``: the same file from a cluster as from threads, and one line for what is none."""

import importlib.util

import pytest


@pytest.mark.parametrize(
    "fitting",
    [
        ("fit", "digits", "--rung", "softmax", "-o"),
        ("probe", "digits", "--C", "1e-4,1e-3", "-o"),
    ],
    ids=lambda fitting: fitting[0],
)
def test_a_local_cluster_writes_the_same_model(linocut, need, tmp_path, fitting):
    need(importlib.util.find_spec("distributed") is not None, "distributed is not installed")
    here = linocut(*fitting, "here.linocut")
    # Dask warns of its own affairs, such as memory that other programs take.
    there = linocut(
        *fitting, "there.linocut", "--scheduler", "local", env={"PYTHONWARNINGS": "default"}
    )
    assert (here.returncode, there.returncode) == (0, 0), there.stderr
    one, other = (tmp_path / f"{name}.linocut" for name in ("here", "there"))
    assert one.read_bytes() == other.read_bytes()


@pytest.mark.parametrize(
    ("scheduler", "told"),
    [
        ("host", "tcp://HOST:PORT, or local"),
        ("tcp://127.0.0.1:9", "no Dask scheduler answers there"),
    ],
)
def test_what_is_no_scheduler_is_told_in_one_line(linocut, scheduler, told):
    given = "fit", "digits", "--rung", "softmax", "--scheduler", scheduler
    done = linocut(*given, env={"DASK_LINOCUT__CONNECT": "1 s"})
    assert done.returncode == 2
    assert told in done.stderr
    assert "Traceback" not in done.stderr
    assert "rung" not in done.stderr  # it is the scheduler that is missing
