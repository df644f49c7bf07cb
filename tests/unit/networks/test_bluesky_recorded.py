"""Answers of Bluesky that others recorded, read by the adapter."""

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from bluesky_connection import api_of, connected, entries_of
from gehoor.domain.case import address_of
from gehoor.domain.listing import Entry
from gehoor.domain.mention import Image, Mention
from gehoor.errors import Gone, Rejected
from gehoor.networks._bluesky_account import service_in
from gehoor.networks._bluesky_facets import with_whole_links
from gehoor.networks._bluesky_post import mention_of, post_of
from gehoor.networks.bluesky import Bluesky, Settings
from scripted_bluesky import NOW, json_answer
from scripted_bluesky_chat import ScriptedChat, scripted_chat

RECORDED = Path(__file__).parents[2] / "fixtures" / "networks" / "bluesky"
SOURCE = Settings.model_validate(
    {"id": "s", "network": "bluesky", "brand": "b", "secret": "/gehoor/bluesky"}
)


def recorded(name: str) -> Any:
    """A recording, with names in the form that real ones have."""
    (path,) = RECORDED.glob(f"{name}*.json")
    text = re.sub(r"user\((\d+)\)", r"did:plc:user\1", path.read_text())
    text = re.sub(r'"record\((\d+)\)"', r'"at://did:plc:user0/app.bsky.feed.post/record\1"', text)
    return json.loads(text)


@pytest.fixture
def server() -> Iterator[ScriptedChat]:
    with scripted_chat() as script:
        yield script


@pytest.fixture
def network(server: ScriptedChat) -> Bluesky:
    return connected(server)


def heard(server: ScriptedChat, network: Bluesky, name: str) -> list[Entry]:
    """The entries of a recorded page of notifications."""
    found = recorded(name)
    page = found if isinstance(found, dict) else {"notifications": found}
    server.answers["app.bsky.notification.listNotifications"] = lambda _: json_answer(
        {"notifications": page["notifications"]}
    )
    return entries_of(network, "mentions", NOW)


@pytest.mark.parametrize(
    ("name", "texts"),
    [
        ("appview_notif_02", ["indeed", "[labelled: test-label, test-label-2]\nhear that"]),
        ("appview_notif_03", []),
        ("appview_notif_07", ["indeed", "of course", "[labelled", "@alice.bluesky.xyz is"]),
        ("appview_notif_08", ["@alice.bluesky.xyz is the best\n[quotes: https://bsky.app/"]),
        ("appview_notif_12", ["[labelled: test-label]\nyoohoo label_me\n[quotes: "]),
    ],
)
def test_mentions_are_told_from_likes_reposts_and_follows(
    server: ScriptedChat, network: Bluesky, name: str, texts: list[str]
) -> None:
    contents = [entry.content for entry in heard(server, network, name)]

    mentions = [content for content in contents if isinstance(content, Mention)]
    assert len(mentions) == len(texts)
    for mention, text in zip(mentions, texts, strict=True):
        assert mention.text.startswith(text)
    assert all(content is None or content in mentions for content in contents)


def thread_of(server: ScriptedChat, network: Bluesky, name: str) -> tuple[Mention, list[str], str]:
    """A mention of the post of a recorded thread, what came before it, and its root."""
    found = recorded(name)
    server.answers["app.bsky.feed.getPostThread"] = lambda _: json_answer({"thread": found})
    mention = mention_of(post_of(found["post"]), SOURCE)
    thread = network.thread(mention)
    return mention, [post.text for post in thread.earlier], thread.root


def test_ancestors_come_from_the_root_on(server: ScriptedChat, network: Bluesky) -> None:
    mention, earlier, root = thread_of(server, network, "appview_thread_00")

    assert earlier[0] == "again"
    assert len(earlier) == 2
    assert root == recorded("appview_thread_00")["post"]["record"]["reply"]["root"]["uri"]
    assert mention.in_reply_to == recorded("appview_thread_00")["parent"]["post"]["uri"]


def test_an_ancestor_that_was_taken_down_is_left_out(
    server: ScriptedChat, network: Bluesky
) -> None:
    mention, earlier, root = thread_of(server, network, "appview_thread_12")

    assert (mention.text, earlier) == ("thanks bob", [])
    assert root.endswith("/record4")


def test_a_thread_whose_answers_were_deleted_is_whole(
    server: ScriptedChat, network: Bluesky
) -> None:
    mention, earlier, root = thread_of(server, network, "appview_thread_05")

    assert (mention.text, earlier, root) == ("Deletion thread", [], mention.uri)


def test_a_blocked_post_is_no_gone_one(server: ScriptedChat, network: Bluesky) -> None:
    blocked = recorded("appview_thread_07")
    server.answers["app.bsky.feed.getPostThread"] = lambda _: json_answer({"thread": blocked})
    server.mention("hello", NOW)
    (entry,) = entries_of(network, "mentions", NOW)
    assert isinstance(entry.content, Mention)
    server.posts.clear()

    with pytest.raises(Rejected, match="blocked"):
        network.reply(address_of(entry.content), "Hi", "key")


def test_a_post_that_is_not_found_is_gone(server: ScriptedChat, network: Bluesky) -> None:
    lost = recorded("appview_thread_12")["parent"]
    server.answers["app.bsky.feed.getPostThread"] = lambda _: json_answer({"thread": lost})
    mention = mention_of(post_of(recorded("appview_thread_12")["post"]), SOURCE)

    with pytest.raises(Gone):
        network.thread(mention)


def test_a_picture_beside_a_quoted_post_comes_along() -> None:
    found = recorded("thread_view_post_with_embed_media")["thread"]["post"]

    mention = mention_of(post_of(found), SOURCE)

    view = found["embed"]["media"]["images"][0]["fullsize"]
    assert mention.images == (Image(view),)
    quoted = found["record"]["embed"]["record"]["record"]["uri"].rpartition("/")[2]
    did = found["author"]["did"]
    assert mention.text == f"[quotes: https://bsky.app/profile/{did}/post/{quoted}]"
    assert mention.author.handle == "@test.marshal.dev"


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("granary_note.", "too cool to (http://my/link) summarize"),
        ("granary_quote", "I hereby quote"),
        ("granary_comment", "foo bar baz"),
    ],
)
def test_posts_of_another_program_are_read(name: str, text: str) -> None:
    post = recorded(name)["post"]
    author = {"did": "did:plc:asdf", "handle": "example.com"}

    mention = mention_of(post_of({"author": author, **post}), SOURCE)

    assert mention.text.startswith(text)
    answered = post["record"].get("reply", {}).get("parent", {}).get("uri")
    assert mention.in_reply_to == answered


def test_a_mention_of_another_program_is_marked_as_gehoor_would_read_it() -> None:
    found = recorded("granary_note_with_mention")

    assert with_whole_links(found["text"], found["facets"]) == "hi @alice!"


def test_the_server_of_an_account_is_found_in_its_document() -> None:
    found = recorded("did_doc")["didDoc"]

    assert service_in(found) == "https://shimeji.us-east.host.bsky.network"


def test_an_own_record_is_found(server: ScriptedChat) -> None:
    found = recorded("post_record")
    server.answers["com.atproto.repo.getRecord"] = lambda _: json_answer(found)

    own = api_of(server).own_post("3k2yihcrp6f2c")
    assert own is not None
    assert own.parent.uri == own.root.uri == found["uri"]


def test_a_recorded_handle_is_resolved(server: ScriptedChat) -> None:
    found = recorded("resolve_handle")
    server.answers["com.atproto.identity.resolveHandle"] = lambda _: json_answer(found)

    assert api_of(server).did_of("bsky.app") == found["did"]
