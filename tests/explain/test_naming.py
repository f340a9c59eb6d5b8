"""A function and a module of one name hide each other: ``linocut.explain.x`` can be only one."""

import pkgutil

import pytest

import linocut.explain
import linocut.explain.evidence
import linocut.explain.flips
import linocut.explain.replay
import linocut.explain.separability
import linocut.explain.training_images


@pytest.mark.parametrize(
    "room",
    [
        linocut.explain,
        linocut.explain.evidence,
        linocut.explain.flips,
        linocut.explain.replay,
        linocut.explain.separability,
        linocut.explain.training_images,
    ],
    ids=lambda room: room.__name__,
)
def test_no_public_name_is_that_of_a_module(room):
    modules = {module.name for module in pkgutil.iter_modules(room.__path__)}
    assert modules
    assert not modules & set(room.__all__)
