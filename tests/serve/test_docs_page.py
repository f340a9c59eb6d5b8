"""The page of the documentation: real answers, commands that work, and nothing from elsewhere."""

import base64
import json
import re
import shlex
import shutil
import subprocess

import pytest

from linocut.modelfile import model_bytes
from support.serving import served

FILE = "/v1/models/{name}/file"
TABS = {
    "/v1/predict": 4, "/v1/explain": 4, "/v1/models": 0, FILE: 0,
    "/health": 0, "/ready": 0, "/metrics": 0,
}  # fmt: skip


@pytest.fixture
def page(browser):
    context = browser.new_context(viewport={"width": 390, "height": 900})
    page = context.new_page()
    page.complaints, page.asked = [], set()
    page.on("console", lambda said: page.complaints.append(said.text))
    page.on("pageerror", lambda error: page.complaints.append(str(error)))
    page.on("request", lambda request: page.asked.add(request.url.partition("?")[0]))
    yield page
    context.close()


def article(page, path):
    return page.locator(f"article[id='{path}']")


def answer_of(page, path):
    found = article(page, path)
    found.get_by_text(re.compile(r"^\d{3} ")).wait_for()
    return found.locator("pre").nth(1).text_content()


def image_of(page):
    address = page.locator("#sample img").get_attribute("src")
    return base64.b64decode(address.partition(",")[2])


def test_answers_are_real_and_nothing_is_asked_elsewhere(client, model, page):
    page.goto(f"{client.base_url}/docs")
    answer = json.loads(answer_of(page, "/v1/predict"))
    assert answer["predictions"][0]["class"] == model.predict(image_of(page))[0]
    article(page, "/metrics").get_by_text("200 OK").wait_for()
    assert "linocut_requests_total" in answer_of(page, "/metrics")
    served_from = str(client.base_url)
    assert {each for each in page.asked if not each.startswith("data:")} == {
        served_from + path.replace("{name}", "digits")
        for path in ("/docs", "/openapi.json", *client.get("/openapi.json").json()["paths"])
    }
    assert answer_of(page, FILE) == f"A file of {len(model_bytes(model.contents)):,} bytes"
    assert page.complaints == []
    assert page.evaluate("document.documentElement.scrollWidth") <= 390


def test_every_command_on_the_page_works(need, client, model, page, tmp_path):
    need(shutil.which("curl") is not None, "no curl on the PATH")
    page.goto(f"{client.base_url}/docs")
    answer_of(page, "/v1/predict")
    for name in ("image", "a", "b"):
        (tmp_path / f"{name}.png").write_bytes(image_of(page))
    for path, tabs in TABS.items():
        buttons = article(page, path).locator("button[aria-pressed]")
        assert buttons.count() == tabs
        for k in range(max(1, tabs)):
            if tabs:
                buttons.nth(k).click()
            command = article(page, path).locator("pre").first.text_content()
            assert shlex.split(command)
            done = subprocess.run(
                ["sh", "-c", f"{command} -s -w '%{{stderr}}%{{http_code}}'"],
                cwd=tmp_path, capture_output=True, text=True, check=True,
            )  # fmt: skip
            assert done.stderr == "200", (command[:100], done.stdout)
    assert (tmp_path / "model.linocut").read_bytes() == model_bytes(model.contents)


def test_parameters_are_sent_and_refusals_shown(client, page):
    page.goto(f"{client.base_url}/docs")
    found = article(page, "/v1/predict")
    answer_of(page, "/v1/predict")
    found.get_by_label("top").fill("1")
    found.get_by_role("button", name="Send").click()
    page.wait_for_function("document.querySelector('article pre').textContent.includes('top=1')")
    found.get_by_label("top").fill("none")
    found.get_by_role("button", name="Send").click()
    found.get_by_text("422 Unprocessable").wait_for()
    assert "a whole number from 1 to 1000" in found.locator("pre").nth(1).text_content()


def test_a_token_is_asked_for_on_the_page(model_file, page):
    with served(model_file, token="a" * 20) as client:
        page.goto(f"{client.base_url}/docs")
        page.get_by_label("This server asks for its token").fill("a" * 20)
        page.get_by_role("button", name="Show").click()
        assert "predictions" in answer_of(page, "/v1/predict")
        command = article(page, "/v1/predict").locator("pre").first.text_content()
        assert '-H "Authorization: Bearer $TOKEN"' in command
        assert "a" * 20 not in page.content()
