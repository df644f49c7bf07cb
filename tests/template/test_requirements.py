"""The pinned requirements fit pyproject.toml and each other, carry hashes and no address."""

import re
import tomllib
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from gehoor_ops.workspace import PROJECT

PROJECT_FILE = tomllib.loads((PROJECT / "pyproject.toml").read_text())
RUNTIME = PROJECT_FILE["project"]["dependencies"]
OPS = PROJECT_FILE["project"]["optional-dependencies"]["ops"]
DEV = PROJECT_FILE["dependency-groups"]["dev"]
WANTED = {
    PROJECT / "functions/requirements.txt": RUNTIME,
    PROJECT / "infra/requirements.txt": [*RUNTIME, *OPS],
    PROJECT / "requirements-dev.txt": [*RUNTIME, *OPS, *DEV],
}
PINNED = [*WANTED, *sorted((PROJECT / "infra").glob("*/requirements.txt"))]


def pins(path: Path) -> dict[str, set[str]]:
    """Pinned versions by name: some packages have one for each range of Pythons."""
    found: dict[str, set[str]] = {}
    for name, version in re.findall(r"^([\w.-]+)==([\w.+!]+)", path.read_text(), re.MULTILINE):
        found.setdefault(canonicalize_name(name), set()).add(version)
    return found


@pytest.mark.parametrize("path", WANTED, ids=lambda path: str(path.relative_to(PROJECT)))
def test_every_dependency_is_pinned_as_the_project_asks(path: Path) -> None:
    pinned = pins(path)
    for line in WANTED[path]:
        wanted = Requirement(line)
        versions = pinned.get(canonicalize_name(wanted.name), set())
        assert versions, f"{wanted.name} is not pinned; run: make lock"
        assert all(version in wanted.specifier for version in versions), f"{line}; run: make lock"


def test_tests_and_production_run_the_same_versions() -> None:
    functions, infra, dev = (pins(path) for path in WANTED)
    assert functions.items() <= infra.items()
    assert infra.items() <= dev.items()


@pytest.mark.parametrize("path", PINNED, ids=lambda path: str(path.relative_to(PROJECT)))
def test_pins_carry_hashes_and_no_address(path: Path) -> None:
    text = path.read_text()
    blocks = re.split(r"\n(?=\S)", text.strip())
    assert all("--hash=sha256:" in block for block in blocks)
    assert "://" not in text
