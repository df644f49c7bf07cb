"""The Mastodon adapter against a server nobody here wrote: mastodon-mock."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import requests

from fakes.clock import FakeClock
from fakes.reader import Reader
from fakes.wiring import network_wiring
from gehoor.domain.case import address_of
from gehoor.domain.mention import Mention, Visibility
from gehoor.errors import (
    AuthExpired,
    ContractBroken,
    Gone,
    RateLimited,
    Unavailable,
    UnknownOutcome,
)
from gehoor.http import Http
from gehoor.networks import adapter
from gehoor.ports.network import Network
from mastodon_server import MastodonServer
from mastodon_server import mastodon as mastodon  # a fixture
from pages import read_page

HOSTS = frozenset({"127.0.0.1"})


def now() -> datetime:
    return datetime.now(UTC)


@pytest.fixture
def server(mastodon: MastodonServer) -> Iterator[MastodonServer]:
    mastodon.reset()
    yield mastodon
    requests.delete(f"{mastodon.url}/api/v1/_mock/faults", timeout=10)


def connected(server: MastodonServer, token: str | None = None, **fields: Any) -> Network:
    module = adapter("mastodon")
    settings = module.Settings.model_validate(
        {"id": "masto", "network": "mastodon", "brand": "b", "secret": "/gehoor/masto"}
        | {"base_url": server.url, **fields}
    )
    wiring = network_wiring(Http(now, HOSTS), token or server.token("brandcare"))
    return module.connect(settings, wiring)


def read_all(network: Network) -> list[Mention]:
    """All that is heard on a connection, read for the first time."""
    reader = Reader(lambda: network, FakeClock(now()))
    reader.read_all()
    return reader.store.mentions


def fault(server: MastodonServer, path: str, **effect: Any) -> None:
    rule = {"match": {"path": path}, "effect": effect, "count": 1}
    requests.post(f"{server.url}/api/v1/_mock/faults", json=rule, timeout=10).raise_for_status()


def test_a_conversation_there_and_back(server: MastodonServer) -> None:
    # Given a customer who complains
    network = connected(server)
    root = server.post("alice", "@brandcare my parcel is late", spoiler_text="angry")
    reader = Reader(lambda: network, FakeClock(now()))
    reader.read_all()
    (mention,) = reader.store.mentions
    assert mention.text == "angry\n@brandcare my parcel is late"

    # When the brand answers
    text = "We look into it: https://noordlicht.example/track?id=1"
    posted = network.reply(address_of(mention), text, "key-1")

    # Then the answer stands in the thread, and the customer is told of it
    context = server.call("alice", "GET", f"/api/v1/statuses/{root['id']}/context")
    assert [status["id"] for status in context["descendants"]] == [posted.native_id]
    told = server.call("alice", "GET", "/api/v1/notifications?types[]=mention")
    assert [one["status"]["id"] for one in told] == [posted.native_id]

    # And it is found again, is not read as a mention, and belongs to the thread of what follows
    assert network.find_replies(address_of(mention), text, "key-1") == (posted,)
    server.post("alice", "@brandcare thanks", in_reply_to_id=posted.native_id)
    reader.read_all()
    (_, thanks) = reader.store.mentions
    thread = network.thread(thanks)
    assert thread.root == mention.uri
    assert [post.by_brand for post in thread.earlier] == [False, True]


def test_the_same_key_answers_once(server: MastodonServer) -> None:
    server.post("alice", "@brandcare hello?")
    network = connected(server)
    (mention,) = read_all(network)

    first, second = (network.reply(address_of(mention), "Hello!", "key") for _ in range(2))

    assert first == second


def test_a_private_message_is_answered_privately(server: MastodonServer) -> None:
    server.post("alice", "@brandcare my address is ...", visibility="direct")
    network = connected(server)
    (mention,) = read_all(network)
    assert mention.visibility is Visibility.DIRECT

    posted = network.reply(address_of(mention), "Thanks.", "key")

    answer = server.call("alice", "GET", f"/api/v1/statuses/{posted.native_id}")
    assert answer["visibility"] == "direct"


def test_a_public_post_can_be_answered_in_private(server: MastodonServer) -> None:
    # Given a public post, and an address that was narrowed to its author
    server.post("alice", "@brandcare my order is lost")
    network = connected(server)
    [mention] = read_all(network)
    address = replace(address_of(mention), visibility=Visibility.DIRECT)
    # When it is answered
    posted = network.reply(address, "Please tell us your order number here.", "key")
    # Then it is a direct message, and the author is told of it
    answer = server.call("alice", "GET", f"/api/v1/statuses/{posted.native_id}")
    assert answer["visibility"] == "direct"
    told = server.call("alice", "GET", "/api/v1/notifications?types[]=mention")
    assert [one["status"]["id"] for one in told] == [posted.native_id]


@pytest.mark.parametrize("visibility", [Visibility.PUBLIC, Visibility.DIRECT])
def test_a_long_answer_is_a_thread_of_which_the_author_is_told(
    server: MastodonServer, visibility: Visibility
) -> None:
    # Given a public post
    root = server.post("alice", "@brandcare my order is lost")
    network = connected(server)
    [mention] = read_all(network)
    # When it is answered in parts, each below the one before
    address = replace(address_of(mention), visibility=visibility)
    posted: list[str] = []
    for number in (1, 2, 3):
        part = network.reply(address, f"Part. ({number}/3)", f"key:{number}")
        address = replace(address, native_id=part.native_id)
        posted.append(part.native_id)
        assert part.visibility is visibility
    # Then they are a thread below the post
    statuses = [server.call("alice", "GET", f"/api/v1/statuses/{one}") for one in posted]
    assert [one["in_reply_to_id"] for one in statuses] == [root["id"], *posted[:2]]
    # And the author is told of each
    told = server.call("alice", "GET", "/api/v1/notifications?types[]=mention")
    assert {one["status"]["id"] for one in told} == set(posted)


def test_a_conversation_moves_to_private_messages(server: MastodonServer) -> None:
    # Given a public post that is answered privately
    server.post("alice", "@brandcare my order is lost")
    network = connected(server)
    reader = Reader(lambda: network, FakeClock(now()))
    reader.read_all()
    [mention] = reader.store.mentions
    address = replace(address_of(mention), visibility=Visibility.DIRECT)
    posted = network.reply(address, "Please tell us your order number here.", "key")
    # When the author answers privately
    server.post("alice", "@brandcare 12345", in_reply_to_id=posted.native_id, visibility="direct")
    reader.read_all()
    [_, reply] = reader.store.mentions
    # Then that belongs to the thread of the public post, and is answered privately
    assert reply.visibility is Visibility.DIRECT
    assert network.thread(reply).root == mention.uri
    answer = network.reply(address_of(reply), "Found it.", "key-2")
    assert answer.visibility is Visibility.DIRECT
    told = server.call("alice", "GET", "/api/v1/notifications?types[]=mention")
    assert {one["status"]["id"] for one in told} == {posted.native_id, answer.native_id}


@pytest.mark.parametrize("hours", [-1, 1])
def test_a_clock_an_hour_off_loses_nothing(server: MastodonServer, hours: int) -> None:
    # Given a clock of ours that is an hour off
    network = connected(server)
    reader = Reader(lambda: network, FakeClock(now() + timedelta(hours=hours)))
    server.post("alice", "@brandcare one")
    reader.settle()
    # When another post comes
    server.post("bob", "@brandcare two")
    reader.settle()
    # Then each is given out once
    assert reader.texts == ["@brandcare one", "@brandcare two"]


def test_a_burst_arrives_whole_and_once(server: MastodonServer) -> None:
    # Given a source that was read
    network = connected(server)
    server.post("bob", "@brandcare first")
    reader = Reader(lambda: network, FakeClock(now()))
    reader.read_all()

    # When more comes than fits on two pages
    sent = {f"@brandcare {number}" for number in range(95)}
    for text in sorted(sent):
        server.post("alice", text)
    heard = reader.read_all()

    # Then
    assert sorted(heard) == sorted(sent)
    assert reader.settle() == []


def test_a_hashtag_is_followed(server: MastodonServer) -> None:
    server.post("alice", "so happy with #noordlicht")
    server.post("brandcare", "our own #noordlicht")
    server.post("bob", "nothing")

    mentions = read_all(connected(server, hashtag="noordlicht"))

    assert [mention.text for mention in mentions] == ["so happy with #noordlicht"]


def test_a_deleted_post_is_not_answered(server: MastodonServer) -> None:
    status = server.post("alice", "@brandcare never mind")
    network = connected(server)
    (mention,) = read_all(network)
    server.call("alice", "DELETE", f"/api/v1/statuses/{status['id']}")

    with pytest.raises(Gone):
        network.reply(address_of(mention), "Hello", "key")
    with pytest.raises(Gone):
        network.thread(mention)


def test_a_dead_token_is_told_apart(server: MastodonServer) -> None:
    with pytest.raises(AuthExpired):
        read_page(connected(server, "revoked"), now())


@pytest.mark.parametrize(
    ("effect", "error"),
    [
        ({"type": "status", "status": 500}, Unavailable),
        ({"type": "status", "status": 503}, Unavailable),
        ({"type": "ratelimit"}, RateLimited),
        ({"type": "malformed"}, ContractBroken),
    ],
)
def test_a_fault_while_reading_loses_nothing(
    server: MastodonServer, effect: dict[str, Any], error: type[Exception]
) -> None:
    # Given a mention, and a server that fails once
    network = connected(server)
    server.post("alice", "@brandcare hello")
    fault(server, "/api/v1/notifications", **effect)

    # When it is read twice
    with pytest.raises(error):
        read_page(network, now())
    mentions = read_all(network)

    # Then it arrives
    assert len(mentions) == 1


def test_an_answer_with_an_unknown_outcome_can_be_looked_for(server: MastodonServer) -> None:
    server.post("alice", "@brandcare hello")
    network = connected(server)
    (mention,) = read_all(network)
    fault(server, "/api/v1/statuses", type="status", status=502)

    with pytest.raises(UnknownOutcome):
        network.reply(address_of(mention), "Hello", "key")

    assert network.find_replies(address_of(mention), "Hello", "key") == ()


def test_the_limit_is_read(server: MastodonServer) -> None:
    assert connected(server).capabilities().text_limit == 500


def test_what_became_of_posts_is_told(server: MastodonServer) -> None:
    # Given three posts, of which one is edited and one deleted
    network = connected(server)
    ids = [server.post("alice", f"@brandcare {name}")["id"] for name in ("one", "two", "three")]
    mentions = read_all(network)
    changed = {"status": "@brandcare too"}
    server.call("alice", "PUT", f"/api/v1/statuses/{ids[1]}", json=changed)
    server.call("alice", "DELETE", f"/api/v1/statuses/{ids[2]}")

    # When they are looked at
    told = network.recheck(ids)

    # Then each is told as it is
    same, edited = told[ids[0]], told[ids[1]]
    assert same is not None
    assert same.mention in mentions
    assert edited is not None
    assert edited.mention.text == "@brandcare too"
    assert edited.mention.edited_at is not None
    assert told[ids[2]] is None


@pytest.mark.parametrize(
    ("effect", "error"),
    [
        ({"type": "status", "status": 503}, Unavailable),
        ({"type": "ratelimit"}, RateLimited),
        ({"type": "malformed"}, ContractBroken),
    ],
)
def test_a_fault_while_looking_says_nothing_about_a_post(
    server: MastodonServer, effect: dict[str, Any], error: type[Exception]
) -> None:
    network = connected(server)
    status = server.post("alice", "@brandcare hello")
    fault(server, "/api/v1/statuses", **effect)

    with pytest.raises(error):
        network.recheck([status["id"]])

    assert network.recheck([status["id"]])[status["id"]] is not None


def test_a_dead_token_says_nothing_about_a_post(server: MastodonServer) -> None:
    status = server.post("alice", "@brandcare hello", visibility="direct")
    server.call("alice", "DELETE", f"/api/v1/statuses/{status['id']}")

    with pytest.raises(AuthExpired):
        connected(server, "revoked").recheck([status["id"]])
