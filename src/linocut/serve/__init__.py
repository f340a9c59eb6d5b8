"""The HTTP server: predictions and evidence of finished models (extra ``serve``)."""

from linocut.serve.app import create_app
from linocut.serve.limits import Limits
from linocut.serve.running import Serving, read_token, serve

__all__ = ["Limits", "Serving", "create_app", "read_token", "serve"]
