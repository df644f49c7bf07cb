"""What a function loads before its first message, and what the artifact weighs.

The yardstick is taken in the same run, in turns with the functions, because machines and their load
differ: `import boto3; boto3.client("dynamodb")`, with boto3 as it is published, compiled.
"""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import NamedTuple

import boto3

from bench.figures import Figure, Figures
from gehoor_ops.artifact import CALLED, compile_all, prune
from gehoor_ops.embedded import template
from gehoor_ops.workspace import FUNCTIONS, PACKAGE, PROJECT

FIRST_MESSAGE = Path(__file__).with_name("first_message.py")
OF_BOTO3 = ("boto3", "botocore", "s3transfer", "urllib3", "jmespath", "dateutil")
BUILT = PROJECT / ".aws-sam/build"
RUNS = 11
WORKERS_AT_MOST = 1.7
RECEIVER_AT_MOST = 1.25
NOT_ON_ARM = "_avx2."
"""In the name of what a wheel has twice, for newer x86 processors; the functions run on arm64."""

MB_AT_MOST = 45
UNCHECKED_HASH = 0b01
"""The flags of a .pyc that nobody compares with its source: https://peps.python.org/pep-0552/"""

ENVIRONMENT = {
    "PATH": "/usr/bin:/bin",
    "AWS_DEFAULT_REGION": "eu-west-1",
    "AWS_ACCESS_KEY_ID": "test",
    "AWS_SECRET_ACCESS_KEY": "test",
    "CORE_TABLE": "core",
    "STATE_TABLE": "state",
    "POLLS_QUEUE": "https://queue.example/polls",
    "DELIVERIES_QUEUE": "https://queue.example/deliveries",
    "URGENT_DELIVERIES_QUEUE": "https://queue.example/urgent",
    "EVENTS_QUEUE": "https://queue.example/events",
    "PYTHONDONTWRITEBYTECODE": "1",
}


class Start(NamedTuple):
    """What a start took."""

    cpu_s: float
    modules: int
    packaged: int


def figures() -> Figures:
    """All functions, on the artifact as it is compiled for this machine."""
    with tempfile.TemporaryDirectory() as folder:
        artifact = Path(folder) / "artifact"
        _assemble(artifact)
        starts = _least({"": _boto3(Path(folder))} | dict.fromkeys(functions(), artifact))
    yardstick = starts.pop("")
    found = {"yardstick_cpu_s": Figure(round(yardstick.cpu_s, 3), "s", _how(""))}
    for name, start in starts.items():
        relative = round(start.cpu_s / yardstick.cpu_s, 2)
        at_most = RECEIVER_AT_MOST if name == "receive_webhook" else WORKERS_AT_MOST
        found[f"{name}_cpu"] = Figure(relative, "x the yardstick", _how(name), at_most)
        found[f"{name}_modules"] = Figure(start.modules, "modules", _how(name))
        found[f"{name}_packaged_modules"] = Figure(
            start.packaged, "modules", f"{_how(name)}; without those of Python itself"
        )
    return found | _weighed()


def functions() -> list[str]:
    """The folders of the template's functions."""
    handlers = (r["Properties"].get("Handler") for r in template()["Resources"].values())
    return [handler.partition(".")[0] for handler in handlers if handler]


def modules(function: str) -> int:
    """How many modules of its own and of packages a function loads up to its first message."""
    return _started(function, [PACKAGE, FUNCTIONS]).packaged


def megabytes(*folders: Path) -> float:
    """What the files weigh that a build keeps, bytecode of a checkout left out."""
    files = (path for folder in folders for path in folder.rglob("*") if path.is_file())
    return sum(path.stat().st_size for path in files if _is_kept(path)) / 1_000_000


def _is_kept(path: Path) -> bool:
    if path.is_relative_to(FUNCTIONS) and path.suffix == ".pyc":
        return False
    if NOT_ON_ARM in path.name:
        return False
    described = PACKAGE / "botocore/data"
    if not path.is_relative_to(described):
        return True
    service, *inside = path.relative_to(described).parts
    return service in CALLED or not inside


def _weighed() -> Figures:
    """What `make build` made; without it, the same files for this machine, not compiled."""
    artifact = next(BUILT.glob("*Function"), None)
    if artifact is None:
        how = "what make build would keep of the packages for this machine, before it compiles"
        mb = round(megabytes(PACKAGE, FUNCTIONS), 1)
        return {"artifact_mb": Figure(mb, "MB", how, MB_AT_MOST)}
    sources = list(artifact.rglob("*.py"))
    bare = [path for path in sources if not list(path.parent.glob(f"__pycache__/{path.stem}.*"))]
    checked = [path for path in artifact.rglob("*.pyc") if path.read_bytes()[4] != UNCHECKED_HASH]
    how = f"of the {len(sources):,} sources in what make build built"
    return {
        "artifact_mb": Figure(
            round(megabytes(artifact), 1), "MB", "files of what make build built", MB_AT_MOST
        ),
        "sources_without_bytecode": Figure(len(bare), "files", how, 0),
        "bytecode_that_is_checked": Figure(len(checked), "files", how, 0),
    }


def _least(where: dict[str, Path]) -> dict[str, Start]:
    """The least CPU of several starts each, taken in turns."""
    starts = [{name: _started(name, [path]) for name, path in where.items()} for _ in range(RUNS)]
    return {name: min(turn[name] for turn in starts) for name in where}


def _started(function: str, path: list[Path]) -> Start:
    done = subprocess.run(
        [sys.executable, "-S", str(FIRST_MESSAGE), function],
        env={**ENVIRONMENT, "PYTHONPATH": ":".join(map(str, path))},
        capture_output=True,
        text=True,
        check=True,
    )
    return Start(**json.loads(done.stdout))


def _boto3(folder: Path) -> Path:
    """Boto3 with all it needs, as it is published, compiled like the artifact."""
    published = folder / "boto3"
    installed = Path(boto3.__file__).parents[1]
    for name in OF_BOTO3:
        shutil.copytree(installed / name, published / name)
    shutil.copy(installed / "six.py", published)
    compile_all(published, Path(sys.executable))
    return published


def _assemble(artifact: Path) -> None:
    """The same as `make build` makes, for this machine's interpreter and processor."""
    shutil.copytree(PACKAGE, artifact)
    ignored = shutil.ignore_patterns("__pycache__")
    shutil.copytree(FUNCTIONS, artifact, dirs_exist_ok=True, ignore=ignored)
    prune(artifact)
    compile_all(artifact, Path(sys.executable))


def _how(function: str) -> str:
    what = f"import {function}.handler and build all its first message needs" if function else ""
    return (
        f"{what or 'import boto3, client(dynamodb)'}; least CPU time of {RUNS} fresh interpreters "
        f"(Python {sys.version_info.major}.{sys.version_info.minor}), unchecked bytecode"
    )
