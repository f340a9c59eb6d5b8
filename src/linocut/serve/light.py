"""Keep out of a server what it never uses of the libraries that it imports.

scikit-learn loads more than an answer needs, as soon as anything of it is imported:

- ``scipy.stats``, whole, for a few names that only its training parts use;
- pandas, where it is installed, to know the version;
- all of ``sklearn.preprocessing`` for one class, and with its splines SciPy's interpolation,
  optimisers and spatial structures.

Whoever asks for any of these gets the real thing, at the cost of loading it then.
"""

from __future__ import annotations

import ast
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path
from types import ModuleType
from typing import Any

UNUSED = "scipy.stats"
UNASKED = "pandas"
IN_PARTS = "sklearn.preprocessing"


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


class _InParts(ModuleType):
    """A package of nothing but names from its modules, each of which loads when it is asked for.

    Attributes
    ----------
    modules_ : dict of str
        By name, the module that defines it.
    """

    modules_: dict[str, str]

    def __getattr__(self, name: str) -> Any:
        if name not in self.modules_:
            raise AttributeError(f"module {self.__name__!r} has no attribute {name!r}")
        found = getattr(import_module(self.modules_[name]), name)
        setattr(self, name, found)
        return found

    def __dir__(self) -> list[str]:
        return sorted({*super().__dir__(), *self.modules_})


def leave_out_what_is_unused() -> None:
    """Put stand-ins in place of what is not loaded yet."""
    _stand_in(_OnUse, UNUSED)
    with _not_found(UNASKED):
        if find_spec(IN_PARTS) is None:  # which loads scikit-learn
            return
    modules = modules_by_name(IN_PARTS)
    if modules and (package := _stand_in(_InParts, IN_PARTS)):
        package.modules_ = modules
        package.__all__ = list(modules)


def modules_by_name(package: str) -> dict[str, str] | None:
    """Return which module each name of a package is from, by its source.

    None if the package does anything but import names from its own modules.

    Examples
    --------
    >>> modules_by_name("sklearn.preprocessing")["StandardScaler"]
    'sklearn.preprocessing._data'
    >>> modules_by_name("json") is None
    True
    """
    spec = find_spec(package)
    if spec is None or spec.origin is None:
        return None
    found: dict[str, str] = {}
    for line in ast.parse(Path(spec.origin).read_text("utf-8")).body:
        match line:
            case ast.Expr(ast.Constant(str())) | ast.Assign([ast.Name("__all__")]):
                continue
            case ast.ImportFrom(str(module), names, 0) if module.startswith(f"{package}."):
                if any(each.asname or each.name == "*" for each in names):
                    return None
                found |= {each.name: module for each in names}
            case _:
                return None
    return found


def _stand_in(kind: type[ModuleType], name: str) -> Any:
    """Return a module that stands for one that is not loaded; None if it is, or is not there."""
    if name in sys.modules or (spec := find_spec(name)) is None:
        return None
    package, _, own = name.rpartition(".")
    module = kind(name)
    module.__spec__ = spec
    module.__path__ = list(spec.submodule_search_locations or ())
    sys.modules[name] = module
    setattr(import_module(package), own, module)
    return module


@contextmanager
def _not_found(name: str) -> Iterator[None]:
    """Let a library that is not loaded yet be none that is installed."""
    if name in sys.modules:
        yield
        return
    sys.modules[name] = None  # type: ignore[assignment]  # how Python says so
    try:
        yield
    finally:
        del sys.modules[name]
