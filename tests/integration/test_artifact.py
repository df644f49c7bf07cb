"""What is uploaded to AWS: complete, small, compiled, the same for the same input; and deployed."""

from __future__ import annotations

import re
import subprocess
from typing import TYPE_CHECKING, Any

import boto3
import pytest

from built import Built, build_twice, fingerprint, runtime_python
from gehoor_ops import embedded
from gehoor_ops.artifact import CALLED, ON_LAMBDA, SAM, BuildFailed, build
from gehoor_ops.processes import Program, stop
from gehoor_ops.workspace import FUNCTIONS, HOME, PYTHON

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

pytestmark = [pytest.mark.sam, pytest.mark.timeout(900)]
BUDGET_MB = 45
AARCH64 = 183
"""The machine in an ELF header (https://refspecs.linuxfoundation.org/elf/, e_machine)."""

UNCHECKED_HASH = (1).to_bytes(4, "little")
"""The flags of bytecode by hash that is taken as it is (PEP 552)."""

STACK = "gehoor-built"
SHORTEST_ENVIRONMENT = {"AWS_DEFAULT_REGION": "eu-west-1"}
IMPORT_ALL = """
import pkgutil, sys
from importlib import import_module
sys.path.insert(0, sys.argv[1])
import gehoor
for module in pkgutil.walk_packages(gehoor.__path__, "gehoor."):
    import_module(module.name)
for name in sys.argv[2:]:
    assert callable(import_module(f"{name}.handler").handler)
from gehoor import bootstrap
for client in (bootstrap.dynamodb, bootstrap.sqs, bootstrap.ssm):
    client()
from gehoor.language import detect
assert detect("Mijn pakket is kwijt", ("nl",)) == "nl"
"""


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Built:
    return build_twice(tmp_path_factory.mktemp("built"))


def test_the_same_input_gives_the_same_bytes_for_every_function(built: Built) -> None:
    assert len(built.functions) == 6
    again = [built.second / folder.name for folder in built.functions]
    again.remove(built.importable)
    assert len({fingerprint(folder) for folder in (*built.functions, *again)}) == 1


def test_the_artifact_keeps_its_budget(built: Built) -> None:
    sizes = [path.stat().st_size for path in built.functions[0].rglob("*") if path.is_file()]
    assert sum(sizes) <= BUDGET_MB * 1_000_000


def test_every_source_has_bytecode_that_is_taken_as_it_is(built: Built) -> None:
    folder = built.functions[0]
    sources = {path for path in folder.rglob("*.py") if "__pycache__" not in path.parts}
    compiled = {
        path.parent.parent / f"{path.stem.split('.')[0]}.py": path for path in folder.rglob("*.pyc")
    }
    assert compiled.keys() == sources
    for path in compiled.values():
        assert path.read_bytes()[4:8] == UNCHECKED_HASH
    [handler] = (folder / "sweep/__pycache__").iterdir()
    assert f"{ON_LAMBDA}/sweep/handler.py".encode() in handler.read_bytes()


def test_what_is_native_is_for_the_functions_platform(built: Built) -> None:
    native = list(built.functions[0].rglob("*.so"))
    assert native
    for library in native:
        assert int.from_bytes(library.read_bytes()[18:20], "little") == AARCH64, library.name


def test_every_module_is_imported_in_an_empty_environment(built: Built) -> None:
    handlers = [path.parent.name for path in FUNCTIONS.glob("*/handler.py")]
    done = subprocess.run(
        [runtime_python(), "-I", "-S", "-c", IMPORT_ALL, built.importable, *handlers],
        env=SHORTEST_ENVIRONMENT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    assert len(handlers) == 6


def test_the_services_that_are_kept_are_those_that_are_called(built: Built) -> None:
    sources = "".join(path.read_text() for path in FUNCTIONS.rglob("*.py"))
    assert set(re.findall(r"create_client\(\s*\"(\w+)\"", sources)) == CALLED
    described = built.functions[0] / "botocore/data"
    assert {path.name for path in described.iterdir() if path.is_dir()} == CALLED


def test_another_python_builds_nothing(tmp_path: Path) -> None:
    with pytest.raises(BuildFailed, match="RUNTIME_PYTHON"):
        build(tmp_path, tmp_path / "python")
    assert not list(tmp_path.iterdir())


@pytest.fixture
def aws(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[boto3.Session]:
    """The embedded AWS, which the environment names."""
    if not (HOME / "emulator/bin/python").exists():
        pytest.skip(f"needs the embedded AWS; run: {PYTHON} -m gehoor_ops.workspace")
    monkeypatch.setattr(embedded, "RUN", tmp_path)
    started: list[Program] = []
    try:
        monkeypatch.setenv("AWS_ENDPOINT_URL", embedded.start_emulator(started.append))
        for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
            monkeypatch.setenv(name, embedded.ANY_KEY)
        monkeypatch.setenv("AWS_DEFAULT_REGION", embedded.REGION)
        yield boto3.Session()
    finally:
        stop(started)


def sam(project: Path, *words: str) -> None:
    command = [str(SAM), *words, "--stack-name", STACK]
    done = subprocess.run(command, cwd=project, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr


def deploy(project: Path, **parameters: str) -> None:
    given = [f"{name}={value}" for name, value in parameters.items()]
    overrides = ["--parameter-overrides", *given] if given else []
    always = ["--resolve-s3", "--capabilities", "CAPABILITY_IAM", "--no-confirm-changeset"]
    sam(project, "deploy", *always, *overrides)


def found(aws: boto3.Session) -> dict[str, Any]:
    """What the parameters of the template decide."""
    mappings = aws.client("lambda").list_event_source_mappings()["EventSourceMappings"]
    alarm = aws.client("cloudwatch").describe_alarms()["MetricAlarms"][0]
    return {
        "retention": {
            group["retentionInDays"]
            for group in aws.client("logs").describe_log_groups()["logGroups"]
        },
        "concurrency": sorted(m["ScalingConfig"]["MaximumConcurrency"] for m in mappings),
        "mailed": [s["Endpoint"] for s in aws.client("sns").list_subscriptions()["Subscriptions"]],
        "alarm actions": len(alarm["AlarmActions"]),
    }


def test_the_built_stack_is_deployed_updated_and_deleted(built: Built, aws: boto3.Session) -> None:
    # Given the artifact, deployed as a user does
    deploy(built.project)
    assert found(aws) == {
        "retention": {30},
        "concurrency": [2, 2, 2, 10],
        "mailed": [],
        "alarm actions": 0,
    }
    # When parameters are changed
    deploy(
        built.project,
        LogRetentionDays="90",
        AlarmEmail="ops@noordlicht.example",
        PollConcurrency="20",
        DeliveryConcurrency="3",
    )
    # Then the stack has it
    assert found(aws) == {
        "retention": {90},
        "concurrency": [3, 3, 3, 20],
        "mailed": ["ops@noordlicht.example"],
        "alarm actions": 1,
    }
    # And what is deleted leaves the table of mentions, and nothing that runs
    sam(built.project, "delete", "--no-prompts")
    assert aws.client("lambda").list_functions()["Functions"] == []
    [kept] = aws.client("dynamodb").list_tables()["TableNames"]
    assert "CoreTable" in kept
