"""A notebook's cell without a notebook: the module that anywidget loads, and traits in the page."""

from __future__ import annotations

import base64
from typing import Any

import numpy as np

from linocut.classifier import ImageClassifier
from linocut.modelfile.file import model_bytes

# Backbone's model, as far as anywidget promises it.
CELL = """
async ({ code, model, image, dark }) => {
  const bytes = (text) =>
    new DataView(Uint8Array.from(atob(text), (letter) => letter.charCodeAt(0)).buffer);
  const traits = { model: bytes(model), image: bytes(image), prediction: '', probabilities: {} };
  const heard = new Map();
  window.saves = 0;
  window.kernel = {
    get: (name) => traits[name],
    set: (name, value) => {
      traits[name] = value;
      for (const each of heard.get(`change:${name}`) ?? []) each();
    },
    save_changes: () => { window.saves += 1; },
    on: (event, callback) => heard.set(event, [...(heard.get(event) ?? []), callback]),
    off: (event, callback) =>
      heard.set(event, (heard.get(event) ?? []).filter((each) => each !== callback)),
  };
  window.python = (name, text) => window.kernel.set(name, bytes(text));
  if (dark) document.body.dataset.jpThemeLight = 'false';
  const url = URL.createObjectURL(new Blob([code], { type: 'text/javascript' }));
  const { default: widget } = await import(url);
  const el = document.createElement('div');
  document.body.append(el);
  window.leave = widget.render({ model: window.kernel, el });
}
"""
STATE = """
() => ({
  image: [...new Uint8Array(kernel.get('image').buffer)],
  prediction: kernel.get('prediction'),
  probabilities: kernel.get('probabilities'),
})
"""


def text_of(image: np.ndarray) -> str:
    return base64.b64encode(image.tobytes()).decode()


def open_cell(
    page: Any, code: str, model: ImageClassifier, image: np.ndarray, *, dark: bool = False
) -> None:
    """Show a model's drawing in a page."""
    file = base64.b64encode(model_bytes(model.contents)).decode()
    given = {"code": code, "model": file, "image": text_of(image), "dark": dark}
    page.evaluate(CELL, given)


def state_of(page: Any) -> dict[str, Any]:
    """What Python would find in the widget's traits."""
    state: dict[str, Any] = page.evaluate(STATE)
    return state
