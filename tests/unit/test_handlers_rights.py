"""Every function may do what it does: its calls to tables and queues against its own role."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest

from factories import NOW, author, mention
from fakes.compliance import DURATION, FakeComplianceJobs
from gehoor import bootstrap, networks
from gehoor.aws.mentions import Mentions
from gehoor.usecases.compliance import EVERY
from gehoor.usecases.recheck import SECOND_LOOK
from gehoor_ops.embedded import template
from lambda_stack import Lambdas, lambda_stack

if TYPE_CHECKING:
    from collections.abc import Iterator

    from gehoor.domain.mention import Mention

pytestmark = pytest.mark.filterwarnings("ignore:No application metrics to publish:UserWarning")
RESOURCES: dict[str, Any] = template()["Resources"]
HOUR = timedelta(hours=1)
Right = tuple[str, str]


class Watch:
    """The calls of each function to tables and queues: action and resource."""

    def __init__(self, lambdas: Lambdas) -> None:
        self.used: dict[str, set[Right]] = {}
        self._function = ""
        self._call = lambdas.call
        for service in ("dynamodb", "sqs"):
            client = getattr(lambdas.stack, service)
            client.meta.events.register(f"before-parameter-build.{service}", self._note)

    def call(self, function: str, event: dict[str, Any] | None = None) -> Any:
        self._function = function
        try:
            return self._call(function, event)
        finally:
            self._function = ""

    def _note(self, params: dict[str, Any], model: Any, **_: Any) -> None:
        if not self._function:
            return
        for resource, action in _resources(params, model.name):
            self.used.setdefault(self._function, set()).add((action, resource))


def _resources(params: dict[str, Any], operation: str) -> list[tuple[str, str]]:
    if "QueueUrl" in params:
        action = "sqs:" + operation.removesuffix("Batch")
        return [(params["QueueUrl"].rpartition("/")[2], action)]
    if "RequestItems" in params:
        return [(table, f"dynamodb:{operation}") for table in params["RequestItems"]]
    index = f"/index/{params['IndexName']}" if "IndexName" in params else ""
    return [(params["TableName"] + index, f"dynamodb:{operation}")]


def allowed(function: str) -> set[Right]:
    role = "".join(word.title() for word in function.split("_")) + "Role"
    statements = RESOURCES[role]["Properties"]["Policies"][0]["PolicyDocument"]["Statement"]
    return {
        (action, _name(resource))
        for statement in statements
        for action in _listed(statement["Action"])
        for resource in _listed(statement["Resource"])
    }


def _listed(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [value]


def _name(resource: dict[str, Any]) -> str:
    if "Fn::GetAtt" in resource:
        return str(resource["Fn::GetAtt"][0])
    return str(resource["Fn::Sub"]).replace("${", "").replace(".Arn}", "")


@pytest.fixture
def lambdas(monkeypatch: pytest.MonkeyPatch) -> Iterator[Lambdas]:
    with lambda_stack(monkeypatch) as made:
        yield made


def said(name: str, text: str = "My parcel is lost") -> Mention:
    by = author(network="mastodon")
    return mention(name, network="mastodon", author=by, text=text, posted_at=NOW)


def turn(lambdas: Lambdas, after: timedelta) -> None:
    """Time passes; then every function does what there is to do."""
    lambdas.clock.now += after
    lambdas.call("sweep")
    lambdas.call("dispatch_polls")
    for _ in range(2):
        lambdas.poll()
        lambdas.deliver()


def test_functions_keep_within_their_roles(
    lambdas: Lambdas, monkeypatch: pytest.MonkeyPatch
) -> None:
    # Given posts, one of which is edited and comes with a poll again
    watch = Watch(lambdas)
    monkeypatch.setattr(lambdas, "call", watch.call)
    for name in ("1", "2", "3"):
        lambdas.town.post(said(name))
    turn(lambdas, timedelta(0))
    lambdas.town.post(replace(said("1"), text="There is a fire", edited_at=NOW))
    turn(lambdas, timedelta(minutes=5))
    # When another is edited, one is deleted, and looks at them are due
    lambdas.town.edit(replace(said("2"), text="There is a fire too", edited_at=NOW))
    lambdas.town.deleted.add("3")
    turn(lambdas, HOUR)
    turn(lambdas, SECOND_LOOK)
    turn(lambdas, 6 * HOUR)
    # Then all of that is in the tickets
    comments = [c for ticket in lambdas.helpdesk.tickets.values() for c in ticket.comments]
    kinds = [c.marker.partition(":")[0] for c in comments if ":" in c.marker]
    assert {kind: kinds.count(kind) for kind in ("edited", "gone")} == {"edited": 2, "gone": 1}
    found = Mentions(lambdas.stack.dynamodb, lambdas.stack.core).get(said("3").mention_id)
    assert found is not None
    assert found.mention == said("3").without_words()
    # And no function called what its role does not allow
    assert set(watch.used) == {"sweep", "dispatch_polls", "poll_source", "deliver_mention"}
    beyond = {name: used - allowed(name) for name, used in watch.used.items()}
    assert beyond == {name: set() for name in watch.used}


def test_following_deletions_keeps_within_the_roles(
    lambdas: Lambdas, monkeypatch: pytest.MonkeyPatch
) -> None:
    # Given a network that tells of deletions in jobs, and a post of it
    watch = Watch(lambdas)
    monkeypatch.setattr(lambdas, "call", watch.call)
    jobs = FakeComplianceJobs(lambdas.town, lambdas.clock)
    monkeypatch.setattr(networks, "has_compliance_jobs", lambda _network: True)
    monkeypatch.setattr(bootstrap, "compliance_jobs", lambda _source_id: jobs)
    lambdas.town.post(said("1"))
    turn(lambdas, timedelta(0))
    # When it is deleted after its last look, and rounds of jobs come
    turn(lambdas, timedelta(days=31))
    lambdas.town.deleted.add("1")
    for wait in (DURATION, EVERY, DURATION, EVERY, DURATION):
        turn(lambdas, wait)
    # Then it is erased
    found = Mentions(lambdas.stack.dynamodb, lambdas.stack.core).get(said("1").mention_id)
    assert found is not None
    assert found.mention == said("1").without_words()
    # And no function called what its role does not allow
    assert ("dynamodb:BatchGetItem", "CoreTable") in watch.used["sweep"]
    beyond = {name: used - allowed(name) for name, used in watch.used.items()}
    assert beyond == {name: set() for name in watch.used}
