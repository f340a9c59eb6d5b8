"""linocut: how far a straight cut goes — interpretable linear classification of small images.

The names below are what most programs need; each is imported when it is first asked for. The rest
is in the rooms, such as `linocut.models`.
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

from linocut._version import __version__

if TYPE_CHECKING:
    from linocut import explain, report
    from linocut.classifier import ImageClassifier, load_model
    from linocut.data import load_dataset
    from linocut.ladder import climb

# Public name: the room that it comes from; a room is its own.
_ROOMS = {
    "ImageClassifier": "linocut.classifier",
    "climb": "linocut.ladder",
    "explain": "linocut.explain",
    "load_dataset": "linocut.data",
    "load_model": "linocut.classifier",
    "report": "linocut.report",
}

__all__ = [
    "ImageClassifier",
    "__version__",
    "climb",
    "explain",
    "load_dataset",
    "load_model",
    "report",
]


def __getattr__(name: str) -> Any:
    if name not in _ROOMS:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    room = import_module(_ROOMS[name])
    found = room if _ROOMS[name] == f"{__name__}.{name}" else getattr(room, name)
    globals()[name] = found  # from now on it is found without coming here
    return found


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})
