"""The names that are promised: there, cheap to reach, and never a module's as well."""

import ast
import subprocess
import sys
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path
from pkgutil import iter_modules, walk_packages
from types import ModuleType

import pytest

import linocut

PACKAGES = [
    "linocut",
    *(each.name for each in walk_packages(linocut.__path__, "linocut.") if each.ispkg),
]
LATER = {"ImageClassifier", "load_model"} if find_spec("linocut.classifier") is None else set()


def modules_shadowed(package):
    """Name the public functions and classes of a package that are called as one of its modules."""
    public = set(getattr(package, "__all__", ()))
    return [
        each.name
        for each in iter_modules(package.__path__)
        if each.name in public and not isinstance(getattr(package, each.name), ModuleType)
    ]


@pytest.mark.parametrize("name", PACKAGES)
def test_no_public_name_shadows_a_module(name):
    assert modules_shadowed(import_module(name)) == []


def test_a_shadowed_module_is_found(tmp_path, monkeypatch):
    room = tmp_path / "room_with_a_shadow"
    room.mkdir()
    (room / "climb.py").write_text("def climb(): ...\n")
    (room / "__init__.py").write_text(f"from {room.name}.climb import climb\n__all__ = ['climb']\n")
    monkeypatch.syspath_prepend(tmp_path)
    assert modules_shadowed(import_module(room.name)) == ["climb"]


def imports_from_the_root(code):
    """Give the lines that import the package itself, or anything by way of it."""
    return [
        node.lineno
        for node in ast.walk(ast.parse(code))
        if (isinstance(node, ast.Import) and "linocut" in {each.name for each in node.names})
        or (isinstance(node, ast.ImportFrom) and node.module == "linocut")
    ]


def test_nothing_inside_imports_from_the_package_root():
    """To import-linter, ``from linocut import features`` imports the room alone."""
    (root,) = map(Path, linocut.__path__)
    found = {path: imports_from_the_root(path.read_text("utf-8")) for path in root.rglob("*.py")}
    assert found.pop(root / "__init__.py")
    assert {path: lines for path, lines in found.items() if lines} == {}


def test_the_front_door_names_what_most_programs_need():
    assert set(linocut.__all__) == {
        "ImageClassifier", "__version__", "climb", "explain", "load_dataset", "load_model",
        "report",
    }  # fmt: skip
    assert set(dir(linocut)) >= set(linocut.__all__)
    with pytest.raises(AttributeError, match="'linocut' has no attribute 'lod_dataset'"):
        linocut.lod_dataset  # noqa: B018


@pytest.mark.parametrize("name", sorted(set(linocut.__all__) - LATER))
def test_each_name_of_the_front_door_is_what_its_room_holds(name):
    code = f"import linocut; print(getattr(linocut.{name}, '__module__', linocut.{name}))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    homes = {
        "__version__": linocut.__version__,
        "climb": "linocut.ladder.climbing",
        "explain": "<module 'linocut.explain'",
        "load_dataset": "linocut.data.loading",
        "report": "<module 'linocut.report'",
    }
    assert done.stdout.startswith(homes.get(name, "linocut.classifier"))


def test_the_front_door_opens_without_what_is_behind_it():
    code = (
        "import sys, linocut; dir(linocut);"
        "print(*(name for name in sys.modules if name.startswith(('linocut.', 'numpy'))))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.split() == ["linocut._version"]
