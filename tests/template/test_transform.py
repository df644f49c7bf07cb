"""SAM's own transform turns the template into what the design asks for."""

from typing import Any

import pytest
from samtranslator.translator.transform import transform

from gehoor_ops.embedded import deployable


class NoManagedPolicies:
    """The template names no managed policy, so none has to be looked up."""

    def load(self) -> dict[str, str]:
        return {}


@pytest.fixture(scope="module")
def deployed() -> dict[str, Any]:
    with pytest.MonkeyPatch.context() as environment:
        environment.setenv("AWS_DEFAULT_REGION", "eu-west-1")
        resources: dict[str, Any] = transform(deployable(), {}, NoManagedPolicies())["Resources"]
    return resources


def of_type(resources: dict[str, Any], kind: str) -> list[dict[str, Any]]:
    return [r["Properties"] for r in resources.values() if r["Type"] == kind]


def test_the_transform_makes_no_roles_of_its_own(deployed: dict[str, Any]) -> None:
    written = {
        name for name, r in deployable()["Resources"].items() if r["Type"] == "AWS::IAM::Role"
    }
    made = {name for name, r in deployed.items() if r["Type"] == "AWS::IAM::Role"}
    assert made == written


def test_each_work_queue_is_mapped_with_single_failures(deployed: dict[str, Any]) -> None:
    mappings = of_type(deployed, "AWS::Lambda::EventSourceMapping")
    assert len(mappings) == 4
    assert all(m["FunctionResponseTypes"] == ["ReportBatchItemFailures"] for m in mappings)


def test_every_function_ships_the_same_code(deployed: dict[str, Any]) -> None:
    functions = of_type(deployed, "AWS::Lambda::Function")
    assert len(functions) == 6
    assert len({str(f["Code"]) for f in functions}) == 1
