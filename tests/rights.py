"""What functions call, as it goes out, and what template.yaml lets their roles call."""

from __future__ import annotations

import re
from contextlib import contextmanager
from fnmatch import fnmatchcase
from typing import TYPE_CHECKING, Any, NamedTuple

from gehoor import bootstrap, bootstrap_intake, connections
from gehoor_ops.embedded import template
from moto_partiql import written

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from lambda_stack import Lambdas

RESOURCES: dict[str, Any] = template()["Resources"]
SERVICES = ("dynamodb", "sqs", "ssm", "sns")
LEADING_KEY = "entity"
PSEUDO = re.compile(r"\$\{AWS::(Partition|Region|AccountId)\}")


class Call(NamedTuple):
    """One right that a call needed; `leading_key` is "" for calls that name no item."""

    action: str
    resource: str
    leading_key: str = ""


class Grant(NamedTuple):
    """One action that a role allows on what matches `resource` and `leading_keys`."""

    action: str
    resource: str
    leading_keys: str = "*"

    def allows(self, call: Call) -> bool:
        """Whether the call needs no more than this."""
        return (
            call.action == self.action
            and fnmatchcase(call.resource, self.resource)
            and fnmatchcase(call.leading_key, self.leading_keys)
        )


def grants(function: str) -> list[Grant]:
    """What the role of a function allows, one action on one resource each."""
    role = "".join(word.title() for word in function.split("_")) + "Role"
    statements = RESOURCES[role]["Properties"]["Policies"][0]["PolicyDocument"]["Statement"]
    return [
        Grant(action, _granted_name(resource), _leading_keys(statement))
        for statement in statements
        for action in _listed(statement["Action"])
        for resource in _listed(statement["Resource"])
    ]


def _leading_keys(statement: dict[str, Any]) -> str:
    condition = statement.get("Condition", {}).get("ForAllValues:StringLike", {})
    [keys] = condition.get("dynamodb:LeadingKeys", ["*"])
    return str(keys)


def _listed(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [value]


def _granted_name(resource: dict[str, Any]) -> str:
    """`CoreTable/index/seen`, `PollsQueue`, `parameter/gehoor/*`, `log-group:/aws/...`."""
    if "Fn::GetAtt" in resource:
        return str(resource["Fn::GetAtt"][0])
    name = str(resource["Fn::Sub"])
    if name.startswith("arn:"):
        return PSEUDO.sub("", name).split(":", 5)[5]
    return name.replace("${", "").replace(".Arn}", "")


class Watch:
    """Keeps what each function calls."""

    def __init__(self) -> None:
        self.used: dict[str, set[Call]] = {}
        self._function = ""

    @contextmanager
    def watching(self, lambdas: Lambdas) -> Iterator[None]:
        """Look at the calls that `lambdas` make, until the block ends."""
        call = lambdas.call
        clients = (lambdas.stack.dynamodb, lambdas.stack.sqs)
        # Clients that the functions make by themselves inherit what their session has.
        emitters = [
            *(client.meta.events for client in clients),
            bootstrap.aws().get_component("event_emitter"),
        ]
        lambdas.call = self._noting(call)  # type: ignore[method-assign]
        for emitter in emitters:
            emitter.register("before-parameter-build", self._note)
        try:
            yield
        finally:
            lambdas.call = call  # type: ignore[method-assign]
            for emitter in emitters:
                emitter.unregister("before-parameter-build", self._note)

    def _noting(self, call: Callable[..., Any]) -> Callable[..., Any]:
        def noted(function: str, event: dict[str, Any] | None = None) -> Any:
            _forget()
            self._function = function
            try:
                return call(function, event)
            finally:
                self._function = ""

        return noted

    def _note(self, params: dict[str, Any], model: Any, **_: Any) -> None:
        service = str(model.service_model.service_name)
        if self._function and service in SERVICES:
            found = self.used.setdefault(self._function, set())
            found.update(_needed(service, str(model.name), params))


def _forget() -> None:
    """Each function is a process of its own: none knows what another has read."""
    for known in (
        bootstrap.secrets,
        bootstrap._config_reader,
        connections._setup_reader,
        bootstrap_intake._weights_reader,
        bootstrap_intake._taken_in,
    ):
        known.cache_clear()


def _needed(service: str, operation: str, params: dict[str, Any]) -> Iterator[Call]:
    """The rights that one call needs: IAM's batch of messages is a message sent."""
    if service == "sqs":
        queue = params["QueueUrl"].rpartition("/")[2]
        yield Call("sqs:" + operation.removesuffix("Batch"), queue)
    elif service == "sns":
        yield Call(f"sns:{operation}", params["TopicArn"].rpartition(":")[2])
    elif service == "ssm":
        yield Call(f"ssm:{operation}", f"parameter{params['Name']}")
    elif operation == "BatchExecuteStatement":
        for statement in params["Statements"]:
            table, key = written(statement)
            verb = statement["Statement"].partition(" ")[0].title()
            yield Call(f"dynamodb:PartiQL{verb}", table, key[LEADING_KEY]["S"])
    else:
        for table, leading_key in _items(params):
            yield Call(f"dynamodb:{operation}", table, leading_key)


def _items(params: dict[str, Any]) -> Iterator[tuple[str, str]]:
    """Table and leading key of each item that a call names; a query names none."""
    for table, asked in params.get("RequestItems", {}).items():
        keys = asked["Keys"] if "Keys" in asked else [one["PutRequest"]["Item"] for one in asked]
        for key in keys:
            yield table, key[LEADING_KEY]["S"]
    if "TableName" in params:
        index = f"/index/{params['IndexName']}" if "IndexName" in params else ""
        key = params.get("Key", params.get("Item", {}))
        yield params["TableName"] + index, key.get(LEADING_KEY, {}).get("S", "")
