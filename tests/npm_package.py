"""Packages from npm that judge our work in tests; each lives in its own folder below .gehoor."""

import json
import shutil
import subprocess
from pathlib import Path

import pytest

HOME = Path(__file__).parents[1] / ".gehoor"
INSTALL_SECONDS = 240


def node() -> str:
    """The Node executable; skips the test when Node or npm is missing."""
    found = shutil.which("node")
    if found is None or shutil.which("npm") is None:
        pytest.skip("needs Node with npm, and it is not installed here")
    return found


def installed(folder: str, package: str, version: str, file: str) -> Path:
    """A file of an npm package, installed when it is not there yet; skips when that fails."""
    node()
    home = HOME / folder
    wanted = home / "node_modules" / package / file
    if wanted.exists():
        return wanted
    home.mkdir(parents=True, exist_ok=True)
    (home / "package.json").write_text(json.dumps({"private": True}), encoding="utf-8")
    npm = shutil.which("npm")
    assert npm is not None
    done = subprocess.run(
        [npm, "install", "--no-audit", "--no-fund", "--loglevel=error", f"{package}@{version}"],
        cwd=home,
        capture_output=True,
        text=True,
        timeout=INSTALL_SECONDS,
        check=False,
    )
    if done.returncode != 0:
        pytest.skip(f"npm could not install {package}: {done.stderr.strip()[-300:]}")
    return wanted
