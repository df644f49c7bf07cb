"""Bluesky's direct messages against the scripted server."""

import json
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta

import pytest

from bluesky_connection import connected, entries_of, mentions_of
from factories import JUDGEMENT
from fakes.world import World
from gehoor.domain.case import ReplyAddress, address_of
from gehoor.domain.listing import Ask, Floor
from gehoor.domain.mention import Visibility
from gehoor.domain.network import Broken
from gehoor.errors import ContractBroken, Gone, NotAllowed, Rejected, UnknownOutcome
from gehoor.networks.bluesky import Bluesky
from loopback import Answer
from scripted_bluesky import IDENTIFIER, NOW, did_of, json_answer, refused, written
from scripted_bluesky_chat import ScriptedChat, scripted_chat

MINUTE = timedelta(minutes=1)
FOLLOWING = "recipient requires incoming messages to come from someone they follow"


@pytest.fixture
def server() -> Iterator[ScriptedChat]:
    with scripted_chat() as script:
        yield script


@pytest.fixture
def network(server: ScriptedChat) -> Bluesky:
    return connected(server, messages=True)


def alone(server: ScriptedChat, network: Bluesky, author: str = "alice") -> ReplyAddress:
    """Where to answer a public post privately."""
    server.mention("My parcel is late", NOW, author)
    return replace(address_of(mentions_of(network, NOW)[0]), visibility=Visibility.DIRECT)


def test_messages_are_only_read_where_that_is_wanted(server: ScriptedChat) -> None:
    assert connected(server).lists() == ("mentions",)
    assert connected(server, messages=True).lists() == ("mentions", "messages")
    assert connected(server, messages=True, query="x").lists() == ("search", "messages")


def test_a_message_is_a_private_mention(server: ScriptedChat, network: Bluesky) -> None:
    server.say("My order number is 12", NOW)

    (mention,) = mentions_of(network, NOW, "messages")

    assert mention.text == "My order number is 12"
    assert mention.visibility is Visibility.DIRECT
    assert (mention.author.native_id, mention.author.handle) == (did_of("alice"), "@alice.test")
    assert mention.posted_at == NOW
    assert mention.permalink.startswith("https://bsky.app/messages/")


def test_whom_the_log_does_not_introduce_is_asked_for(
    server: ScriptedChat, network: Bluesky
) -> None:
    server.introduces = False
    for number in range(30):
        server.say("hello", NOW, f"customer-{number}")
    server.say("bye", NOW, "somebody")
    del server.handles[did_of("somebody")]

    handles = {mention.author.handle for mention in mentions_of(network, NOW, "messages")}

    assert handles == {f"@customer-{number}.test" for number in range(30)} | {"@handle.invalid"}
    asked = [one.query["actors"] for one in server.asked if one.path.endswith("getProfiles")]
    assert [len(one) for one in asked] == [25, 6]


def test_own_messages_and_other_events_steer_and_are_no_mentions(
    server: ScriptedChat, network: Bluesky
) -> None:
    server.say("theirs", NOW)
    server.happens("logReadMessage", NOW + MINUTE)
    deleted = {"id": "1", "rev": "1", "sender": {"did": did_of("alice")}, "sentAt": written(NOW)}
    server.happens("logCreateMessage", NOW + 2 * MINUTE, message=deleted)
    server.say("ours", NOW + 3 * MINUTE, IDENTIFIER)

    entries = entries_of(network, "messages", NOW)

    assert [entry.content is None for entry in entries] == [True, True, True, False]
    times = [entry.at.replace(microsecond=0) for entry in entries if entry.at]
    assert times == [NOW + number * MINUTE for number in (3, 2, 1, 0)]


def test_a_message_that_cannot_be_read_is_set_aside(server: ScriptedChat, network: Bluesky) -> None:
    server.say("broken", NOW)
    server.log[0]["message"]["sentAt"] = "yesterday"
    server.say("fine", NOW)

    contents = [entry.content for entry in entries_of(network, "messages", NOW)]

    assert sum(isinstance(content, Broken) for content in contents) == 1
    assert [mention.text for mention in mentions_of(network, NOW, "messages")] == ["fine"]


def test_a_message_is_read_again(server: ScriptedChat, network: Bluesky) -> None:
    server.say("hello", NOW)

    assert [network.parse(json.dumps(server.log[0]), NOW)] == mentions_of(network, NOW, "messages")


def test_the_log_is_read_from_the_floor_and_then_from_where_it_was_left(
    server: ScriptedChat, network: Bluesky
) -> None:
    # Given a log of several pages that begins before the floor
    server.log_size = 3
    server.say("long ago", NOW - timedelta(days=3))
    for number in range(7):
        server.say(f"number {number}", NOW + number * MINUTE)
    # When it is read
    heard = mentions_of(network, NOW, "messages")
    # Then everything above the floor comes once
    assert sorted(mention.text for mention in heard) == [f"number {number}" for number in range(7)]
    # And a later run goes on where it was left, whatever position it is given
    first = network.read(Ask("messages", Floor(NOW)), NOW)
    assert first.memory is not None
    later = network.read(Ask("messages", Floor(NOW), {"after": "2"}, first.memory), NOW)
    assert {entry.id for entry in later.entries}.isdisjoint(entry.id for entry in first.entries)
    # And at the end of the log nothing is forgotten
    end = {"messages_read_up_to": server.log[-1]["rev"]}
    last = network.read(Ask("messages", Floor(NOW), None, end), NOW)
    assert (last.entries, last.older, last.memory) == ((), None, None)


def test_a_log_that_tells_the_last_event_again_is_at_its_end(
    server: ScriptedChat, network: Bluesky
) -> None:
    server.say("hello", NOW)
    last = {"logs": [server.log[0]], "cursor": server.log[0]["rev"]}
    server.answers["chat.bsky.convo.getLog"] = lambda _: json_answer(last)
    memory = {"messages_read_up_to": server.log[0]["rev"]}

    page = network.read(Ask("messages", Floor(NOW), None, memory), NOW)

    assert (page.entries, page.older) == ((), None)


def test_what_was_said_before_is_the_thread(server: ScriptedChat, network: Bluesky) -> None:
    server.say("Hello", NOW - 3 * MINUTE)
    server.say("Not for us", NOW - 2 * MINUTE, "bob")
    network.reply(address_of(mentions_of(network, NOW, "messages")[-1]), "Hi!", "key")
    server.log[-1]["message"]["sentAt"] = written(NOW - MINUTE)
    server.say("My order number is 12", NOW)
    newest = max(mentions_of(network, NOW, "messages"), key=lambda mention: mention.posted_at)

    thread = network.thread(newest)

    assert [(post.text, post.by_brand, post.handle) for post in thread.earlier] == [
        ("Hello", False, "@alice.test"),
        ("Hi!", True, f"@{IDENTIFIER}"),
    ]
    others = {network.thread(one).root for one in mentions_of(network, NOW, "messages")}
    assert thread.root in others
    assert len(others) == 2


def test_a_conversation_is_one_case_however_long_it_pauses(
    server: ScriptedChat, network: Bluesky, monkeypatch: pytest.MonkeyPatch
) -> None:
    # Given two messages of one author, and one of another
    server.say("My parcel is lost", NOW - 2 * MINUTE)
    server.say("Not for us", NOW - MINUTE, "bob")
    server.say("Is there any news?", NOW)
    # When they are delivered, where no post joins a case only because it is open
    world = World()
    monkeypatch.setattr(world, "network", lambda _: network)
    heard = sorted(mentions_of(network, NOW, "messages"), key=lambda one: one.posted_at)
    for mention in heard:
        world.mentions.put_new(mention, JUDGEMENT, world.clock())
        world.deliver({"mention_id": mention.mention_id})
    # Then what the same two say to each other stands in one ticket
    tickets = world.helpdesk.tickets.values()
    markers = [[one.marker for one in ticket.comments] for ticket in tickets]
    assert [heard[2].mention_id in found for found in markers] == [True, False]


def test_a_private_answer_goes_to_the_author_alone(server: ScriptedChat, network: Bluesky) -> None:
    where = alone(server, network)

    posted = network.reply(where, "Tell us more: https://shop.example", "key")

    (message,) = server.said("alice")
    assert message["sender"]["did"] == server.own_did
    assert message["facets"][0]["features"][0]["uri"] == "https://shop.example"
    assert server.own_posts() == []
    assert posted.visibility is Visibility.DIRECT
    assert network.find_replies(where, "Tell us more: https://shop.example", "key") == (posted,)
    assert network.find_replies(where, "Something else", "key") == ()


def test_an_answer_goes_on_in_private_though_the_post_is_gone(
    server: ScriptedChat, network: Bluesky
) -> None:
    where = alone(server, network)
    del server.posts[where.native_id]

    assert network.reply(where, "Thanks.", "key").visibility is Visibility.DIRECT


def test_nothing_is_found_where_nobody_wrote(server: ScriptedChat, network: Bluesky) -> None:
    assert network.find_replies(alone(server, network), "Thanks.", "key") == ()


@pytest.mark.parametrize(
    ("refusal", "words"),
    [
        (refused("MessagesDisabled"), "takes no direct messages"),
        (refused("InvalidRequest", "recipient has disabled incoming messages"), "takes no direct"),
        (refused("NotFollowedBySender"), "only from accounts they follow"),
        (refused("InvalidRequest", FOLLOWING), "only from accounts they follow"),
        (refused("BlockedActor"), "blocked"),
        (refused("BlockedSubject"), "blocked"),
        (refused("AccountSuspended"), "suspended"),
    ],
)
def test_a_refusal_of_messages_is_explained(
    server: ScriptedChat, network: Bluesky, refusal: Answer, words: str
) -> None:
    where = alone(server, network)
    server.refuses[where.author_id] = refusal

    with pytest.raises(Rejected, match=words):
        network.reply(where, "Thanks.", "key")


def test_an_author_who_is_gone_is_gone(server: ScriptedChat, network: Bluesky) -> None:
    where = alone(server, network)
    server.refuses[where.author_id] = refused("InvalidRequest", "recipient does not exist")

    with pytest.raises(Gone):
        network.reply(where, "Thanks.", "key")


@pytest.mark.parametrize("status", [400, 401, 403])
def test_an_app_password_without_messages_is_named(
    server: ScriptedChat, network: Bluesky, status: int
) -> None:
    scope = refused("InvalidToken", "Bad token scope", status)
    server.answers["chat.bsky.convo.getLog"] = lambda _: scope

    with pytest.raises(NotAllowed, match="Allow access to your direct messages"):
        network.read(Ask("messages", Floor(NOW)), NOW)


@pytest.mark.parametrize("answer", [json_answer({}), refused("UpstreamFailure", status=502)])
def test_a_message_whose_answer_is_unclear_is_looked_for(
    server: ScriptedChat, network: Bluesky, answer: Answer
) -> None:
    where = alone(server, network)
    server.answers["chat.bsky.convo.sendMessage"] = lambda _: answer

    with pytest.raises(UnknownOutcome):
        network.reply(where, "Thanks.", "key")


def test_people_are_invited_to_write_only_where_that_is_heard(server: ScriptedChat) -> None:
    deaf, hearing = connected(server), connected(server, messages=True)

    assert deaf.capabilities().invitation == ""
    assert not deaf.capabilities().message
    invitation = hearing.capabilities().invitation
    assert f"https://bsky.app/profile/{server.own_did}" in invitation
    where = replace(alone(server, hearing), visibility=Visibility.PUBLIC)
    assert hearing.measure(where, invitation).excess == 0


def test_what_cannot_be_read_hides_nothing_else(server: ScriptedChat, network: Bluesky) -> None:
    # Given a conversation with a message, and a page of people with somebody, that make no sense
    server.introduces = False
    server.say("garbled", NOW - 2 * MINUTE)
    server.log[0]["message"]["sentAt"] = "yesterday"
    server.say("hello", NOW)
    people = {"profiles": [{"did": 5}, server.account("alice")]}
    server.answers["app.bsky.actor.getProfiles"] = lambda _: json_answer(people)
    # When the other message is read
    (mention,) = mentions_of(network, NOW, "messages")
    # Then it has its author, and its thread
    assert mention.author.handle == "@alice.test"
    assert network.thread(mention).earlier == ()


def test_a_conversation_without_a_name_breaks_the_contract(
    server: ScriptedChat, network: Bluesky
) -> None:
    where = alone(server, network)
    server.answers["chat.bsky.convo.getConvoForMembers"] = lambda _: json_answer({"convo": {}})

    with pytest.raises(ContractBroken):
        network.reply(where, "Thanks.", "key")
