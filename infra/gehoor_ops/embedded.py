"""The embedded AWS: starts ministack and deploys the real template to it."""

from __future__ import annotations

import io
import os
import zipfile
from typing import TYPE_CHECKING, Any, Final

import boto3
import yaml
from botocore.config import Config

from gehoor_ops.failures import CommandFailed
from gehoor_ops.processes import LOCALHOST, Note, free_port, start, wait_for
from gehoor_ops.workspace import FUNCTIONS, HOME, PACKAGE, PROJECT, RUN

if TYPE_CHECKING:
    from pathlib import Path

REGION: Final = "eu-west-1"
PORT = 4566
STACK = "gehoor"
BUCKET = "gehoor-code"
LOADED_FROM = "functions.zip"
TEMPLATE = "template.yaml"
"""From S3, as the SAM CLI does it: what is sent along may have 51,200 bytes, and this has more."""

ANY_KEY = "test"
CALLS = Config(connect_timeout=5, read_timeout=60, retries={"total_max_attempts": 2})


def start_emulator(note: Note) -> str:
    """Start the emulator in a clean environment; returns its address."""
    port = free_port(PORT)
    url = f"http://{LOCALHOST}:{port}"
    scratch = RUN / "tmp"
    scratch.mkdir()
    environment = {
        "PATH": os.environ["PATH"],
        "HOME": str(RUN),
        "TMPDIR": str(scratch),
        "BIND_HOST": LOCALHOST,
        "GATEWAY_PORT": str(port),
        "MINISTACK_REGION": REGION,
        "AWS_ACCESS_KEY_ID": ANY_KEY,
        "AWS_SECRET_ACCESS_KEY": ANY_KEY,
        "STATE_DIR": str(RUN / "aws"),
        "S3_DATA_DIR": str(RUN / "aws/s3"),
        "AUTH": "true",
    }
    log = RUN / "aws.log"
    program = start(
        "the embedded AWS",
        [HOME / "emulator/bin/python", HOME / "emulator/bin/ministack"],
        "emulator/bin/ministack",
        environment,
        log,
        RUN,
    )
    note(program)
    wait_for(program, f"{url}/_ministack/health", log)
    return url


def session() -> boto3.Session:
    """A session for the embedded AWS: its keys are not secret and open nothing else."""
    return boto3.Session(
        aws_access_key_id=ANY_KEY, aws_secret_access_key=ANY_KEY, region_name=REGION
    )


def deploy(url: str) -> dict[str, str]:
    """Deploy template.yaml with the functions of this checkout; returns the stack's outputs."""
    aws = session()
    s3 = aws.client("s3", endpoint_url=url, config=CALLS)
    s3.create_bucket(Bucket=BUCKET, CreateBucketConfiguration={"LocationConstraint": REGION})
    s3.put_object(Bucket=BUCKET, Key=LOADED_FROM, Body=package())
    body = yaml.dump(deployable(), sort_keys=False)
    s3.put_object(Bucket=BUCKET, Key=TEMPLATE, Body=body.encode())
    cloudformation = aws.client("cloudformation", endpoint_url=url, config=CALLS)
    cloudformation.create_stack(
        StackName=STACK,
        TemplateURL=f"{url}/{BUCKET}/{TEMPLATE}",
        Capabilities=["CAPABILITY_IAM", "CAPABILITY_AUTO_EXPAND"],
    )
    cloudformation.get_waiter("stack_create_complete").wait(
        StackName=STACK, WaiterConfig={"Delay": 1, "MaxAttempts": 120}
    )
    stack = cloudformation.describe_stacks(StackName=STACK)["Stacks"][0]
    return {output["OutputKey"]: output["OutputValue"] for output in stack["Outputs"]}


def invoke(url: str, function: str) -> None:
    """Run a function now, as its schedule would."""
    client = session().client("lambda", endpoint_url=url, config=CALLS)
    answer = client.invoke(FunctionName=f"{STACK}-{function}", Payload=b"{}")
    if "FunctionError" in answer:
        raise CommandFailed(f"the function {function} failed", f"read {RUN / 'aws.log'}")


def template() -> dict[str, Any]:
    """The project's template as SAM reads it."""
    text = (PROJECT / "template.yaml").read_text()
    loaded: dict[str, Any] = yaml.load(text, Loader=_KeepsTags)  # noqa: S506  a SafeLoader below
    return loaded


BATCHED = ("sqs:SendMessage", "sqs:ChangeMessageVisibility")
ANY_STATEMENT = {
    "Effect": "Allow",
    "Action": ["dynamodb:BatchExecuteStatement"],
    "Resource": "*",
}


def deployable() -> dict[str, Any]:
    """The template with three changes: where the code lies, some actions' names, and concurrency.

    The emulator asks for sqs:SendMessageBatch and its like, which IAM does not know: on AWS,
    sqs:SendMessage covers batches. It takes a parameter of type Number for text, so that the
    defaults are written out where a queue's concurrency is. Of several statements in one call it
    does not see the table.
    """
    loaded = template()
    for resource in loaded["Resources"].values():
        for event in resource["Properties"].get("Events", {}).values():
            scaling = event["Properties"]["ScalingConfig"]
            name = scaling["MaximumConcurrency"]["Ref"]
            scaling["MaximumConcurrency"] = loaded["Parameters"][name]["Default"]
    loaded["Globals"]["Function"]["CodeUri"] = {"Bucket": BUCKET, "Key": LOADED_FROM}
    for resource in loaded["Resources"].values():
        for policy in resource["Properties"].get("Policies", []):
            statements = policy["PolicyDocument"]["Statement"]
            for statement in list(statements):
                statement["Action"] += [f"{a}Batch" for a in BATCHED if a in statement["Action"]]
                if "dynamodb:PartiQLInsert" in statement["Action"]:
                    statements.append(ANY_STATEMENT)
    return loaded


def package() -> bytes:
    """The functions and what they import, for the interpreter that runs the emulator."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_STORED) as archive:
        for root in (PACKAGE, FUNCTIONS):
            for path in sorted(root.rglob("*")):
                if path.is_file() and _is_wanted(path, root):
                    archive.write(path, path.relative_to(root))
    return buffer.getvalue()


def _is_wanted(path: Path, root: Path) -> bool:
    """Everything but the bytecode of the checkout, which may be stale."""
    return root is PACKAGE or "__pycache__" not in path.parts


class _KeepsTags(yaml.SafeLoader):
    """Reads CloudFormation's short forms (!Ref, !Sub ...) as their long ones."""


def _long_form(loader: yaml.SafeLoader, suffix: str, node: yaml.Node) -> dict[str, Any]:
    name = suffix if suffix in ("Ref", "Condition") else f"Fn::{suffix}"
    if isinstance(node, yaml.ScalarNode):
        value: Any = loader.construct_scalar(node)
        return {name: value.split(".", 1) if suffix == "GetAtt" else value}
    if isinstance(node, yaml.SequenceNode):
        return {name: loader.construct_sequence(node, deep=True)}
    raise yaml.constructor.ConstructorError(
        None, None, f"!{suffix} with a mapping", node.start_mark
    )


_KeepsTags.add_multi_constructor("!", _long_form)
