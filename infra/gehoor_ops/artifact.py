"""Builds what runs on AWS: with the SAM CLI, then smaller and ready to start, the same every time.

`sam build` collects sources and wheels for the template's platform. What follows takes away the
descriptions of AWS services that no function calls, and compiles: Lambda's disk cannot keep
bytecode, so that each cold start would compile all there is.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

from gehoor_ops import service_models
from gehoor_ops.workspace import HOME, PROJECT

SAM = HOME / "sam/bin/sam"
BUILT = Path(".aws-sam/build")
RUNTIME = "3.13"
CALLED = frozenset({"dynamodb", "sns", "sqs", "ssm"})
"""The AWS services that functions call, by the names of their clients."""

GUESSER = "charset_normalizer"

ON_LAMBDA = "/var/task"
"""Where Lambda puts the artifact: tracebacks name files as they are there."""


class BuildFailed(Exception):
    """Nothing was built; the message says what is missing."""


def build(project: Path, python: Path) -> Path:
    """Build `project` with the interpreter of the template's runtime; returns where it lies.

    The same sources and wheels give the same bytes. BuildFailed when the interpreter is another
    one, or when the SAM CLI fails, which has told why by then.
    """
    _check_runtime(python)
    # SAM takes the interpreter from the path, by the runtime's name.
    path = f"{python.parent}{os.pathsep}{os.environ['PATH']}"
    command = [str(SAM), "build", "--no-cached"]
    done = subprocess.run(command, cwd=project, env={**os.environ, "PATH": path}, check=False)  # noqa: S603  a fixed command
    if done.returncode:
        message = "sam build failed: see above"
        raise BuildFailed(message)
    for folder in sorted((project / BUILT).glob("*/gehoor")):
        prune(folder.parent)
        compile_all(folder.parent, python)
    return project / BUILT


def prune(folder: Path) -> None:
    """Remove what no function uses: most descriptions of AWS services, and a guesser of encodings.

    requests loads that with every start, for `Response.text`, which gehoor never reads; it does
    without where it is not there.
    """
    data = folder / "botocore/data"
    for described in data.iterdir():
        if described.is_dir() and described.name not in CALLED:
            shutil.rmtree(described)
    service_models.cut_down(data)
    shutil.rmtree(folder / GUESSER)


def compile_all(folder: Path, python: Path) -> None:
    """Put bytecode beside every source.

    It is not checked against the sources: SAM packs them with a date of its own, so that bytecode
    that is checked by date would be thrown away. The hash seed is fixed because sets among the
    constants are written in their order.
    """
    mode = ["--invalidation-mode", "unchecked-hash", "-s", str(folder), "-p", ON_LAMBDA]
    command = [str(python), "-m", "compileall", "-q", *mode, str(folder)]
    subprocess.run(command, env={"PYTHONHASHSEED": "0"}, check=True)  # noqa: S603  a fixed command


def _check_runtime(python: Path) -> None:
    asked = [str(python), "-c", "import sys; print('%d.%d' % sys.version_info[:2])"]
    try:
        answer = subprocess.run(asked, capture_output=True, text=True, check=False)  # noqa: S603  a fixed command
    except OSError:
        found = "none"
    else:
        found = answer.stdout.strip() or "none that runs"
    if found != RUNTIME:
        message = (
            f"the build needs Python {RUNTIME} ({python} is {found}): make build RUNTIME_PYTHON=..."
        )
        raise BuildFailed(message)


def main(python: str) -> None:
    """Build this checkout; ends with 1 when it cannot."""
    try:
        built = build(PROJECT, Path(shutil.which(python) or python))
    except BuildFailed as failure:
        sys.exit(f"gehoor: {failure}")
    print(f"built: {built}")


if __name__ == "__main__":
    main(*sys.argv[1:])
