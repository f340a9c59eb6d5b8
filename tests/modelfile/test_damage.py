"""Each kind of damage has its message, and none is a crash, a hang or much memory."""

from __future__ import annotations

import time
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import PolynomialFeatures, StandardScaler

from fuzz.readers import reader_of
from fuzz.running import run_here
from linocut.classifier import ImageClassifier
from linocut.core import LinocutError
from linocut.features import (
    Blur,
    ConvolutionBank,
    Deskew,
    LeadingPairs,
    NormaliseMoments,
    PatchDictionary,
    RandomUnits,
    Scattering,
    SizeNormalise,
    UnitPixels,
)
from linocut.modelfile import model_bytes, model_of_bytes
from linocut.modelfile.container import LARGEST_HEADER, pack, packed, unpack
from linocut.models import ClassMeans

CORPUS = Path(__file__).parents[2] / "fuzz" / "corpus" / "modelfile"


@pytest.fixture(scope="module")
def saved(digits):
    return _bytes_of(digits, NormaliseMoments(), UnitPixels(), StandardScaler(), RandomUnits(4))


def _bytes_of(digits, *steps):
    model = ImageClassifier(make_pipeline(*steps, ClassMeans()))
    return model_bytes(model.fit(digits.train.images[:100], digits.train.labels[:100]).contents)


def _refused(data, message):
    with pytest.raises(LinocutError, match=message) as caught:
        model_of_bytes(data)
    assert "\n" not in str(caught.value)


# The bytes


def test_a_truncated_file_says_how_much_is_missing(saved):
    _refused(saved[:-100], "truncated: 100 bytes are missing at its end")


def test_a_file_cut_within_its_header_is_truncated(saved):
    _refused(saved[:100], "truncated or damaged: a header of [0-9]+ bytes is announced, 92 bytes")


def test_bytes_after_the_end_are_damage(saved):
    _refused(saved + b"more", "damaged: 4 bytes too many at its end")


def test_one_bit_anywhere_in_the_numbers_is_damage(saved):
    changed = bytearray(saved)
    changed[-50] ^= 1
    _refused(bytes(changed), r"damaged: its contents are not those that were saved \(SHA-256\)")


def test_one_letter_of_the_document_is_damage(saved):
    assert saved.count(b"light-on-dark") + saved.count(b"each") > 0
    changed = saved.replace(b"standardscaler", b"standardscalex")
    _refused(changed, "damaged: its contents are not those that were saved")


def test_a_header_longer_than_any_memory_is_refused_at_once(saved):
    _refused((2**62).to_bytes(8, "little") + saved[8:], "a header of 4611686018427387904 bytes")


def test_a_large_header_is_refused_before_it_is_read():
    size = LARGEST_HEADER + 8
    data = size.to_bytes(8, "little") + b"{" + b" " * (size - 1)
    _refused(data, f"a header of {size} bytes — at most {LARGEST_HEADER}")


def test_a_newer_format_asks_for_an_update(saved):
    _refused(
        saved.replace(b'"version":"1"', b'"version":"2"'),
        r"written by a newer linocut \(format 2, this one reads 1\) — update linocut",
    )


@pytest.mark.parametrize("version", [b"0", b"x", b"-"])
def test_what_is_no_version_is_damage(saved, version):
    _refused(saved.replace(b'"version":"1"', b'"version":"%b"' % version), "is no format version")


def test_another_safetensors_file_is_none_of_ours(saved):
    _refused(
        saved.replace(b'"format":"linocut"', b'"format":"pytorch"'), "no model file of linocut"
    )


def test_json_without_end_is_damage(saved):
    _refused(packed("[" * 200_000, unpack(saved)[1]), "damaged: its JSON cannot be read")


def test_a_number_of_many_digits_is_damage(saved):
    _refused(packed("9" * 100_000, unpack(saved)[1]), "damaged: its JSON cannot be read")


def test_a_key_that_comes_twice_is_damage(saved):
    _refused(packed('{"a":1,"a":2}', unpack(saved)[1]), "a key comes twice")


# What the document and the tensors say, hash and all


def _changed(data, change):
    document, tensors = unpack(data)
    change(document, tensors)
    return pack(document, tensors)


def _step(which, /, **changes):
    """Change a step of the document."""

    def change(document, tensors):
        (step,) = (each for each in document["steps"] if each["name"] == which)
        for field, value in changes.items():
            step[field] = {**step[field], **value} if isinstance(value, dict) else value

    return change


def _tensor(name, made):
    def change(document, tensors):
        tensors[name] = made(tensors[name])

    return change


def _drop(name):
    def change(document, tensors):
        del tensors[name]

    return change


def _document(**fields):
    def change(document, tensors):
        for name, value in fields.items():
            now = document.get(name)
            document[name] = {**now, **value} if isinstance(now, dict) else value

    return change


def _with_nan(array):
    array[0] = np.nan
    return array


def _loaded_with(**given):
    """Change how the document says that the training images were loaded."""

    def change(document, tensors):
        options = document["provenance"]["loaded_with"]
        options["table"] |= given.pop("table", {})
        options.update(given)

    return change


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (_drop("coef"), "tensor 'coef' is missing"),
        (_drop("randomunits.weights_"), r"\('randomunits'\): tensor 'randomunits.weights_' is mis"),
        (lambda _, t: t.update(more=np.ones(3)), "tensor 'more' belongs to no part of the model"),
        (_tensor("coef", _with_nan), "tensor 'coef' holds values that are no finite numbers"),
        (_tensor("coef", lambda a: a[:5]), "10 class names, but weights of 5 classes"),
        (_tensor("coef", lambda a: a[:, :3]), r"'coef' holds float32 of shape \(10, 3\)"),
        (_tensor("coef", lambda a: a.astype(np.float64)), "'coef' holds float64 of shape"),
        (_tensor("parity.inputs", lambda a: a[:, :4]), r"'parity.inputs' holds uint8 of shape"),
        (_tensor("randomunits.weights_", lambda a: a[:9]), r"weights_ has shape \(9, 4\) — \(64,"),
        (_tensor("standardscaler.mean_", lambda a: a[:9]), r"mean_ has shape \(9,\) — \(64\)"),
        (_tensor("coef", lambda a: 2 * a), "does not compute what it did when it was saved"),
        (_tensor("parity.scores", lambda a: a[::-1].copy()), "does not compute what it did"),
        (_document(classes={"names": list("aabcdefghi")}), "class name 'a' comes twice"),
        (_document(classes={"names": list("123")}), "3 class names, but weights of 10 classes"),
        (_document(classes={"names": ["a"]}), "1 class names — at least two"),
        (_document(temperature="warm"), "temperature is 'warm' — a finite number"),
        (_document(temperature=0), "temperature is 0"),
        (_document(intake={"shape": [8, 5000]}), "height and width, from 1 to 4096 pixels"),
        (_document(intake={"shape": [4096, 4096]}), "1,048,576 pixels at most"),
        (_document(intake={"ink": "red"}), "ink='red' — one of light-on-dark"),
        (_document(linear={"link": "probit"}), "linear: link is 'probit' — softmax, sigmoids, n"),
        (_loaded_with(seed=-1), "loaded_with: seed is -1 — a whole number from 0"),
        (_loaded_with(seed=2**32), "a whole number from 0 to 4294967295"),
        (_loaded_with(test_size=2), "test_size=2 — none, or a number from 0 to 1"),
        (_loaded_with(split="random"), "split='random' — none, or 'stratified', 'ordered'"),
        (_loaded_with(skip_bad=1), "skip_bad is 1 — true or false"),
        (_loaded_with(shape={"tuple": [0, 8]}), r"shape=\(0, 8\) — none, or two values"),
        (_loaded_with(labels=7), "labels=7 — none, or a text"),
        (_loaded_with(labels="a" * 2001), "a text of 2001 characters"),
        (_loaded_with(table={"label_column": 1}), "label_column=1 — none, or a text"),
        (_loaded_with(table={"skip_columns": ["a"] * 10_001}), "at most 10,000 columns"),
        (_loaded_with(table={"more": 1}), "'more' is no field of it"),
        (_document(more={}), "'more' is no field of it"),
        (_document(recipe=[]), "the recipe is no list of steps"),
        (_step("standardscaler", kind="system"), "'system' is no kind of step — known: unit"),
        (_step("standardscaler", kind="softmax"), "'softmax' is no kind of step"),
        (_step("standardscaler", parameters={"eval": "1"}), "'eval' is no parameter of it — known"),
        (_step("standardscaler", parameters={"copy": 3}), "copy=3 — true or false"),
        (_step("standardscaler", name="random__units"), "tensor 'random__units.mean_' is mis"),
        (_step("standardscaler", state={"n_features_in_": 10**9}), "n_features_in_ is 1000000000"),
        (_step("standardscaler", arrays={"mean_": "K"}), "the order of mean_ is 'K' — C or F"),
        (_step("standardscaler", state={"__class__": "x"}), "'__class__' is no field of it"),
        (_step("unitpixels", parameters={"full": 0}), "full=0 — a number from 1e-06 to"),
        (_step("randomunits", parameters={"n_units": 10**12}), "n_units=1000000000000 — a whole n"),
        (_step("normalisemoments", state={"height_": "tall"}), "height_='tall' — a number fr"),
    ],
)  # fmt: skip
def test_what_does_not_fit_is_named_though_the_hash_is_right(saved, change, message):
    _refused(_changed(saved, change), message)


def _many(**fields):
    def change(document, tensors):
        document.update(fields)

    return change


def test_thousands_of_steps_are_refused(saved):
    step = unpack(saved)[0]["steps"][1]
    _refused(_changed(saved, _many(steps=[step] * 5000)), "5000 steps — at most 100")


def test_many_class_names_take_no_time(saved):
    names = [str(each) for each in range(100_000)]
    start = time.perf_counter()
    _refused(_changed(saved, _document(classes={"names": [*names, names[-1]]})), "'99999' comes tw")
    # Comparing each with each would take minutes.
    assert time.perf_counter() - start < 5


@pytest.mark.parametrize(
    ("steps", "parameters", "message"),
    [
        ([Scattering(1, 4)], {"J": 30}, "J=30 — a whole number from 1 to 6"),
        ([Scattering(1, 4)], {"L": 10**6}, "L=1000000 — a whole number from 1 to 32"),
        ([Scattering(1, 4)], {"J": 2}, "'coef' holds float32 of shape"),
        ([Scattering(1, 4, order=0)], {"J": 6, "L": 32}, "J=6 reads every 64 pixels"),
        ([Deskew(), UnitPixels()], {"max_shear": 1e300}, "max_shear=1e[+]300 — a number from 0"),
        ([SizeNormalise(6, 8), UnitPixels()], {"size": 4096}, "what it makes: 16,777,216 numbers"),
        ([Blur(1.0), RandomUnits(3)], {"sigma": 1e9}, "sigma=1000000000.0 — a number from 0 to"),
        ([ConvolutionBank(3, 2, cells=2)], {"directions": 10**5}, "directions=100000 — a whole"),
        ([ConvolutionBank(3, 2, cells=2)], {"directions": 64}, "'coef' holds float32 of shape"),
        ([PatchDictionary(4, side=3, cells=2)], {"cells": 4096}, "cells=4096 — from 1 to 6"),
        ([UnitPixels(), PolynomialFeatures(2)], {"degree": 8}, "its products: [0-9,]+ numbers an"),
        ([UnitPixels(), PolynomialFeatures(2)], {"degree": 10**6}, "degree=1000000 — a whole num"),
        ([RandomUnits(4), LeadingPairs(2)], {"n_leading": 10**6}, "n_leading=1000000 — a whole nu"),
    ],
)  # fmt: skip
def test_a_parameter_cannot_take_all_memory(digits, steps, parameters, message):
    data = _bytes_of(digits, *steps)
    start = time.perf_counter()

    def explode(document, tensors):
        (step,) = (s for s in document["steps"] if s["parameters"].keys() >= parameters.keys())
        step["parameters"].update(parameters)

    _refused(_changed(data, explode), message)
    # What a refusal computes is known from sizes alone.
    assert time.perf_counter() - start < 5


def test_a_recipe_is_bounded_as_a_fitted_step_is(digits):
    data = _bytes_of(digits, Scattering(1, 4))

    def explode(document, tensors):
        document["recipe"][0]["parameters"]["L"] = 10**6

    _refused(_changed(data, explode), r"recipe step 1 \('scattering'\): L=1000000 — a whole")


# Whatever bytes there are


@given(st.binary(max_size=300))
@settings(max_examples=300, deadline=None)
def test_random_bytes_are_refused(data):
    _refused(data, "no model file|damaged|truncated")


@pytest.mark.timeout(120)
def test_damaged_files_are_read_or_refused():
    reader = reader_of("modelfile")
    outcome = run_here(reader, reader.seeds(), range(2000))
    assert not outcome.failures
    assert outcome.read > 100 < outcome.refused  # both happen, so both are tried


@pytest.mark.parametrize("path", sorted(CORPUS.iterdir()), ids=lambda path: path.name)
def test_what_failed_once_is_read_or_refused(path):
    assert not run_here(_Only(path.read_bytes()), [], range(1)).failures


class _Only:
    """A reader of model files with one input."""

    def __init__(self, data):
        self.data = data

    def mutated(self, seeds, random):
        return self.data

    def read(self, data):
        return model_of_bytes(data)
