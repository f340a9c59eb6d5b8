"""What can go wrong, as one small tree.

Exception
└── ValueError
    └── LinocutError        the user can mend it; a command prints it as one line and exits with 2
        └── EngineLost      what computes is gone: its workers, or their scheduler
UserWarning
└── LinocutWarning          worth a line, not worth stopping
"""


class LinocutError(ValueError):
    """Say what is wrong with which value, and what would be right, in one line."""


class EngineLost(LinocutError):  # noqa: N818 — what is lost is the engine
    """Say that what computes on the rows is gone; what was done before may be kept."""


class LinocutWarning(UserWarning):
    """Tell the user something that does not stop the work."""
