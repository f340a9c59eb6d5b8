"""Model files: bytes, header, document and tensors are damaged; the hash may be made anew."""

from __future__ import annotations

import json
from functools import lru_cache
from typing import Any

import numpy as np
from numpy.random import Generator
from sklearn.decomposition import PCA
from sklearn.kernel_approximation import RBFSampler
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import (
    MaxAbsScaler,
    MinMaxScaler,
    PolynomialFeatures,
    RobustScaler,
    StandardScaler,
)

from fuzz.json_mutations import edited
from fuzz.mutations import changed, spliced
from linocut import features
from linocut.classifier import DecisionRule, ImageClassifier, RowClassifier
from linocut.core.links import Link
from linocut.data import Intake, load_dataset
from linocut.features import Augmentation
from linocut.modelfile import Provenance, model_bytes, model_of_bytes
from linocut.modelfile.container import Tensors, packed, unpack
from linocut.models import (
    ClassMeans,
    LeastSquaresClassifier,
    OneVsRestRegression,
    SoftmaxRegression,
    SoftmaxRegressionCV,
)

IMAGES = 200  # of the digits, that seeds are fitted on
TEXTS = (
    ("1", "NaN"), ("1", "1e999"), ("0", "-Infinity"), ("{", '{"a":1,"a":2,'), ("[", "[" * 5000),
    ('"', ""), (":", ",") , ("}", "}}"), ("e", "\\ud800"), ("0", "0" * 5000), ("8", "8" * 5000),
)  # fmt: skip


PARTS = ("steps", "steps", "steps", "linear", "recipe", "intake", "classes", "rows", "provenance")


class ModelFiles:
    """`linocut.modelfile.model_of_bytes`.

    Attributes
    ----------
    parts : tuple of str
        Fields of the document that are changed most.
    """

    parts: tuple[str, ...] = PARTS

    def seeds(self) -> list[bytes]:
        """Return files of models of every kind of step, fitted on a few digits."""
        part = load_dataset("digits").train
        images, labels = part.images[:IMAGES], part.labels[:IMAGES]
        fitted = [each.fit(images, labels) for each in _classifiers()]
        fitted += [fitted[0].with_decisions(rule) for rule in _rules(len(fitted[0].classes_))]
        of_images = [model_bytes(each.contents) for each in fitted]
        return of_images + [model_bytes(each.contents) for each in _row_classifiers()]

    def mutated(self, seeds: list[bytes], random: Generator) -> bytes:
        """Damage one of them: its bytes, its header, or what it says."""
        seed = seeds[random.integers(len(seeds))]
        way = random.random()
        if way < 0.15:
            return changed(seed, random)
        if way < 0.2:
            return spliced(seed, seeds[random.integers(len(seeds))], random)
        if way < 0.35:
            return _with_header(seed, seeds, random)
        return _with_contents(seed, seeds, random, self.parts)

    def read(self, data: bytes) -> Any:
        """Read a model."""
        return model_of_bytes(data)


def _classifiers() -> list[ImageClassifier]:
    pixels = features.UnitPixels
    whole: list[list[Any]] = [
        [],
        [pixels()],
        [features.Scaling("binarise")],
        [features.Deskew(), pixels()],
        [features.Centre(), pixels()],
        [features.NormaliseMoments(), pixels()],
        [features.SizeNormalise(6, 8), pixels()],
        [features.Denoise(10), features.Scaling("binarise")],
        [features.Blur(1.0), features.PatchDictionary(3, side=3, cells=2)],
        [features.Blur(1.0), features.Scaling("binarise")],
        [features.Crop(1, 1, 6, 6), features.RandomUnits(5)],
        [features.PrincipalPairs(4)],
        [features.PrincipalComponents(4), PolynomialFeatures(2)],
        [features.PatchDictionary(6, side=3, cells=2)],
        [features.PatchDictionary(4, side=3, cells=2, method="pca")],
        [features.ConvolutionBank(3, 2, cells=2), features.Decorrelate(), features.Equalise(0.3)],
        [features.Scattering(1, 4)],
        [features.Scattering(2, 2), features.Decorrelate(), features.LeadingPairs(3)],
        [features.RandomUnits(5)],
        [pixels(), RBFSampler(n_components=6, random_state=0)],
        [pixels(), StandardScaler(), PolynomialFeatures((1, 2), interaction_only=True)],
        [pixels(), PCA(3, whiten=True, random_state=0), PolynomialFeatures(3)],
        [pixels(), RobustScaler(), features.RandomUnits(5)],
        [pixels(), MinMaxScaler(clip=True), RBFSampler(n_components=5, random_state=0)],
        [pixels(), MaxAbsScaler(), features.LeadingPairs(2)],
    ]
    means = [ImageClassifier(make_pipeline(*steps, ClassMeans())) for steps in whole]
    intake = Intake((8, 8), ink="dark-on-light", resampling="nearest")
    others = [
        SoftmaxRegression(tol=1e-2), OneVsRestRegression(tol=1e-2),
        LeastSquaresClassifier(dtype="float32"), SoftmaxRegressionCV([0.1, 1.0], tol=1e-2, cv=2),
        LogisticRegression(C=0.1),
    ]  # fmt: skip
    return means + [
        ImageClassifier(
            make_pipeline(pixels(), each), intake=intake, augmentation=Augmentation(shift=0.5)
        )
        for each in others
    ]


def _rules(K: int) -> list[DecisionRule]:
    costs = np.column_stack([1 - np.eye(K), np.full(K, 0.1)])
    return [
        DecisionRule(np.full(K, 0.9)),
        DecisionRule(np.full(K, 0.9), rejected="99"),
        DecisionRule(costs=costs),
    ]


def _row_classifiers() -> list[RowClassifier]:
    random = np.random.default_rng(0)
    origin = Provenance(title="linear probe", chosen={"C": 0.316}, gap=1e-5, accuracy=0.9)
    return [
        RowClassifier(random.normal(size=(3, 5)), np.zeros(3), [0, 1, -7], provenance=origin),
        RowClassifier(
            random.normal(size=(2, 3)), np.ones(2), ["no", "yes"],
            feature_names=("a", "b", "c"), link=Link.SIGMOIDS, temperature=1.5,
        ),
    ]  # fmt: skip


@lru_cache(maxsize=64)
def _unpacked(seed: bytes) -> tuple[dict[str, Any], Tensors]:
    return unpack(seed)


def _with_header(seed: bytes, seeds: list[bytes], random: Generator) -> bytes:
    """Change the header of the safetensors file, and sometimes the length it claims."""
    header, rest = _taken_apart(seed)
    if random.random() < 0.8:
        other, _ = _taken_apart(seeds[random.integers(len(seeds))])
        header = edited(header, [other], random)
    head = json.dumps(header).encode()
    length = len(head)
    if random.random() < 0.3:
        length = max(0, length + int(random.choice([-8, -1, 1, 8, 2**20, 2**40, -length])))
    return length.to_bytes(8, "little") + head + rest


def _taken_apart(seed: bytes) -> tuple[Any, bytes]:
    end = 8 + int.from_bytes(seed[:8], "little")
    return json.loads(seed[8:end]), seed[end:]


def _with_contents(
    seed: bytes, seeds: list[bytes], random: Generator, fields: tuple[str, ...]
) -> bytes:
    """Change document and tensors; most often the hash is made anew, so that it does not tell."""
    document, tensors = _unpacked(seed)
    other, foreign = _unpacked(seeds[random.integers(len(seeds))])
    tensors = dict(tensors)
    way = random.random()
    if way < 0.25:
        document = edited(document, [other], random)
    elif way < 0.75:  # where most can go wrong
        parts = [part for part in fields if part in document]
        part = parts[random.integers(len(parts))]
        document = {**document, part: edited(document[part], [other.get(part, other)], random)}
    if random.random() < 0.5:
        for _ in range(random.integers(1, 3)):
            _change_tensor(tensors, foreign, random)
    text = json.dumps(document, sort_keys=True)
    if random.random() < 0.1:
        text = _with_text(text, random)
    made = packed(text, tensors)
    if random.random() < 0.1:
        head, rest = _taken_apart(made)
        head["__metadata__"]["sha256"] = "0" * 64
        whole = json.dumps(head).encode()
        made = len(whole).to_bytes(8, "little") + whole + rest
    return made


def _with_text(text: str, random: Generator) -> str:
    """Write something into the document that no writer of JSON writes."""
    old, new = TEXTS[random.integers(len(TEXTS))]
    found = [at for at, letter in enumerate(text) if letter == old]
    if not found:
        return text
    at = found[random.integers(len(found))]
    return text[:at] + new + text[at + 1 :]


def _change_tensor(tensors: Tensors, foreign: Tensors, random: Generator) -> None:
    names = list(tensors)
    name = names[random.integers(len(names))]
    array = tensors[name].copy()
    flat = array.reshape(-1)
    way = random.integers(12)
    if way == 0:
        flat[random.integers(flat.size)] = _number(array, random)
    elif way == 1:
        flat[:] = _number(array, random)
    elif way == 2:
        flat[:] = random.permutation(flat)
    elif way == 3:
        with np.errstate(all="ignore"):
            flat *= np.array(random.choice([0, 2, 3, 255])).astype(array.dtype)
    elif way == 4:
        array = array.T.copy()
    elif way == 5:
        array = array[: random.integers(1, len(array) + 1)]
    elif way == 6:
        array = np.concatenate([array, array])
    elif way == 7:
        array = array[None] if array.ndim < 3 else flat.copy()
    elif way == 8:
        with np.errstate(all="ignore"):
            array = array.astype(random.choice(["<f4", "<f8", "u1"]))
    elif way == 9:
        del tensors[name]
        return
    elif way == 10:
        other = list(foreign)[random.integers(len(foreign))]
        tensors[other] = foreign[other]
        return
    else:
        second = names[random.integers(len(names))]
        tensors[name], array, name = tensors[second], tensors[name], second
    tensors[name] = array


def _number(array: Any, random: Generator) -> Any:
    if array.dtype.kind == "u":
        return int(random.integers(256))
    most = float(np.finfo(array.dtype).max)
    return random.choice([np.nan, np.inf, -np.inf, most, -most, 0.0, -1.0, 1e-40, 1e20])


READER = ModelFiles()
