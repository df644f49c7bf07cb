"""What X really answered, read as the adapter reads it."""

from typing import Any

import pytest

from gehoor.domain.mention import Visibility
from gehoor.domain.network import Broken
from gehoor.errors import ContractBroken
from gehoor.networks._x_entries import entry_of, read_item
from gehoor.networks._x_message import Message, mention_of, message_of
from gehoor.networks._x_names import Named, time_of
from gehoor.networks._x_post import Post, post_of
from gehoor.settings import SourceSettings
from scripted_x import recorded

SOURCE = SourceSettings(id="s", network="x", brand="b")


def searched() -> list[Post]:
    return [post_of(raw) for raw in recorded("lib_search_tweets_query")["data"]]


def test_a_recorded_search_is_read_whole() -> None:
    posts = searched()

    assert len(posts) == 4
    assert all(post.said_at == post.created_at for post in posts)
    assert posts[0].answers == "1275653067283759104"
    assert posts[0].plain_text.startswith("@snowman Ooo, thanks error message")
    assert "t.co" not in posts[0].plain_text


def test_the_id_tells_when_a_post_was_made() -> None:
    for post in searched():
        assert post.created_at is not None
        assert abs((time_of(post.id) - post.created_at).total_seconds()) < 1


@pytest.mark.parametrize("name", ["client_get_users_mentions", "client_search_recent_tweets"])
def test_a_recorded_page_without_authors_is_set_aside_item_by_item(name: str) -> None:
    body = recorded(f"{name}.exchange")[0]["response"]["body"]

    items = [read_item(raw) for raw in body["data"]]

    assert all(isinstance(item, Broken) for item in items)
    entries = [entry_of(item, {}, {}) for item in items]
    assert [entry.id for entry in entries] == [raw["id"] for raw in body["data"]]
    assert all(entry.at for entry in entries)


def test_a_recorded_message_is_private() -> None:
    message = message_of(recorded("lib_events")["data"][0])

    mention = mention_of(message, Named(id=message.sender_id), SOURCE)

    assert mention.visibility is Visibility.DIRECT
    assert mention.native_id == "dm:1585321444547837956"
    assert mention.text == "Another photo https://t.co/J5KotyeIyd"


def test_a_recorded_conversation_without_senders_is_set_aside() -> None:
    exchanges = recorded("manage_and_lookup_direct_messages.exchange")
    events = [e["response"]["body"] for e in exchanges if e["request"]["method"] == "GET"]

    items = [read_item(raw) for body in events for raw in body.get("data", ())]

    assert len(items) == 4
    assert all(isinstance(item, Broken) for item in items)


def post(**fields: Any) -> dict[str, Any]:
    """A post as X sends it."""
    return {"id": "1578516295611748353", "text": "hello", "author_id": "7", **fields}


@pytest.mark.parametrize(
    ("raw", "text"),
    [
        (post(text="R&amp;D &lt;3 &amp;lt;"), "R&D <3 &lt;"),
        (post(note_tweet={"text": "a long &amp; whole text"}), "a long & whole text"),
        (
            post(
                text="see https://t.co/1 https://t.co/2",
                entities={
                    "urls": [
                        {"url": "https://t.co/1", "expanded_url": "https://a.example/?b&c"},
                        {
                            "url": "https://t.co/2",
                            "expanded_url": "https://b.example",
                            "media_key": "3_1",
                        },
                    ]
                },
            ),
            "see https://a.example/?b&c",
        ),
        (
            post(
                text="cut",
                note_tweet={
                    "text": "whole https://t.co/1",
                    "entities": {
                        "urls": [{"url": "https://t.co/1", "expanded_url": "https://a.example"}]
                    },
                },
            ),
            "whole https://a.example",
        ),
    ],
)
def test_a_text_is_what_its_author_wrote(raw: dict[str, Any], text: str) -> None:
    assert post_of(raw).plain_text == text


@pytest.mark.parametrize(
    "raw",
    [None, [], "x", {}, post(id=None), post(id="../1"), post(author_id=None), post(text=None)],
)
def test_what_is_no_post_is_set_aside_with_the_reason(raw: Any) -> None:
    item = read_item(raw)

    assert isinstance(item, Broken)
    assert item.native_id
    assert item.reason
    with pytest.raises(ContractBroken):
        post_of(raw)


def test_an_unreadable_message_is_told_from_a_post() -> None:
    raw = recorded("lib_events")["data"][0]

    assert isinstance(read_item(raw), Message)
    assert isinstance(read_item({**raw, "sender_id": None}), Broken)
