"""Run the page's TypeScript in Node: bundle a module, and let a few lines call it."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

WEB = Path(__file__).parents[2] / "web"
BUNDLER = WEB / "node_modules" / ".bin" / "rolldown"


def has_node() -> bool:
    """Whether Node and the page's packages are there."""
    return shutil.which("node") is not None and BUNDLER.exists()


def bundled(module: str, folder: Path) -> Path:
    """Bundle a module below web/src, such as engine/model.ts, into one file in a folder."""
    made = folder / Path(module).with_suffix(".mjs").name
    command = [str(BUNDLER), str(WEB / "src" / module), "--file", str(made), "--format", "esm"]
    _run([*command, "--log-level", "silent"], folder, b"")
    return made


def run_node(script: str, folder: Path, given: bytes = b"") -> bytes:
    """Run a script in a folder, from which it imports what is bundled there.

    It finds what is given as `given`, a Buffer, and what it passes to `answer` is returned.
    """
    program = folder / "script.mjs"
    program.write_text(
        "import { readFileSync, writeFileSync } from 'node:fs';\n"
        "const given = readFileSync(0);\n"
        "const answer = (bytes) => writeFileSync(1, bytes);\n" + script,
        encoding="utf-8",
    )
    return _run(["node", str(program)], folder, given)


def _run(command: list[str], folder: Path, given: bytes) -> bytes:
    done = subprocess.run(command, cwd=folder, input=given, capture_output=True, check=False)
    assert done.returncode == 0, done.stderr.decode(errors="replace")
    return done.stdout
