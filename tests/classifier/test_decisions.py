"""Models that decide by thresholds or costs: predicted, saved, exported, read back."""

import json
from dataclasses import replace

import numpy as np
import pytest

from linocut.classifier import DecisionRule, ImageClassifier, classify_files, load_model
from linocut.core import LinocutError
from linocut.data import load_dataset
from linocut.modelfile import export_c, export_json, export_onnx, model_bytes, model_of_bytes
from linocut.modelfile.container import pack, unpack
from linocut.models import ClassMeans
from support.compiled import answers_of

RULES = {
    "thresholds": DecisionRule(np.linspace(0.5, 0.99, 10)),
    "a name": DecisionRule(np.full(10, 0.9), rejected="ask a person"),
    "costs": DecisionRule(costs=np.arange(100.0).reshape(10, 10) % 7 * (1 - np.eye(10))),
    "costs of rejecting": DecisionRule(costs=np.column_stack([1 - np.eye(10), np.full(10, 0.1)])),
}
each_rule = pytest.mark.parametrize("rule", RULES.values(), ids=RULES)


@pytest.fixture(scope="module")
def digits():
    return load_dataset("digits")


@pytest.fixture(scope="module")
def model(digits):
    return ImageClassifier().fit(digits)


@each_rule
def test_a_model_predicts_by_its_rule(rule, model, digits):
    decided = model.with_decisions(rule)
    at = rule.decide(model.predict_proba(digits.test.images))
    said = decided.predict(digits.test.images)
    for k, name in zip(at, said, strict=True):
        assert name == (model.classes_[k] if k >= 0 else rule.rejected or "rejected")
    assert model.decisions_ is None
    assert decided.with_decisions(None).predict(digits.test.images).dtype == model.classes_.dtype


@each_rule
def test_rules_come_back_from_a_model_file(rule, model, digits, tmp_path):
    again = load_model(model.with_decisions(rule).save(tmp_path / "m.linocut"))
    for name in ("thresholds", "costs"):
        np.testing.assert_array_equal(
            getattr(again.decisions_, name), getattr(rule, name), strict=True
        )
    assert again.decisions_.rejected == rule.rejected
    assert again.compact().decisions_ is again.decisions_
    assert rule.sentence in dict(again.summary().lines())["predicts"]
    json.loads(again.summary().to_json())


def test_a_model_without_a_rule_is_saved_as_before(model):
    document, tensors = unpack(model_bytes(model.contents))
    assert document["thresholds"] is False
    assert not {"decisions"} & set(document)
    assert not {"thresholds", "costs"} & set(tensors)


def test_thresholds_alone_need_no_new_field(model):
    """A file with thresholds of the format's first days has no field more, and is read."""
    data = model_bytes(model.with_decisions(RULES["thresholds"]).contents)
    assert "decisions" not in unpack(data)[0]


def test_whole_numbers_are_predicted_of_rejected_images_where_classes_are(digits):
    model = ImageClassifier(ClassMeans()).fit(digits.train.images, digits.train.labels)
    said = model.with_decisions(DecisionRule([0.99] * 10)).predict(digits.test.images)
    assert said.dtype.kind == "i"
    assert (said == -1).any()
    other = model.with_decisions(DecisionRule([0.99] * 10, rejected="99"))
    np.testing.assert_array_equal(other.predict(digits.test.images), np.where(said < 0, 99, said))


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (lambda d, t: d["decisions"].update(costs=1), "costs is 1 — true or false"),
        (lambda d, t: d["decisions"].update(rejected=3), "rejected images: 3 — a text"),
        (lambda d, t: d["decisions"].update(rejected="7"), "called '7', as a class is"),
        (lambda d, t: d["decisions"].update(more=1), "'more' is no field of it"),
        (lambda d, t: d["decisions"].update(costs=False), "give one of them"),
        (lambda d, t: d.pop("decisions"), "tensor 'costs' belongs to no part"),
        (lambda d, t: d.update(decisions=None), "None — an object with fields"),
        (lambda d, t: d.update(thresholds=True), "tensor 'thresholds' is missing"),
        (lambda d, t: t.pop("costs"), "tensor 'costs' is missing"),
        (lambda d, t: t.update(costs=t["costs"][:, :3]), r"of shape \(10, 3\)"),
        (lambda d, t: t.update(costs=t["costs"] + 1e13), "decisions: a cost of 1e"),
        (lambda d, t: t.update(costs=t["costs"] * np.nan), "no finite numbers"),
    ],
)
def test_a_changed_file_is_refused_in_one_line(change, said, model):
    rule = replace(RULES["costs of rejecting"], rejected="nobody")
    document, tensors = unpack(model_bytes(model.with_decisions(rule).contents))
    change(document, tensors)
    with pytest.raises(LinocutError, match=said) as caught:
        model_of_bytes(pack(document, tensors))
    assert "\n" not in str(caught.value)


@each_rule
def test_exported_c_decides_alike(rule, model, digits, tmp_path):
    contents = model.with_decisions(rule).contents
    found = answers_of(export_c(contents, tmp_path / "model.c"), digits.test.images, 10)
    np.testing.assert_array_equal(
        found.predicted, rule.decide(model.predict_proba(digits.test.images))
    )


@each_rule
def test_exported_onnx_decides_alike(rule, model, digits, tmp_path, need_extra):
    need_extra("onnx")
    runtime = need_extra("onnxruntime")
    path = export_onnx(model.with_decisions(rule).contents, tmp_path / "m.onnx")
    session = runtime.InferenceSession(str(path), providers=["CPUExecutionProvider"])
    (labels,) = session.run(["label"], {"image": digits.test.images})
    assert labels.dtype == np.int64
    np.testing.assert_array_equal(labels, rule.decide(model.predict_proba(digits.test.images)))


def test_exported_json_tells_the_rule(model, tmp_path):
    rule = RULES["costs of rejecting"]
    path = export_json(model.with_decisions(rule).contents, tmp_path / "m.json")
    document = json.loads(path.read_text("utf-8"))
    assert document["thresholds"] is None
    assert document["costs"] == rule.costs.tolist()


def test_readings_of_rejected_images_have_no_class(model, digits, tmp_path):
    np.savez(tmp_path / "a.npz", x_test=digits.test.images, y_test=digits.test.labels)
    rule = RULES["thresholds"]
    decided = model.with_decisions(rule)
    said = list(classify_files(decided, [tmp_path / "a.npz"], top=3))
    names = decided.predict(digits.test.images)
    assert [each.predicted or "rejected" for each in said] == names.tolist()
    assert all(len(each.top) == 3 for each in said)
    rejected = next(each for each in said if each.rejected)
    assert rejected.rows() == [
        {"file": rejected.file, "rank": 1, "class": None, "probability": None}
    ]
