"""Nothing personal and no secret is said: the search itself, and a long run that is searched."""

from __future__ import annotations

import base64
import html
import json
import logging
from contextlib import ExitStack
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

import boto3
import pytest

from desk_server import TOKEN, Desk, running_desk
from gehoor import bootstrap, connections
from gehoor.aws.config_store import ConfigStore
from gehoor.config import parse
from gehoor.webhooks.zendesk import COMMENT_ADDED
from lambda_stack import CONFIG, HOOK_SECRET, SOURCE, Lambdas, lambda_stack
from leaks import leaks, listening, word
from loopback import Answer, serving
from scripted_mastodon import TOKEN as MASTODON_TOKEN
from scripted_mastodon import ScriptedMastodon, json_answer, scripted_mastodon

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from gehoor.aws.sources import Sources

pytestmark = pytest.mark.filterwarnings("ignore:No application metrics to publish:UserWarning")
connected_helpdesk, connected_network = connections.helpdesk, connections.network
CONNECTED: dict[str, Any] = CONFIG
[SOURCE_CONFIG], HELPDESK_CONFIG = CONNECTED["sources"], CONNECTED["helpdesk"]
CRM_SECRET = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"
WORDS = (
    "a post",
    "an urgent post",
    "a private post",
    "a name",
    "a handle",
    "an answer",
    "an order",
)
PLANTED = {
    **{what: word(what) for what in WORDS},
    "an address": f"{word('an address')}@shop.example",
    "the network's token": MASTODON_TOKEN,
    "the helpdesk's token": TOKEN,
    "the webhook's secret": HOOK_SECRET,
    "the CRM's secret": CRM_SECRET.removeprefix("whsec_"),
}
WRITTEN: list[Callable[[str], str]] = [
    lambda one: f"before {one} after",
    str.upper,
    lambda one: json.dumps({"text": one}),
    lambda one: html.escape(f"<{one}>"),
    lambda one: f"https://social.example/?q={quote(one)}",
    lambda one: repr(one.encode()),
    lambda one: one.encode().hex(),
    *(
        lambda one, before=before: base64.b64encode(
            f"{'x' * before}{one} and more".encode()
        ).decode()
        for before in range(4)
    ),
]


@pytest.mark.parametrize("write", WRITTEN, ids=range(len(WRITTEN)))
@pytest.mark.parametrize("one", ["zq1b2c", "Zwaluwstraat 1", "Zoë & Anna", "a+b/c=?>"])
def test_a_planted_word_is_found_in_every_form(write: Callable[[str], str], one: str) -> None:
    assert leaks({"it": one, "other": word("other")}, ["nothing", write(one)]) == {"it"}


def test_what_was_not_planted_is_not_found() -> None:
    assert leaks(PLANTED, ["polled", json.dumps({"source_id": SOURCE}), ""]) == set()


@dataclass(frozen=True)
class Place:
    """The functions between a real client of the network, the Desk and a back office."""

    lambdas: Lambdas
    network: ScriptedMastodon
    desk: Desk

    def turn(self) -> None:
        """Ten minutes pass, and every function does what there is to do."""
        self.lambdas.clock.advance(minutes=10)
        self.lambdas.call("sweep")
        self.lambdas.call("dispatch_polls")
        self.lambdas.answer()
        self.lambdas.poll()
        self.lambdas.deliver()


@pytest.fixture
def place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Place]:
    told = {"name": PLANTED["an order"], "verified_email": PLANTED["an address"]}
    crm = {"kind": "http", "secret": "/gehoor/crm", "show": [{"label": "Name", "value": "/name"}]}
    with ExitStack() as stack:
        lambdas = stack.enter_context(lambda_stack(monkeypatch))
        desk = stack.enter_context(running_desk(tmp_path, lambdas.clock))
        office = stack.enter_context(serving(lambda _: json_answer(told)))
        network = stack.enter_context(scripted_mastodon())
        monkeypatch.setattr(connections, "helpdesk", connected_helpdesk)
        monkeypatch.setattr(connections, "network", connected_network)
        secrets = {"zendesk": TOKEN, "masto": MASTODON_TOKEN, "crm": CRM_SECRET}
        for name, value in secrets.items():
            boto3.client("ssm").put_parameter(
                Name=f"/gehoor/{name}", Value=value, Type="SecureString"
            )
        document: dict[str, Any] = {
            **CONFIG,
            "sources": [{**SOURCE_CONFIG, "base_url": network.url}],
            "helpdesk": {**HELPDESK_CONFIG, "base_url": desk.url},
            "crm": {**crm, "url": f"{office.url}/?id={{external_id}}"},
            "allow_private_hosts": ["127.0.0.1"],
        }
        store = ConfigStore(lambdas.stack.dynamodb, lambdas.stack.state)
        store.push(parse(document), lambdas.clock())
        yield Place(lambdas, network, desk)


def live(place: Place) -> None:
    """People write, agents answer, and then everything fails with the same words."""
    at, by = place.lambdas.clock(), f"{PLANTED['a handle']}@far.example"
    name = {"display_name": PLANTED["a name"]}
    for text, more in (
        (f"My parcel {PLANTED['a post']} is lost, mail {PLANTED['an address']}", {}),
        (f"There is a fire, I call my lawyer {PLANTED['an urgent post']}", {}),
        (f"My address is {PLANTED['a private post']}", {"visibility": "direct"}),
    ):
        place.network.mention(text, at, by, **more)["account"] |= name
    for _ in range(2):
        place.turn()
    for ticket in place.desk.get("/tickets")["tickets"]:
        agent = place.desk.get("/users/search?query=sam")["users"][0]["id"]
        comment = {"body": PLANTED["an answer"], "public": True, "author_id": agent}
        place.desk.put(f"/tickets/{ticket['id']}", {"ticket": {"comment": comment}})
        tell(place, ticket["id"], HOOK_SECRET)
        tell(place, ticket["id"], "guessed")
    for _ in range(2):
        place.turn()
    assert [post for post in place.network.posted if PLANTED["an answer"] in str(post)]
    fail(place)


def tell(place: Place, ticket_id: int, secret: str) -> None:
    comments = place.desk.get(f"/tickets/{ticket_id}/comments")["comments"]
    comment = {"id": str(comments[-1]["id"]), "body": PLANTED["an answer"]}
    event = {"type": COMMENT_ADDED, "detail": {"id": str(ticket_id)}, "event": {"comment": comment}}
    place.lambdas.webhook(json.dumps(event).encode(), secret=secret)


def fail(place: Place) -> None:
    """The helpdesk fails, then the network, which quotes what was said and fails another way."""
    place.desk.control("faults", {"count": 20, "status": 500}).raise_for_status()
    place.network.mention(f"{PLANTED['a post']} again", place.lambdas.clock(), "bob")
    for _ in range(3):
        place.turn()
    quoted, path = json.dumps(PLANTED).encode(), f"/{PLANTED['a handle']}"
    answers = iter(
        Answer(quoted, status, {"Content-Type": "application/json", "Location": path})
        for status in (200, 302, 401, 403, 404, 422, 429, 500, 503)
    )
    place.network.answers["/api/v1/notifications"] = lambda _: next(answers, None)
    for _ in range(9):
        place.lambdas.clock.advance(hours=2)
        place.turn()


def test_a_long_run_says_nothing_personal_and_no_secret(place: Place) -> None:
    with listening(place.lambdas) as said:
        live(place)
    assert leaks(PLANTED, said) == set()
    # And something was said: of all that went well, and of all that failed
    lines = place.lambdas.logged()
    messages = {line["message"] for line in lines}
    assert {"polled", "delivered", "applied", "swept", "webhook", "put back"} <= messages
    assert len({line["error"] for line in lines if line.get("error")}) > 5
    # And the words are where they belong
    kept = [json.dumps(place.desk.get(path)) for path in ("/tickets", "/users")]
    assert {"a post", "an urgent post", "a private post", "a name"} <= leaks(PLANTED, kept)


@pytest.mark.parametrize(
    "leak",
    [
        lambda lambdas: bootstrap.logger.info("delivered", text=PLANTED["a post"]),
        lambda lambdas: bootstrap.EmfMetrics().count(PLANTED["a handle"]),
        lambda lambdas: logging.getLogger("some.library").debug("%s", PLANTED["a name"]),
        lambda lambdas: lambdas.stack.sqs.send_message_batch(
            QueueUrl=lambdas.stack.urls.polls,
            Entries=[{"Id": "1", "MessageBody": TOKEN, "MessageGroupId": "1"}],
        ),
    ],
    ids=["log", "metric", "library", "queue"],
)
def test_a_planted_leak_is_found(
    monkeypatch: pytest.MonkeyPatch, leak: Callable[[Lambdas], None]
) -> None:
    # Given a sweep that tells one word
    with lambda_stack(monkeypatch) as lambdas, listening(lambdas) as said:
        sources = bootstrap.sources

        def telling() -> Sources:
            leak(lambdas)
            return sources()

        monkeypatch.setattr(bootstrap, "sources", telling)
        lambdas.call("sweep")
    # Then it is found, and nothing else
    assert len(leaks(PLANTED, said)) == 1
