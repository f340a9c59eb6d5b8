"""A page opened from disk, watched for errors, requests and barriers."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from linocut.data import load_dataset
from linocut.ladder import climb
from linocut.report import collect, write_report
from support import typescript

ROOT = Path(__file__).parents[2]
AXE = ROOT / "web" / "node_modules" / "axe-core" / "axe.min.js"


@pytest.fixture(scope="session")
def digits_report(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Write the report of a short ladder on scikit-learn's digits, once a session."""
    digits = load_dataset("digits")
    ladder = climb(digits, rungs=["nearest-mean", "least-squares", "softmax"])
    path = tmp_path_factory.mktemp("digits") / "digits.html"
    return write_report(collect(digits, ladder, command="linocut report digits"), path)


@pytest.fixture(scope="session")
def node(need: Any) -> None:
    """Node with the page's packages, in which its TypeScript is run."""
    need(typescript.has_node(), "Node or the page's packages are missing; run 'npm ci' in web/")


@pytest.fixture
def open_page(browser: Any) -> Iterator[Callable[..., Any]]:
    """Open a file; afterwards there must have been no error and no request but for the file."""
    contexts, troubles = [], []

    def open_file(
        path: Path,
        *,
        width: int = 1280,
        theme: str = "light",
        address: str = "",
        ready: str = "#data, main:has(h1)",
        **options: Any,
    ) -> Any:
        context = browser.new_context(
            viewport={"width": width, "height": 900}, color_scheme=theme, reduced_motion="reduce",
            **options,
        )  # fmt: skip
        contexts.append(context)
        page = context.new_page()
        page.on("console", lambda m: m.type in {"error", "warning"} and troubles.append(m.text))
        page.on("pageerror", lambda error: troubles.append(str(error)))
        page.on(
            "request",
            lambda request: (
                request.url.startswith(("file:", "data:", "blob:"))
                or troubles.append(f"asked for {request.url}")
            ),
        )
        page.goto(path.resolve().as_uri() + address)
        # the sections come one after another; an unfilled page has none
        page.locator(ready).first.wait_for(state="attached")
        return page

    yield open_file
    for context in contexts:
        context.close()
    assert troubles == []


@pytest.fixture
def barriers(need: Callable[[bool, str], None]) -> Callable[[Any], list[str]]:
    """List what axe finds on a page, of whatever impact."""
    need(AXE.is_file(), "axe-core is not installed; run 'npm ci' in web/")
    script = AXE.read_text(encoding="utf-8")

    def find(page: Any) -> list[str]:
        page.evaluate(script)
        found = page.evaluate("axe.run(document, {resultTypes: ['violations']})")
        return [
            f"{violation['id']}: {violation['help']} — "
            + " and ".join(node["html"][:200] for node in violation["nodes"][:3])
            for violation in found["violations"]
        ]

    return find
