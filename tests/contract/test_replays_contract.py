"""What every store of replays must do: in memory and in DynamoDB."""

from collections import Counter
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest

from factories import NOW
from fakes.stores import FakeReplays
from gehoor.aws.replays import DynamoReplays
from gehoor.errors import Unavailable
from gehoor.ports.stores import Replays
from moto_stack import Stack, moto_stack


@pytest.fixture
def stack() -> Iterator[Stack]:
    with moto_stack() as made:
        yield made


@pytest.fixture(params=["memory", "dynamodb"])
def replays(request: pytest.FixtureRequest) -> Replays:
    if request.param == "memory":
        return FakeReplays()
    stack: Stack = request.getfixturevalue("stack")
    return DynamoReplays(stack.dynamodb, stack.state)


def test_a_call_nobody_took_is_not_seen(replays: Replays) -> None:
    assert not replays.seen(["signature", "invocation"])


@pytest.mark.parametrize("names", [["a", "b"], ["b", "new"], ["new", "a"], ["a"]])
def test_a_call_is_seen_by_any_of_its_names(replays: Replays, names: list[str]) -> None:
    replays.remember(["a", "b"], NOW)
    assert replays.seen(names)


def test_another_call_is_not_seen(replays: Replays) -> None:
    replays.remember(["a", "b"], NOW)
    assert not replays.seen(["c", "d"])


def test_a_call_may_be_remembered_twice(replays: Replays) -> None:
    replays.remember(["a", "b"], NOW)
    replays.remember(["a", "b"], NOW)
    assert replays.seen(["a"])


def test_a_question_is_one_call_and_so_is_a_note(stack: Stack) -> None:
    # Given a store whose calls are counted
    calls: Counter[str] = Counter()

    def watch(model: Any, **_: Any) -> None:
        calls[model.name] += 1

    stack.dynamodb.meta.events.register("before-parameter-build.dynamodb", watch)
    replays = DynamoReplays(stack.dynamodb, stack.state)
    # When a call with two names is looked for and noted
    replays.seen(["a", "b"])
    replays.remember(["a", "b"], NOW)
    # Then each is one call to AWS
    assert calls == {"BatchGetItem": 1, "BatchWriteItem": 1}


def test_what_is_kept_ends_after_a_day_and_names_nothing_else(stack: Stack) -> None:
    DynamoReplays(stack.dynamodb, stack.state).remember(["a"], NOW)
    [item] = stack.dynamodb.scan(TableName=stack.state)["Items"]
    ends = str(int((NOW + timedelta(days=1)).timestamp()))
    assert item == {
        "entity": {"S": "webhook#a"},
        "part": {"S": "replay"},
        "expires_at": {"N": ends},
    }


@pytest.mark.parametrize(
    ("call", "left"),
    [("BatchGetItem", "UnprocessedKeys"), ("BatchWriteItem", "UnprocessedItems")],
)
def test_an_answer_in_part_is_no_answer(stack: Stack, call: str, left: str) -> None:
    # Given a DynamoDB that leaves some of a call undone
    def leave(parsed: dict[str, Any], **_: Any) -> None:
        parsed[left] = {stack.state: {"Keys": []}}

    stack.dynamodb.meta.events.register(f"after-call.dynamodb.{call}", leave)
    replays = DynamoReplays(stack.dynamodb, stack.state)
    # Then nobody takes it for a whole one
    with pytest.raises(Unavailable, match="in part"):
        _ask(replays, call)


def _ask(replays: Replays, call: str) -> None:
    if call == "BatchGetItem":
        replays.seen(["a"])
    else:
        replays.remember(["a"], NOW)
