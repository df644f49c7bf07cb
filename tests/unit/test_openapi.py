"""docs/openapi.yaml is an OpenAPI 3.1 document, and what it shows is what gehoor takes."""

import json
import re
from collections.abc import Iterator
from copy import deepcopy
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from aws_lambda_powertools.event_handler.openapi.models import OpenAPI
from jsonschema import Draft202012Validator

import openapi
from factories import comment_draft, ticket_draft
from fakes.clock import FakeMetrics
from fakes.queues import FakeQueues
from fakes.stores import FakeInbox, FakeReplays
from fakes.wiring import wiring
from gehoor.errors import AuthExpired, ContractBroken, Gone, Rejected
from gehoor.helpdesks.webhook import Settings, connect
from gehoor.http import Http
from gehoor.usecases.receive import Secret, receive
from gehoor.webhooks import webhook
from loopback import Answer, serving
from webhook_receiver import SECRET, signed

DOCUMENT = openapi.document()
INBOUND = DOCUMENT["paths"]["/hooks/webhook"]["post"]
OUTGOING = {name: item["post"] for name, item in DOCUMENT["webhooks"].items()}
METHODS = {"get", "put", "post", "delete", "options", "head", "patch", "trace"}


def parts(value: Any) -> Iterator[dict[str, Any]]:
    """Every object in the document."""
    if isinstance(value, dict):
        yield value
        value = list(value.values())
    if isinstance(value, list):
        for part in value:
            yield from parts(part)


def schemas(value: Any) -> Iterator[Any]:
    """Every schema in the document."""
    yield from DOCUMENT["components"]["schemas"].values()
    yield from (part["schema"] for part in parts(value) if "schema" in part)


def examples(operation: dict[str, Any]) -> Iterator[tuple[str, Any]]:
    """Every example of an operation's body, with the name of the body's schema."""
    for media in operation["requestBody"]["content"].values():
        name = media["schema"]["$ref"].rpartition("/")[2]
        yield from ((name, example["value"]) for example in media["examples"].values())


SENT_IN = [value for _, value in examples(INBOUND)]
SENT_OUT = [example for operation in OUTGOING.values() for example in examples(operation)]


def test_it_is_an_openapi_document() -> None:
    # Given a model of OpenAPI 3.1 that others wrote
    model = OpenAPI.model_validate(DOCUMENT)
    # Then it takes the document
    assert model.openapi == "3.1.0"
    # And every reference leads somewhere
    references = [part["$ref"] for part in parts(DOCUMENT) if "$ref" in part]
    assert len(references) > 10
    assert all(openapi.at(reference) for reference in references)
    # And every operation has a name of its own and says what its answers mean
    items = [*DOCUMENT["paths"].values(), *DOCUMENT["webhooks"].values()]
    operations = [item[method] for item in items for method in METHODS & item.keys()]
    names = [operation["operationId"] for operation in operations]
    assert len(set(names)) == len(operations) == 5
    for operation in operations:
        for status, answer in operation["responses"].items():
            assert re.fullmatch(r"[1-5](\d\d|XX)", status)
            answer = openapi.at(answer["$ref"]) if "$ref" in answer else answer
            assert answer["description"]


def test_every_schema_is_one() -> None:
    for schema in schemas(DOCUMENT):
        Draft202012Validator.check_schema(schema)


@pytest.mark.parametrize("operation", [INBOUND, *OUTGOING.values()], ids=["in", *OUTGOING])
def test_every_call_carries_the_headers_of_a_standard_webhook(operation: dict[str, Any]) -> None:
    headers = [openapi.at(parameter["$ref"]) for parameter in operation["parameters"]]
    assert all(header["in"] == "header" and header["required"] for header in headers)
    assert [header["name"] for header in headers] == [
        webhook.ID,
        webhook.TIMESTAMP,
        webhook.SIGNATURE,
    ]
    # And what signing makes is as described
    values = signed("msg_1", "{}", SECRET)
    for header in headers:
        assert not list(Draft202012Validator(header["schema"]).iter_errors(values[header["name"]]))


def test_every_event_gehoor_sends_is_described_and_no_other() -> None:
    assert set(OUTGOING) == set(openapi.SCHEMAS)
    for name, operation in OUTGOING.items():
        [media] = operation["requestBody"]["content"].items()
        assert media[0] == "application/cloudevents+json"
        assert media[1]["schema"]["$ref"].endswith(f"/{openapi.SCHEMAS[name]}")


@pytest.mark.parametrize(("schema", "example"), SENT_OUT)
def test_an_example_of_an_event_fits_its_schema(schema: str, example: dict[str, Any]) -> None:
    assert openapi.faults(schema, example) == []
    # And one with anything more or less does not
    more, less, other = (deepcopy(example) for _ in range(3))
    more["data"]["more"] = 1
    del less["data"]["external_id"]
    other["type"] = "comment.created"
    assert all(openapi.faults(schema, wrong) for wrong in (more, less, other))


def hand_in(
    body: object, inbox: FakeInbox, secret: str = SECRET, known: Secret = lambda _max_age: SECRET
) -> int:
    """The status that a call with this body is answered with."""
    text = json.dumps(body)
    headers, queues = signed("msg_1", text, secret), FakeQueues()
    return receive(
        webhook,
        headers,
        text.encode(),
        known,
        lambda: inbox,
        queues,
        FakeReplays,
        now,
        FakeMetrics(),
    ).status


def now() -> datetime:
    return datetime.now(UTC)


@pytest.mark.parametrize("example", SENT_IN)
def test_an_example_of_a_comment_is_taken(example: dict[str, Any]) -> None:
    # Given an example that fits its schema
    assert openapi.faults("CommentCreated", example) == []
    # When it is sent in
    inbox = FakeInbox()
    assert hand_in(example, inbox) == 200
    # Then it is kept as it says
    [((ticket_id, comment_id), comment)] = inbox.comments.items()
    data = example["data"]
    assert (f"gehoor:{ticket_id}", comment_id) == (data["external_id"], str(data["comment_id"]))
    assert (comment.text, comment.public) == (data["text"], data["public"])
    assert comment.by_agent


@pytest.mark.parametrize(
    ("change", "value"),
    [
        ("external_id", 17),
        ("external_id", "gehoor:a/b"),
        ("external_id", "gehoor:a_b"),
        ("comment_id", ""),
        ("comment_id", "a/b"),
        ("comment_id", "a" * 65),
        ("comment_id", True),
        ("text", None),
        ("text", "x" * 65_537),
        ("public", "yes"),
        ("author", {"name": "Sam"}),
        ("created_at", 5),
        ("attachments", -1),
        ("attachments", 1_000),
        ("attachments", "2"),
    ],
)
def test_what_the_schema_refuses_is_refused(change: str, value: object) -> None:
    body = deepcopy(SENT_IN[0])
    body["data"][change] = value
    assert openapi.faults("CommentCreated", body)
    with pytest.raises(ContractBroken):
        webhook.read(json.dumps(body).encode())


def test_the_statuses_of_incoming_calls_are_the_documented_ones() -> None:
    def unset(_max_age: timedelta) -> str:
        message = "not set"
        raise AuthExpired(message)

    # Given one call of each kind
    inbox, other_secret = FakeInbox(), "whsec_YW5vdGhlciBrZXkgb2YgdGhpcnR5LXR3byBieXRlcyE="
    nobody = receive(None, {}, b"", unset, FakeInbox, FakeQueues(), FakeReplays, now, FakeMetrics())
    found = {
        hand_in(SENT_IN[0], inbox): "taken",
        hand_in({"type": "comment.created"}, inbox): "unreadable",
        hand_in(SENT_IN[0], inbox, other_secret): "not proven",
        hand_in(SENT_IN[0], inbox, known=unset): "come again",
        nobody.status: "no such sender",
    }
    # Then the documentation names these and no others
    assert {str(status) for status in found} == set(INBOUND["responses"])


def answers(operation: dict[str, Any]) -> Iterator[tuple[int, dict[str, Any]]]:
    """Every answer that an operation shows: the status, and the response it refers to."""
    for status, reference in operation["responses"].items():
        yield int(status), openapi.at(reference["$ref"])


SHOWN = [
    (status, example["value"])
    for status, response in answers(OUTGOING["mention.created"])
    for media in response.get("content", {}).values()
    for example in media["examples"].values()
]


@pytest.mark.parametrize(("status", "body"), SHOWN)
def test_an_answer_that_is_shown_is_understood(status: int, body: dict[str, str]) -> None:
    # Given a receiver that answers as shown
    answer = Answer(json.dumps(body).encode(), status)
    with serving(lambda _: answer) as served:
        settings = Settings(kind="webhook", base_url=served.url, secret="/gehoor/hook")
        http = Http(now, frozenset({"127.0.0.1"}))
        helpdesk = connect(settings, wiring(SECRET, http))
        # When a mention opens a ticket, gehoor takes it as the description says
        if "ticket_id" in body:
            opened = helpdesk.open_ticket(ticket_draft("7", external_id="gehoor:0a1b"))
            assert opened.ticket_id == f"0a1b_{body['ticket_id']}"
        else:
            with pytest.raises(Gone if body["error"] == "ticket_gone" else Rejected):
                helpdesk.add_comment("0a1b", comment_draft())


def test_every_status_that_is_shown_is_told_apart() -> None:
    for name, operation in OUTGOING.items():
        shown = {status: response["description"] for status, response in answers(operation)}
        assert list(shown) == [200, 409, 401, 404, 410, 422, 429, 503], name
