"""Keep out of a server what it never uses: ``scipy.stats``, a third of scikit-learn's memory.

scikit-learn imports it whole, as soon as anything of scikit-learn is imported, for a few names that
only its training parts use. In its place stands a module that becomes the real one as soon as
anybody asks it for anything.
"""

from __future__ import annotations

import sys
from importlib import import_module
from importlib.util import find_spec
from types import ModuleType
from typing import Any

UNUSED = "scipy.stats"


class _OnUse(ModuleType):
    """A module that loads when it is first asked for a name."""

    def __getattr__(self, name: str) -> Any:
        if name.startswith("__"):  # the import system asks for these
            raise AttributeError(name)
        package, _, own = self.__name__.rpartition(".")
        if sys.modules.get(self.__name__) is self:
            del sys.modules[self.__name__]
            delattr(sys.modules[package], own)
        return getattr(import_module(self.__name__), name)


def leave_out_what_is_unused() -> None:
    """Put the stand-in in its place, unless the real module is there already."""
    package, _, own = UNUSED.rpartition(".")
    if UNUSED in sys.modules:
        return
    module = _OnUse(UNUSED)
    module.__spec__ = find_spec(UNUSED)
    if module.__spec__ is None:
        return
    module.__path__ = list(module.__spec__.submodule_search_locations or ())
    sys.modules[UNUSED] = module
    setattr(import_module(package), own, module)
