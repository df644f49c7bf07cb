"""The artifact that `make build` makes, built from copies of the checkout."""

from __future__ import annotations

import platform
import shutil
from concurrent.futures import ThreadPoolExecutor
from hashlib import sha256
from pathlib import Path
from typing import NamedTuple

import pytest
import yaml

from gehoor_ops.artifact import RUNTIME, SAM, build
from gehoor_ops.embedded import template
from gehoor_ops.workspace import FUNCTIONS, PROJECT

HERE = "SweepFunction"
"""Built for the machine that runs the tests, in the second copy."""

ARCHITECTURES = {"x86_64": "x86_64", "aarch64": "arm64", "arm64": "arm64"}


class Built(NamedTuple):
    """Two builds of the same sources; `project` is the first one's copy."""

    project: Path
    first: Path
    second: Path

    @property
    def functions(self) -> list[Path]:
        """What is uploaded for each function."""
        return sorted(path for path in self.first.iterdir() if path.is_dir())

    @property
    def importable(self) -> Path:
        """The one function that this machine can import."""
        return self.second / HERE


def runtime_python() -> Path:
    """The interpreter of the functions' runtime; skips where there is none."""
    pyenv = sorted(Path.home().glob(f".pyenv/versions/{RUNTIME}*/bin/python{RUNTIME}"))
    chosen = str(pyenv[0]) if pyenv else shutil.which(f"python{RUNTIME}")
    if chosen is None or not SAM.exists():
        pytest.skip(f"needs Python {RUNTIME} and the SAM CLI; run: make build")
    return Path(chosen)


def build_twice(folder: Path) -> Built:
    """Build two copies at once, in folders of different names."""
    python = runtime_python()
    copies = [_copy(folder / "first", here=False), _copy(folder / "another", here=True)]
    with ThreadPoolExecutor() as pool:
        first, second = pool.map(lambda copy: build(copy, python), copies)
    return Built(copies[0], first, second)


def _copy(project: Path, *, here: bool) -> Path:
    bytecode = shutil.ignore_patterns("__pycache__")
    shutil.copytree(FUNCTIONS, project / "functions", ignore=bytecode)
    if here:
        changed = template()
        architecture = ARCHITECTURES[platform.machine()]
        changed["Resources"][HERE]["Properties"]["Architectures"] = [architecture]
        (project / "template.yaml").write_text(yaml.dump(changed, sort_keys=False))
    else:
        shutil.copy(PROJECT / "template.yaml", project)
    return project


def fingerprint(folder: Path) -> str:
    """A digest of all names and bytes below a folder."""
    found = sha256()
    for path in sorted(folder.rglob("*")):
        if path.is_file():
            found.update(f"{path.relative_to(folder)}\0{path.stat().st_size}\0".encode())
            found.update(path.read_bytes())
    return found.hexdigest()
