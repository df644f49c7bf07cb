"""Bluesky's adapter against the scripted server: hearing, threads, answers."""

import json
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from bluesky_connection import connected, entries_of, mentions_of, pages_of
from gehoor.domain.case import ReplyAddress, address_of
from gehoor.domain.listing import Ask, Floor
from gehoor.domain.mention import Image, Visibility
from gehoor.domain.network import Broken, Thread
from gehoor.domain.reach import Reach
from gehoor.errors import ContractBroken, Gone, PositionLost, Rejected, UnknownOutcome
from gehoor.networks.bluesky import Bluesky
from loopback import Answer, Asked
from scripted_bluesky import IDENTIFIER, NOW, POST, did_of, json_answer, refused
from scripted_bluesky_chat import ScriptedChat, scripted_chat

MINUTE = timedelta(minutes=1)


@pytest.fixture
def server() -> Iterator[ScriptedChat]:
    with scripted_chat() as script:
        yield script


@pytest.fixture
def network(server: ScriptedChat) -> Bluesky:
    return connected(server)


def address(server: ScriptedChat, network: Bluesky) -> ReplyAddress:
    """Where to answer a mention that just came."""
    server.mention("My parcel is late", NOW)
    return address_of(mentions_of(network, NOW)[0])


# ---- hearing


def test_a_mention_is_named_by_did_and_timed_by_the_network(
    server: ScriptedChat, network: Bluesky
) -> None:
    # Given a post whose program lies about its time
    post = server.mention("Hallo?", NOW, createdAt="1999-01-01T00:00:00.000Z", langs=["nl"])
    # When it is heard
    (mention,) = mentions_of(network, NOW)
    # Then the author is the DID, and the time is when Bluesky listed it
    alice = did_of("alice")
    assert (mention.author.native_id, mention.author.handle) == (alice, "@alice.test")
    assert mention.native_id == mention.uri == post["uri"]
    assert mention.posted_at == NOW
    assert mention.language_hint == "nl"
    key = post["uri"].rpartition("/")[2]
    assert mention.permalink == f"https://bsky.app/profile/{alice}/post/{key}"
    assert mention.visibility is Visibility.PUBLIC


@pytest.mark.parametrize("reason", ["mention", "reply", "quote"])
def test_what_concerns_the_account_is_heard(
    server: ScriptedChat, network: Bluesky, reason: str
) -> None:
    server.mention("hello", NOW, "alice", reason)

    assert [mention.text for mention in mentions_of(network, NOW)] == ["hello"]


def test_likes_that_an_old_server_sends_along_steer_and_are_no_mentions(
    server: ScriptedChat, network: Bluesky
) -> None:
    like = server.mention("hello", NOW)
    server.answers["app.bsky.notification.listNotifications"] = lambda _: json_answer(
        {"notifications": [{**like, "reason": "like"}]}
    )

    (entry,) = entries_of(network, "mentions", NOW)
    assert (entry.at, entry.content) == (NOW, None)


def test_own_posts_steer_and_are_no_mentions(server: ScriptedChat, network: Bluesky) -> None:
    server.mention("ours", NOW, IDENTIFIER, "reply")

    (entry,) = entries_of(network, "mentions", NOW)
    assert (entry.at, entry.content) == (NOW, None)


def test_a_post_told_of_twice_is_one_entry(server: ScriptedChat, network: Bluesky) -> None:
    server.notify(server.mention("hello", NOW), "reply")

    assert len(entries_of(network, "mentions", NOW)) == 1


def test_the_list_is_read_to_its_end(server: ScriptedChat, network: Bluesky) -> None:
    server.page_size = 3
    for number in range(10):
        server.mention(f"number {number}", NOW + number * MINUTE)

    heard = [mention.text for mention in mentions_of(network, NOW)]
    assert heard == [f"number {number}" for number in reversed(range(10))]


@pytest.mark.parametrize("hidden", ["!hide", "spam"])
def test_what_moderation_hides_is_no_mention(
    server: ScriptedChat, network: Bluesky, hidden: str
) -> None:
    server.notifications[:] = []
    server.mention("buy now", NOW)
    server.notifications[0]["labels"] = [server.labelled(hidden)]

    (entry,) = entries_of(network, "mentions", NOW)
    assert entry.content is None


def test_a_hidden_account_is_not_heard_and_one_whose_label_was_withdrawn_is(
    server: ScriptedChat, network: Bluesky
) -> None:
    server.account_labels[did_of("spammer")] = [server.labelled("spam")]
    server.account_labels[did_of("alice")] = [
        server.labelled("spam"),
        {**server.labelled("spam"), "neg": True},
    ]
    server.mention("buy now", NOW, "spammer")
    server.mention("hello", NOW, "alice")

    assert [mention.text for mention in mentions_of(network, NOW)] == ["hello"]


def test_authors_cannot_hide_themselves_and_other_labels_are_told(
    server: ScriptedChat, network: Bluesky
) -> None:
    server.mention("my foot, run over by your van", NOW)
    server.notifications[0]["labels"] = [
        server.labelled("spam", did_of("alice")),
        server.labelled("graphic-media", did_of("alice")),
    ]

    (mention,) = mentions_of(network, NOW)
    assert mention.text == "[labelled: graphic-media, spam]\nmy foot, run over by your van"


def with_picture(post: dict[str, Any], alt: str) -> None:
    blob = {"$type": "blob", "ref": {"$link": "bafy"}, "mimeType": "image/jpeg", "size": 9}
    images = {"$type": "app.bsky.embed.images", "images": [{"alt": alt, "image": blob}]}
    post["record"]["embed"] = images
    view = {"thumb": "https://cdn.example/t", "fullsize": "https://cdn.example/f", "alt": alt}
    post["embed"] = {"$type": "app.bsky.embed.images#view", "images": [view]}


def test_pictures_come_along_with_their_description(server: ScriptedChat, network: Bluesky) -> None:
    # Given notifications, which show no addresses of pictures
    with_picture(server.mention("look", NOW), "a wet parcel")
    server.mention("no picture", NOW - MINUTE)
    # When they are heard
    shown, plain = mentions_of(network, NOW)
    # Then the picture is asked for, and only that
    assert shown.images == (Image("https://cdn.example/f", "a wet parcel"),)
    assert shown.text == "look\n[image: a wet parcel]"
    assert plain.images == ()
    asked = [one for one in server.asked if one.path.endswith("getPosts")]
    assert [one.query["uris"] for one in asked] == [[shown.uri]]


def test_disturbing_pictures_stay_where_they_are(server: ScriptedChat, network: Bluesky) -> None:
    with_picture(server.mention("look", NOW), "my foot")
    server.notifications[0]["labels"] = [server.labelled("graphic-media")]

    (mention,) = mentions_of(network, NOW)
    assert mention.images == ()
    assert "my foot" in mention.text


def test_links_cards_and_quoted_posts_are_told_whole(
    server: ScriptedChat, network: Bluesky
) -> None:
    text = "é zie shop.example/a/very-lo..."
    start = len("é zie ".encode())
    link = {"$type": "app.bsky.richtext.facet#link", "uri": "https://shop.example/a/very-long-one"}
    index = {"byteStart": start, "byteEnd": len(text.encode())}
    quoted = server.post("ours", NOW, IDENTIFIER)
    reference = {"uri": quoted["uri"], "cid": quoted["cid"]}
    card = {"uri": "https://news.example/1", "title": "News", "description": ""}
    embed = {
        "$type": "app.bsky.embed.recordWithMedia",
        "record": {"$type": "app.bsky.embed.record", "record": reference},
        "media": {"$type": "app.bsky.embed.external", "external": card},
    }
    server.mention(text, NOW, facets=[{"index": index, "features": [link]}], embed=embed)

    (mention,) = mentions_of(network, NOW)
    assert mention.text.split("\n") == [
        "é zie https://shop.example/a/very-long-one",
        "[link: https://news.example/1]",
        f"[quotes: https://bsky.app/profile/{server.own_did}/post/{quoted['uri'][-13:]}]",
    ]


@pytest.mark.parametrize(
    "change",
    [
        {"author": None},
        {"uri": "no address"},
        {"indexedAt": "yesterday"},
        {"record": {"text": 5}},
        {"record": {"text": "x", "reply": {"root": {}}}},
    ],
)
def test_an_item_that_cannot_be_read_is_set_aside(
    server: ScriptedChat, network: Bluesky, change: dict[str, Any]
) -> None:
    server.mention("fine", NOW)
    server.mention("broken", NOW)
    server.notifications[1] |= change

    contents = [
        entry.content for page in pages_of(network, "mentions", NOW) for entry in page.entries
    ]
    (broken,) = [content for content in contents if isinstance(content, Broken)]
    assert broken.native_id
    assert len(contents) == 2
    with pytest.raises(ContractBroken):
        network.parse(broken.raw, NOW)


@pytest.mark.parametrize("odd", [{"facets": "x"}, {"embed": ["x"]}, {"langs": [7]}, {"langs": []}])
def test_odd_parts_of_a_record_harm_nothing(
    server: ScriptedChat, network: Bluesky, odd: dict[str, Any]
) -> None:
    server.mention("fine", NOW, **odd)

    assert [mention.text for mention in mentions_of(network, NOW)] == ["fine"]


def test_an_item_is_read_again(server: ScriptedChat, network: Bluesky) -> None:
    server.mention("hello", NOW)

    again = network.parse(json.dumps(server.notifications[0]), NOW)
    assert [again] == mentions_of(network, NOW)


@pytest.mark.parametrize("raw", ["no json", "[]", "{}"])
def test_what_is_no_post_is_not_read_again(network: Bluesky, raw: str) -> None:
    with pytest.raises(ContractBroken):
        network.parse(raw, NOW)


def test_a_position_that_the_server_does_not_know_is_told(
    server: ScriptedChat, network: Bluesky
) -> None:
    with pytest.raises(PositionLost):
        network.read(Ask("mentions", Floor(NOW), {"cursor": "gone"}), NOW)


def test_a_refusal_of_the_newest_page_is_no_lost_position(
    server: ScriptedChat, network: Bluesky
) -> None:
    server.answers["app.bsky.notification.listNotifications"] = lambda _: refused("InvalidRequest")

    with pytest.raises(ContractBroken):
        network.read(Ask("mentions", Floor(NOW)), NOW)


@pytest.mark.parametrize("name", ["mentions", "messages"])
def test_a_server_that_has_no_calls_left_for_us_is_left_alone(
    server: ScriptedChat, name: str
) -> None:
    network = connected(server, messages=True)
    reset = NOW + 4 * MINUTE
    server.headers = {
        "RateLimit-Remaining": "0",
        "RateLimit-Reset": str(int(reset.timestamp())),
    }

    assert network.read(Ask(name, Floor(NOW)), NOW).not_before == reset


# ---- searching


def test_a_search_is_read_to_the_empty_page_at_its_end(server: ScriptedChat) -> None:
    server.page_size = 4
    for number in range(9):
        server.post(f"Noordlicht {number}", NOW + number * MINUTE)
    server.post("Noordlicht, ours", NOW, IDENTIFIER)
    server.post("something else", NOW)
    network = connected(server, query="noordlicht")

    heard = mentions_of(network, NOW, "search")
    assert [mention.text for mention in heard] == [
        f"Noordlicht {number}" for number in reversed(range(9))
    ]
    assert network.lists() == ("search",)


def test_a_search_that_bluesky_ends_early_is_told(server: ScriptedChat) -> None:
    posts = [server.post(f"Noordlicht {number}", NOW) for number in range(100)]
    server.answers["app.bsky.feed.searchPosts"] = lambda _: json_answer({"posts": posts})
    network = connected(server, query="noordlicht")

    assert network.read(Ask("search", Floor(NOW - MINUTE)), NOW).cut_off
    assert not network.read(Ask("search", Floor(NOW + MINUTE)), NOW).cut_off


# ---- threads


def test_a_thread_begins_at_its_root_and_tells_what_was_said_before(
    server: ScriptedChat, network: Bluesky
) -> None:
    root = server.post("first", NOW - 3 * MINUTE, "bob")
    ours = server.post("second", NOW - 2 * MINUTE, IDENTIFIER)
    server.answered(ours, root)
    post = server.mention("third", NOW, "alice", "reply")
    server.answered(post, ours)
    (mention,) = mentions_of(network, NOW)

    thread = network.thread(mention)

    assert thread.root == root["uri"]
    assert [(one.text, one.by_brand) for one in thread.earlier] == [
        ("first", False),
        ("second", True),
    ]
    assert mention.in_reply_to == ours["uri"]


def test_a_post_that_answers_nothing_is_its_own_root(
    server: ScriptedChat, network: Bluesky
) -> None:
    server.mention("hello", NOW)
    (mention,) = mentions_of(network, NOW)

    assert network.thread(mention) == Thread(mention.uri)


@pytest.mark.parametrize("lost", ["deleted", "blocked"])
def test_a_root_that_cannot_be_seen_still_names_the_thread(
    server: ScriptedChat, network: Bluesky, lost: str
) -> None:
    root = server.post("first", NOW - MINUTE, "bob")
    server.answered(server.mention("second", NOW), root)
    (mention,) = mentions_of(network, NOW)
    if lost == "deleted":
        del server.posts[root["uri"]]
    server.blocked.add(root["uri"])

    assert network.thread(mention) == Thread(root["uri"])


def test_the_thread_of_a_post_that_is_gone_is_gone(server: ScriptedChat, network: Bluesky) -> None:
    server.mention("hello", NOW)
    (mention,) = mentions_of(network, NOW)
    server.posts.clear()

    with pytest.raises(Gone):
        network.thread(mention)


def test_a_mention_whose_author_blocks_the_brand_keeps_its_thread(
    server: ScriptedChat, network: Bluesky
) -> None:
    post = server.mention("hello", NOW)
    (mention,) = mentions_of(network, NOW)
    server.blocked.add(post["uri"])

    assert network.thread(mention) == Thread(mention.uri)


# ---- what became of posts


def test_posts_are_looked_at_again_25_at_once(server: ScriptedChat, network: Bluesky) -> None:
    posts = [server.post(f"number {number}", NOW) for number in range(30)]
    uris = [post["uri"] for post in posts]
    del server.posts[uris[0]]
    server.posts[uris[1]]["author"] = None
    server.blocked.add(uris[2])

    found = network.recheck([*uris, "convo/message"])

    assert found[uris[0]] is None
    assert found.keys().isdisjoint([uris[1], uris[2], "convo/message"])
    heard = {uri: one.mention.text for uri, one in found.items() if one}
    assert heard == {uris[number]: f"number {number}" for number in range(3, 30)}
    asked = [one.query["uris"] for one in server.asked if one.path.endswith("getPosts")]
    assert [len(one) for one in asked] == [25, 5]


def test_a_post_that_only_a_list_misses_is_still_there(
    server: ScriptedChat, network: Bluesky
) -> None:
    post = server.post("hello", NOW)
    server.answers["app.bsky.feed.getPosts"] = lambda _: json_answer({"posts": []})

    found = network.recheck([post["uri"]])[post["uri"]]
    assert found is not None
    assert found.mention.text == "hello"


@pytest.mark.parametrize("is_listed", [True, False])
def test_how_far_a_post_goes_comes_with_it(
    server: ScriptedChat, network: Bluesky, is_listed: bool
) -> None:
    # Given a post that was repeated and quoted since it was heard, in a list or by itself
    post = server.post("hello", NOW)
    post |= {"likeCount": 3, "repostCount": 40, "quoteCount": 2, "replyCount": 5}
    if not is_listed:
        server.answers["app.bsky.feed.getPosts"] = lambda _: json_answer({"posts": []})
    # Then a look tells its counts beside the mention
    found = network.recheck([post["uri"]])[post["uri"]]
    assert found is not None
    assert found.reach == Reach(likes=3, reposts=42, replies=5)


# ---- answering


def test_an_answer_refers_to_the_post_and_to_the_root_of_its_thread(
    server: ScriptedChat, network: Bluesky
) -> None:
    root = server.post("first", NOW - MINUTE, "bob")
    post = server.mention("second", NOW)
    server.answered(post, root)
    (mention,) = mentions_of(network, NOW)

    posted = network.reply(address_of(mention), "We look into it.", "key")

    (own,) = server.own_posts()
    assert own["record"] == {
        "$type": POST,
        "text": "We look into it.",
        "createdAt": "2026-03-01T12:00:00.000Z",
        "reply": {
            "root": {"uri": root["uri"], "cid": root["cid"]},
            "parent": {"uri": post["uri"], "cid": post["cid"]},
        },
    }
    assert (posted.native_id, posted.visibility) == (own["uri"], Visibility.PUBLIC)
    key = own["uri"].rpartition("/")[2]
    assert posted.permalink == f"https://bsky.app/profile/{server.own_did}/post/{key}"


def test_links_mentions_and_hashtags_are_marked(server: ScriptedChat, network: Bluesky) -> None:
    server.account("bob")
    where = address(server, network)

    network.reply(where, "Dag @alice.test, vraag @bob.test of @nobody.test #pech", "key")

    features = [facet["features"][0] for facet in server.own_posts()[0]["record"]["facets"]]
    assert [feature.get("did") or feature.get("tag") for feature in features] == [
        did_of("alice"),
        did_of("bob"),
        "pech",
    ]
    asked = [one.one("handle") for one in server.asked if one.path.endswith("resolveHandle")]
    assert asked == ["bob.test", "nobody.test"], "the author is known without asking"


def test_a_repeated_answer_is_one_post(server: ScriptedChat, network: Bluesky) -> None:
    where = address(server, network)
    posted = network.reply(where, "We look into it.", "key")

    with pytest.raises(UnknownOutcome):
        network.reply(where, "We look into it.", "key")

    assert len(server.own_posts()) == 1
    assert network.find_replies(where, "We look into it.", "key") == (posted,)
    assert network.find_replies(where, "We look into it.", "another key") == ()


@pytest.mark.parametrize("audience", [Visibility.PUBLIC, Visibility.DIRECT])
def test_an_answer_whose_confirmation_was_lost_is_found(
    server: ScriptedChat, network: Bluesky, audience: Visibility
) -> None:
    # Given a server that does what is asked, and then fails to say so
    where = replace(address(server, network), visibility=audience)

    def posted_and_lost(asked: Asked) -> Answer:
        done = (
            server.call_createRecord if audience is Visibility.PUBLIC else server.call_sendMessage
        )
        done(asked)
        return refused("UpstreamFailure", status=502)

    for call in ("com.atproto.repo.createRecord", "chat.bsky.convo.sendMessage"):
        server.answers[call] = posted_and_lost
    # When an answer is sent
    with pytest.raises(UnknownOutcome):
        network.reply(where, "We look into it.", "key")
    # Then another worker finds it
    assert len(connected(server).find_replies(where, "We look into it.", "key")) == 1


def test_a_refusal_because_the_key_is_taken_is_the_answer_itself(
    server: ScriptedChat, network: Bluesky
) -> None:
    where = address(server, network)
    posted = network.reply(where, "We look into it.", "key")
    server.answers["com.atproto.repo.createRecord"] = lambda _: refused("RecordAlreadyExists")

    assert network.reply(where, "We look into it.", "key") == posted


def test_a_text_that_bluesky_refuses_is_refused(server: ScriptedChat, network: Bluesky) -> None:
    where = address(server, network)
    server.answers["com.atproto.repo.createRecord"] = lambda _: refused("InvalidRequest")

    with pytest.raises(Rejected):
        network.reply(where, "We look into it.", "key")


@pytest.mark.parametrize(
    "answer", [Answer(b"<html>"), json_answer({}), json_answer({"uri": "at://x/y/z", "cid": "c"})]
)
def test_an_unclear_answer_is_looked_for(
    server: ScriptedChat, network: Bluesky, answer: Answer
) -> None:
    where = address(server, network)
    server.answers["com.atproto.repo.createRecord"] = lambda _: answer

    with pytest.raises(UnknownOutcome):
        network.reply(where, "We look into it.", "key")


def test_the_same_ticket_number_of_two_helpdesks_is_not_the_same_answer(
    server: ScriptedChat, network: Bluesky
) -> None:
    first = network.reply(address(server, network), "We look into it.", "reply:1:1")
    server.mention("another", NOW + MINUTE)
    other = address_of(mentions_of(network, NOW)[0])

    assert network.find_replies(other, "We look into it.", "reply:1:1") == ()
    assert network.reply(other, "We look into it.", "reply:1:1") != first


def test_a_post_that_went_between_poll_and_answer_is_not_answered(
    server: ScriptedChat, network: Bluesky
) -> None:
    where = address(server, network)
    del server.posts[where.native_id]

    with pytest.raises(Gone):
        network.reply(where, "We look into it.", "key")

    assert server.own_posts() == []


def test_an_author_who_blocks_the_brand_is_not_answered(
    server: ScriptedChat, network: Bluesky
) -> None:
    where = address(server, network)
    server.blocked.add(where.native_id)

    with pytest.raises(Rejected, match="blocked"):
        network.reply(where, "We look into it.", "key")

    assert server.own_posts() == []


def test_a_post_that_may_not_be_answered_is_not(server: ScriptedChat, network: Bluesky) -> None:
    where = address(server, network)
    server.posts[where.native_id]["viewer"] = {"replyDisabled": True}

    with pytest.raises(Rejected, match="only some people"):
        network.reply(where, "We look into it.", "key")

    assert server.own_posts() == []


def test_the_parts_of_an_answer_hang_below_each_other_before_any_index_knows(
    server: ScriptedChat, network: Bluesky
) -> None:
    # Given an index that is behind
    where = address(server, network)
    first = network.reply(where, "One (1/2)", "key")
    looked_at = len([one for one in server.asked if one.path.endswith("getPosts")])
    # When the second part is posted
    network.reply(replace(where, native_id=first.native_id), "Two (2/2)", "key:2")
    # Then its parent was read where it was written
    assert looked_at == len([one for one in server.asked if one.path.endswith("getPosts")])
    reply = server.own_posts()[1]["record"]["reply"]
    assert (reply["root"]["uri"], reply["parent"]["uri"]) == (where.native_id, first.native_id)


def test_an_own_part_that_was_deleted_ends_the_thread(
    server: ScriptedChat, network: Bluesky
) -> None:
    where = address(server, network)
    first = network.reply(where, "One (1/2)", "key")
    del server.posts[first.native_id]

    with pytest.raises(Gone):
        network.reply(replace(where, native_id=first.native_id), "Two (2/2)", "key:2")


def test_length_is_counted_as_the_post_or_the_message_will_be(
    server: ScriptedChat, network: Bluesky
) -> None:
    where = address(server, network)
    family = "👨‍👩‍👧‍👦"

    assert network.measure(where, "é" * 301).excess == 1
    assert network.measure(where, family * 100).excess == 0
    assert network.measure(where, family * 150).excess == 150 * 25 - 3000
    alone = replace(where, visibility=Visibility.DIRECT)
    assert network.measure(alone, "é" * 301).excess == 0
    assert network.measure(alone, "e" * 1001).excess == 1


@pytest.mark.parametrize(
    ("call", "answer"),
    [
        ("app.bsky.feed.getPostThread", json_answer({"thread": None})),
        ("app.bsky.feed.getPostThread", json_answer([])),
        ("app.bsky.feed.getPostThread", json_answer({"thread": {"post": {"uri": 5}}})),
        ("app.bsky.feed.getPosts", json_answer({"posts": {}})),
        ("com.atproto.repo.getRecord", json_answer({"uri": "at://a/b/c", "cid": "d"})),
    ],
)
def test_answers_that_make_no_sense_break_the_contract(
    server: ScriptedChat, network: Bluesky, call: str, answer: Answer
) -> None:
    server.mention("hello", NOW)
    (mention,) = mentions_of(network, NOW)
    server.answers[call] = lambda _: answer

    def use() -> None:
        network.thread(mention)
        network.find_replies(address_of(mention), "Hi", "key")
        network.reply(address_of(mention), "Hi", "key")

    with pytest.raises(ContractBroken):
        use()


def test_a_post_that_can_no_longer_be_read_is_not_answered(
    server: ScriptedChat, network: Bluesky
) -> None:
    where = address(server, network)
    server.posts[where.native_id]["author"] = None

    with pytest.raises(ContractBroken):
        network.reply(where, "We look into it.", "key")

    assert server.own_posts() == []
