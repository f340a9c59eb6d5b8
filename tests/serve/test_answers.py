"""The server answers what Python answers, in whatever way images are sent."""

import httpx
import numpy as np
import pytest

from linocut.classifier import ImageClassifier
from linocut.core.decisions import DecisionRule
from linocut.data import load_dataset
from linocut.lines import StringReader, synthetic_strings
from support.coloured import colour_dataset
from support.files import png
from support.serving import raw, served

IMAGES = load_dataset("digits").test.images


def predicted(answer: httpx.Response) -> list[dict]:
    assert answer.status_code == 200, answer.text
    return answer.json()["predictions"]


def as_file(image):
    return {"content": png(image), "headers": {"content-type": "image/png"}}


def as_form(images):
    return {"files": [("images", (f"{k}.png", png(each))) for k, each in enumerate(images)]}


@pytest.mark.parametrize(
    "sent",
    [
        pytest.param(raw, id="pixels"),
        pytest.param(lambda images: {"json": {"images": images.tolist()}}, id="json"),
        pytest.param(
            lambda images: {"json": {"images": images.reshape(len(images), -1).tolist()}}, id="rows"
        ),
        pytest.param(as_form, id="form"),
    ],
)
def test_images_are_classified_as_python_does(client, model, sent):
    found = predicted(client.post("/v1/predict?top=10", **sent(IMAGES[:20])))
    assert [each["class"] for each in found] == model.predict(IMAGES[:20]).tolist()
    P = model.predict_proba(IMAGES[:20])
    for each, row in zip(found, P, strict=True):
        shares = {share["class"]: share["probability"] for share in each["top"]}
        np.testing.assert_allclose([shares[name] for name in model.classes_], row, atol=1e-6)
        assert each["probability"] == each["top"][0]["probability"]


def test_pixels_in_colour_are_three_planes(tmp_path):
    shapes = colour_dataset(60, side=8)
    model = ImageClassifier().fit(shapes)
    images = shapes.test.images[:3]
    with served(model.save(tmp_path / "shapes.linocut")) as client:
        for sent in (raw(images), {"json": {"images": images.tolist()}}, as_form(images)):
            found = predicted(client.post("/v1/predict", **sent))
            assert [each["class"] for each in found] == model.predict(images).tolist()
        explained = client.post("/v1/explain", **raw(images[:1])).json()
        one_byte_short = client.post(
            "/v1/predict", content=bytes(191), headers=raw(images)["headers"]
        )
    evidence = np.array(explained["evidence"])
    assert evidence.shape == np.shape(explained["image"]) == (8, 8, 3)
    assert evidence.sum() + explained["offset"] == pytest.approx(explained["margin"])
    assert one_byte_short.json()["error"] == "191 bytes of pixels — 192 for each image of 8 × 8 × 3"


def test_an_image_file_passes_the_intake(client, model):
    large = np.kron(255 - IMAGES[0], np.ones((5, 5), np.uint8))
    (found,) = predicted(client.post("/v1/predict", **as_file(large)))
    assert found["class"] == model.predict(png(large))[0]
    assert len(found["top"]) == 3


def test_evidence_adds_up_to_the_margin(client, model):
    answer = client.post("/v1/explain?label=8&versus=3", **raw(IMAGES[:1])).json()
    assert (answer["class"], answer["versus"]) == ("8", "3")
    assert np.sum(answer["evidence"]) + answer["offset"] == pytest.approx(answer["margin"])
    np.testing.assert_array_equal(answer["image"], IMAGES[0])
    scores = model.scores(IMAGES[0])[0]
    assert answer["margin"] == pytest.approx(float(scores[8] - scores[3]), abs=1e-5)


def test_a_model_that_abstains_says_so(model, tmp_path):
    careful = model.with_decisions(DecisionRule([0.9999] * 10, rejected="unsure"))
    with served(careful.save(tmp_path / "careful.linocut")) as client:
        found = predicted(client.post("/v1/predict", **raw(IMAGES[:50])))
    rejected = [each for each in found if each["rejected"]]
    assert rejected
    assert {each["class"] for each in rejected} == {"unsure"}
    assert [each["class"] for each in found] == careful.predict(IMAGES[:50]).tolist()


def test_models_are_listed_and_asked_by_name(model_file, model, tmp_path):
    other = model.save(tmp_path / "other.linocut")
    with served(model_file, other) as client:
        listed = client.get("/v1/models").json()["models"]
        assert [each["name"] for each in listed] == ["digits", "other"]
        assert listed[0]["classes"] == list("0123456789")
        assert client.post("/v1/predict", **raw(IMAGES[:1])).json()["model"] == "digits"
        named = client.post("/v1/predict?model=other", **raw(IMAGES[:1]))
        assert named.json()["model"] == "other"
        missing = client.post("/v1/predict?model=none", **raw(IMAGES[:1]))
        assert missing.status_code == 404
        assert missing.json()["error"] == "no model named 'none' — there are digits, other"


def test_many_at_once_get_their_own_answers(client, model):
    from concurrent.futures import ThreadPoolExecutor

    def ask(k: int) -> str:
        return predicted(client.post("/v1/predict", **raw(IMAGES[k : k + 1])))[0]["class"]

    with ThreadPoolExecutor(16) as pool:
        found = list(pool.map(ask, range(200)))
    assert found == model.predict(IMAGES[:200]).tolist()


def test_health_readiness_and_counts(client):
    assert client.get("/health").json() == {"status": "ok"}
    assert client.get("/ready").json() == {"status": "ready"}
    client.get("/a/path/that/nobody/knows")
    text = client.get("/metrics").text
    assert 'linocut_requests_total{method="GET",path="/health",status="200"}' in text
    assert 'path="other",status="404"' in text
    assert "/a/path" not in text
    assert 'linocut_images_total{model="digits"}' in text


def test_the_documentation_names_every_path(client):
    document = client.get("/openapi.json").json()
    models = {"/v1/models", "/v1/models/{name}/file"}
    paths = {"/v1/predict", "/v1/explain", *models, "/health", "/ready", "/metrics"}
    assert paths == set(document["paths"])
    assert "image/png" in document["paths"]["/v1/predict"]["post"]["requestBody"]["content"]


@pytest.mark.parametrize("model", ["whole-string", "fixed-positions"])
def test_a_reader_of_strings_is_served_like_any_model(tmp_path, model):
    strings = synthetic_strings(load_dataset("digits"), 120, length=(3, 3), random_state=0)
    reader = StringReader(model=model, preparation="none", C=0.3, max_iter=10).fit(strings.train)
    lines = strings.test.images[:4]
    with served(reader.save(tmp_path / "strings.linocut")) as client:
        facts = client.get("/v1/models").json()["models"][0]
        assert facts["strings"]
        assert facts["classes"] == list(reader.symbols_)
        found = client.post("/v1/predict?top=2", **as_form(lines)).json()["predictions"]
        explained = client.post("/v1/explain", **as_file(lines[0])).json()
        pixels = client.post("/v1/predict", **raw(lines[0]))
    expected = [reader.read([reader.intake_.read(png(each))])[0] for each in lines]
    assert [each["text"] for each in found] == [each.text for each in expected]
    assert [len(each["glyphs"]) for each in found] == [len(each.glyphs) for each in expected]
    assert explained["text"] == expected[0].text
    assert explained["image"] == reader.intake_.read(png(lines[0])).tolist()
    assert explained["sentence"].startswith("Exact")
    assert pixels.status_code == 415
    assert "strings are read in image files" in pixels.json()["error"]
