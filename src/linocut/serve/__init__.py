"""The HTTP server: predictions and evidence of finished models (extra ``serve``)."""

from linocut.serve.light import leave_out_what_is_unused

# Before anything imports scikit-learn, as all below does. Not when a server is started: a worker's
# function is found by importing its module, which has loaded everything by the time it is called.
leave_out_what_is_unused()

from linocut.serve.app import create_app  # noqa: E402
from linocut.serve.limits import Limits  # noqa: E402
from linocut.serve.running import Serving, read_token  # noqa: E402

__all__ = ["Limits", "Serving", "create_app", "read_token"]
