"""The closed list of steps is complete, and names everything by the name that it has elsewhere."""

from __future__ import annotations

import inspect

import pytest

from linocut import features, models
from linocut.core.steps import kind_of, model_kind_of
from linocut.features import Crop
from linocut.modelfile.vocabulary import CLASSIFIERS, TRANSFORMERS

ALL = {**TRANSFORMERS, **CLASSIFIERS}
NEEDED = {Crop: {"top": 0, "left": 0, "height": 1, "width": 1}}


def made(known):
    return known.make(**NEEDED.get(known.make, {}))


@pytest.mark.parametrize("name", TRANSFORMERS)
def test_a_transformer_has_the_name_of_its_kind_and_says_what_leaves_it(name):
    assert kind_of(made(TRANSFORMERS[name])).name == name
    assert TRANSFORMERS[name].passage is not None


@pytest.mark.parametrize("name", CLASSIFIERS)
def test_a_classifier_has_the_name_of_its_kind(name):
    assert model_kind_of(made(CLASSIFIERS[name])).name == name


@pytest.mark.parametrize("name", ALL)
def test_rules_are_of_parameters_that_exist_and_defaults_pass_them(name):
    known = ALL[name]
    assert set(known.rules) <= set(inspect.signature(known.make).parameters)
    step = made(known)
    again = known.unfitted(known.parameters(step))
    assert again.get_params() == step.get_params()


def test_every_transformer_of_this_package_can_be_saved():
    listed = {known.make for known in TRANSFORMERS.values()}
    ours = {each for each in vars(features).values() if hasattr(each, "step_kind")}
    assert ours <= listed


def test_every_linear_classifier_of_this_package_can_be_saved():
    listed = {known.make for known in CLASSIFIERS.values()}
    ours = {each for each in vars(models).values() if hasattr(each, "model_kind")}
    assert {each for each in ours if model_kind_of(each()).linear} <= listed
