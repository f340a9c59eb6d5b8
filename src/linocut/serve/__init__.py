"""The HTTP server: predictions and evidence of finished models (extra ``serve``)."""

from linocut.serve.light import leave_out_what_is_unused

leave_out_what_is_unused()  # before anything imports scikit-learn

from linocut.serve.app import create_app  # noqa: E402
from linocut.serve.limits import Limits  # noqa: E402
from linocut.serve.running import Serving, read_token  # noqa: E402

__all__ = ["Limits", "Serving", "create_app", "read_token"]
