"""Mastodon: what is read from recorded and scripted servers, and what is answered."""

import json
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from threading import Event
from typing import Any

import pytest
from pydantic import ValidationError

from fakes.clock import FakeClock
from fakes.reader import Reader
from fakes.wiring import network_wiring
from gehoor.domain.case import ReplyAddress, address_of
from gehoor.domain.listing import Ask, Entry, Floor, short_name
from gehoor.domain.mention import Mention, Visibility
from gehoor.errors import (
    AuthExpired,
    ContractBroken,
    Gone,
    NotAllowed,
    RateLimited,
    Rejected,
    Unavailable,
    UnknownOutcome,
)
from gehoor.http import Http
from gehoor.networks import mastodon
from gehoor.networks.mastodon import Mastodon
from loopback import Answer, Asked
from pages import Page, read_page
from scripted_mastodon import (
    OWN_ID,
    TOKEN,
    ScriptedMastodon,
    json_answer,
    recorded,
    scripted_mastodon,
)

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)
RECORDED_AT = datetime(2026, 8, 1, 14, tzinfo=UTC)
HOSTS = frozenset({"127.0.0.1"})


@pytest.fixture
def server() -> Iterator[ScriptedMastodon]:
    with scripted_mastodon() as script:
        yield script


def connected(
    server: ScriptedMastodon,
    secret: str | None = TOKEN,
    http: Http | None = None,
    **fields: Any,
) -> Mastodon:
    known = {"id": "masto", "network": "mastodon", "brand": "noordlicht", "secret": "/gehoor/m"}
    found = mastodon.Settings.model_validate(known | {"base_url": server.url} | fields)
    http = http or Http(lambda: NOW, HOSTS, timeout=(1.0, 1.0))
    return mastodon.connect(found, network_wiring(http, secret))


def read(network: Mastodon, now: datetime = NOW) -> Page:
    """The first page of a source that was never read."""
    return read_page(network, now)


def heard(server: ScriptedMastodon, text: str = "hi", **fields: Any) -> Mention:
    """A mention, as it is read."""
    server.mention(text, NOW, **fields)
    return read(connected(server)).mentions[-1]


def page_answer(items: Any, status: int = 200) -> Callable[[Asked], Answer]:
    return lambda _: json_answer(items, status)


# ---- what is read


def test_a_recorded_mention(server: ScriptedMastodon) -> None:
    # Given what a real server answered
    body = recorded("notifications_mentions_only")[1]["response"]["body"]
    server.answers["/api/v1/notifications"] = page_answer(body)

    # When it is read
    (mention,) = read(connected(server), RECORDED_AT).mentions

    # Then it is a mention with all its names
    assert (mention.brand, mention.source_id, mention.network) == (
        "noordlicht",
        "masto",
        "mastodon",
    )
    assert mention.native_id == "117020577157693549"
    assert mention.uri == (
        "http://localhost:3000/ap/users/117020565693913441/statuses/117020577157693549"
    )
    assert mention.permalink == "http://localhost:3000/@admin/117020577157693549"
    assert mention.text == "@mastodonpy_test hello!"
    assert mention.posted_at == datetime(2026, 8, 1, 13, 51, 42, 823000, tzinfo=UTC)
    assert mention.visibility is Visibility.PUBLIC
    assert mention.language_hint == "en"
    assert mention.in_reply_to is None
    assert mention.author.handle == "@admin@localhost:3000"
    assert mention.author.native_id == "http://localhost:3000/ap/users/117020565693913441"
    assert mention.author.profile_url == "http://localhost:3000/@admin"


def test_a_recorded_hashtag(server: ScriptedMastodon) -> None:
    body = recorded("hashtag_tl")[2]["response"]["body"]
    server.answers["/api/v1/timelines/tag/hoot"] = page_answer(body)

    (mention,) = read(connected(server, hashtag="hoot"), RECORDED_AT).mentions

    assert mention.text == "#hoot (hashtag toot)"


def test_what_is_asked_for(server: ScriptedMastodon) -> None:
    queries: list[dict[str, list[str]]] = []
    server.answers["/api/v1/notifications"] = lambda asked: queries.append(asked.query)

    read(connected(server))

    assert queries == [{"types[]": ["mention"], "limit": ["80"], "include_filtered": ["true"]}]


@pytest.mark.parametrize(
    ("sent", "visibility"),
    [
        ("public", Visibility.PUBLIC),
        ("unlisted", Visibility.UNLISTED),
        ("private", Visibility.FOLLOWERS),
        ("direct", Visibility.DIRECT),
        ("mutuals_only", Visibility.DIRECT),
    ],
)
def test_visibility(server: ScriptedMastodon, sent: str, visibility: Visibility) -> None:
    assert heard(server, visibility=sent).visibility is visibility


def test_the_text_keeps_the_warning_and_the_descriptions(server: ScriptedMastodon) -> None:
    mention = heard(
        server,
        "my <b>bike</b>",
        spoiler_text="rust",
        media_attachments=[
            {"id": "1", "type": "image", "description": "a brown chain"},
            {"id": "2", "type": "video", "description": None},
        ],
    )

    assert mention.text == "rust\nmy bike\n[image: a brown chain]"


@pytest.mark.parametrize(
    ("author", "handle"),
    [("alice", "@alice@social.example"), ("bob@far.example", "@bob@far.example")],
)
def test_a_handle_names_its_server(server: ScriptedMastodon, author: str, handle: str) -> None:
    assert heard(server, author=author).author.handle == handle


def test_own_posts_and_boosts_are_left_out(server: ScriptedMastodon) -> None:
    server.mention("mine", NOW, author=OWN_ID)
    server.mention("boost", NOW, reblog={"id": "1"})
    server.mention("theirs", NOW)
    server.notifications.append({**server.notifications[-1], "id": "f", "type": "favourite"})

    page = read(connected(server))

    assert [mention.text for mention in page.mentions] == ["theirs"]
    assert page.broken == ()


def test_an_account_of_another_server_with_the_same_number_is_not_the_same(
    server: ScriptedMastodon,
) -> None:
    server.mention("here", NOW, author="alice")
    server.mention("there", NOW, author="alice@far.example")
    for notification in server.notifications:
        notification["status"]["account"]["id"] = "1"

    here, there = read(connected(server)).mentions

    assert here.author.identity != there.author.identity


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ({"status": None}, "the notification has no status"),
        ({"status": {"account": None}}, "the status cannot be read: account, content, created_at"),
        ("a word", "the notification has no status"),
        (None, "the notification has no status"),
    ],
)
def test_an_item_that_cannot_be_read_harms_only_itself(
    server: ScriptedMastodon, change: Any, reason: str
) -> None:
    # Given a page with a broken item in its middle
    server.mention("first", NOW)
    server.mention("broken", NOW)
    server.mention("last", NOW)
    broken = server.notifications[1]
    server.notifications[1] = broken | change if isinstance(change, dict) else change

    # When it is read
    page = read(connected(server))

    # Then the others arrive, and it is kept with its reason
    assert [mention.text for mention in page.mentions] == ["first", "last"]
    (aside,) = page.broken
    assert aside.reason.startswith(reason)
    assert json.loads(aside.raw) == server.notifications[1]
    assert aside.native_id


def test_an_item_set_aside_can_be_read_again(server: ScriptedMastodon) -> None:
    raw = json.dumps(server.mention("hello", NOW))
    network = connected(server)

    assert network.parse(raw, NOW).text == "hello"
    for broken in ("", "{}", "[]", raw[:-9]):
        with pytest.raises(ContractBroken):
            network.parse(broken, NOW)


@pytest.mark.parametrize("hours", [-1, 1])
def test_a_clock_an_hour_off_loses_nothing(server: ScriptedMastodon, hours: int) -> None:
    # Given a server whose clock differs from ours, and that is read each minute
    reader = Reader(lambda: connected(server), FakeClock(NOW))
    for number in range(90):
        # When somebody posts every minute for longer than entries may come late
        server.mention(f"{number}", reader.clock() + timedelta(hours=hours))
        reader.clock.advance(minutes=1)
        reader.read_all()
    # Then all is read, once
    assert reader.texts == [str(number) for number in range(90)]


def test_an_edited_post_keeps_its_name(server: ScriptedMastodon) -> None:
    before = heard(server, "helo")
    server.notifications[0]["status"] |= {"content": "hello", "edited_at": NOW.isoformat()}
    after = read(connected(server)).mentions[0]

    assert (before.text, after.text) == ("helo", "hello")
    assert before.mention_id == after.mention_id


@pytest.mark.parametrize("is_remembered", [False, True])
def test_a_post_that_was_given_out_before_is_not_read_again(
    server: ScriptedMastodon, is_remembered: bool
) -> None:
    # Given a post that was given out, and one that was not
    for text in ("old", "new"):
        server.mention(text, NOW)
    [name] = connected(server).lists()
    ask = Ask(name, Floor(NOW))
    new, old = connected(server).read(ask, NOW).entries
    # When the list is read again
    seen = frozenset({short_name(old.id)})
    again = replace(ask, taken_in=({old.id},)) if is_remembered else replace(ask, seen=seen)
    # Then the old one is listed, and only the new one comes with what it says
    assert connected(server).read(again, NOW).entries == (new, Entry(old.id, old.at, None))


def test_a_post_that_was_edited_is_read_again_though_it_was_given_out(
    server: ScriptedMastodon,
) -> None:
    # Given a post that was given out, and edited
    server.mention("old", NOW)
    [name] = connected(server).lists()
    ask = Ask(name, Floor(NOW))
    [given_out] = connected(server).read(ask, NOW).entries
    server.notifications[0]["status"] |= {"content": "new", "edited_at": NOW.isoformat()}
    # When the list is read again
    again = replace(ask, taken_in=({given_out.id},))
    [entry] = connected(server).read(again, NOW).entries
    # Then it comes with its new words
    assert isinstance(entry.content, Mention)
    assert entry.content.text == "new"


def test_a_floor_the_server_refuses_loses_nothing() -> None:
    with scripted_mastodon(refuses_unknown_ids=True) as server:
        # Given a source that was read, and whose floor is deleted
        for minutes in (30, 20, 10, 0):
            server.mention(f"{minutes}", NOW - timedelta(minutes=minutes))
        reader = Reader(lambda: connected(server), FakeClock(NOW))
        reader.settle()
        reader.poll()
        floor = reader.asked[-1].floor.id
        assert floor
        server.notifications = [one for one in server.notifications if one["id"] != floor]
        # When it is read again
        server.mention("new", reader.clock())
        # Then what is new comes, alone
        assert reader.read_all() == ["new"]


def test_a_position_the_server_refuses_loses_nothing() -> None:
    with scripted_mastodon(refuses_unknown_ids=True) as server:
        # Given a walk that was cut short, and a server that forgot where
        for minutes in range(100):
            server.mention(f"{minutes}", NOW - timedelta(minutes=100 - minutes))
        reader = Reader(lambda: connected(server), FakeClock(NOW))
        reader.run(timedelta(0))
        [left] = reader.cursor["lists"][reader.asked[0].list_name]["ranges"]
        forgotten = left["position"]["max_id"]
        server.notifications = [one for one in server.notifications if one["id"] != forgotten]
        # When reading goes on
        reader.read_all()
        # Then all is heard
        assert len(reader.stored) == 100


def test_the_floor_is_sent_along_so_that_little_is_answered(server: ScriptedMastodon) -> None:
    # Given a source that was read to its end
    for minutes in range(100):
        server.mention(f"{minutes}", NOW - timedelta(minutes=minutes + 1))
    server.notifications.reverse()
    reader = Reader(lambda: connected(server), FakeClock(NOW))
    reader.settle()
    # When it is read once more
    sizes: list[int] = []
    listed = server.answer_page

    def measured(asked: Asked) -> Answer:
        answer = listed(asked, server.notifications, usual=40, most=80)
        sizes.append(len(json.loads(answer.body)))
        return answer

    server.answers["/api/v1/notifications"] = measured
    reader.poll()
    # Then only what has the time of the newest comes again
    assert sizes == [1]


def test_a_post_of_a_hashtag_that_comes_in_hours_late_is_heard(server: ScriptedMastodon) -> None:
    # Given a hashtag that was read
    for number in range(60):
        server.status(f"#hoot {number}", NOW - timedelta(minutes=60 - number))
    reader = Reader(lambda: connected(server, hashtag="hoot"), FakeClock(NOW))
    reader.settle()
    # When another server sends a post that was written hours ago
    server.status("#hoot late", NOW - timedelta(hours=5), "bob@far.example")
    # Then it is heard
    assert reader.read_all() == ["#hoot late"]


def test_a_hashtag_is_read_back_as_far_as_asked(server: ScriptedMastodon) -> None:
    # Given a hashtag with an entry every hour
    for hours in range(200, 0, -1):
        server.status(f"#hoot {hours}", NOW - timedelta(hours=hours))
    # When 100 hours are wanted
    reader = Reader(lambda: connected(server, hashtag="hoot"), FakeClock(NOW), timedelta(hours=100))
    reader.read_all()
    # Then no more is heard, and no more pages are read than that takes
    assert len(reader.stored) == 100
    assert len(reader.asked) == 4


@pytest.mark.parametrize(
    ("link", "size", "older"),
    [
        (None, 15, "14"),
        (None, 14, None),
        ('<{url}?max_id=cursor>; rel="next", <{url}?min_id=1>; rel="prev"', 3, "cursor"),
        ('<{url}?offset=2>; rel="next"', 3, "2"),
        ('<{url}?min_id=1>; rel="prev"', 40, None),
        ('<{url}?max_id=cursor>; rel="next"', 0, "cursor"),
    ],
)
def test_a_page_tells_whether_there_is_more(
    server: ScriptedMastodon, link: str | None, size: int, older: str | None
) -> None:
    # Given a server that sends links to other pages, or none
    headers = {"Link": link.format(url=f"{server.url}/api/v1/notifications")} if link else {}
    items = [{**server.mention("hi", NOW), "id": str(number)} for number in range(size)]
    server.answers["/api/v1/notifications"] = lambda _: json_answer(items, headers=headers)
    # Then a page goes on below the id that the link names, or else its last one
    assert read(connected(server)).older == ({"max_id": older} if older else None)


@pytest.mark.parametrize("size", [1, 20])
def test_a_server_that_gives_the_entry_itself_too_comes_to_an_end(
    server: ScriptedMastodon, size: int
) -> None:
    # Given a server whose pages begin with the entry that was asked below of
    items = [{**server.mention("hi", NOW), "id": str(number)} for number in range(size)]
    last = f'<{server.url}/api/v1/notifications?max_id={size - 1}>; rel="next"'
    server.answers["/api/v1/notifications"] = lambda _: json_answer(items, headers={"Link": last})
    # When the page below that entry is read
    page = read_page(connected(server), NOW, position={"max_id": "0"})
    # Then it is not among them
    assert len(page.mentions) == size - 1
    assert page.older == ({"max_id": "19"} if size > 1 else None)


# ---- limits and failures


def test_the_last_call_of_a_window_asks_for_a_pause(server: ScriptedMastodon) -> None:
    reset = NOW + timedelta(minutes=4)
    server.headers = {"X-RateLimit-Remaining": "0", "X-RateLimit-Reset": reset.isoformat()}

    assert read(connected(server)).not_before == reset


@pytest.mark.parametrize(
    "headers",
    [
        {},
        {"X-RateLimit-Remaining": "1", "X-RateLimit-Reset": "2026-03-01T12:04:00Z"},
        {"X-RateLimit-Remaining": "0"},
        {"X-RateLimit-Remaining": "0", "X-RateLimit-Reset": "2026-03-01T11:00:00Z"},
    ],
)
def test_else_no_pause(server: ScriptedMastodon, headers: dict[str, str]) -> None:
    server.headers = headers

    assert read(connected(server)).not_before is None


def test_a_spent_limit_says_when_to_come_back(server: ScriptedMastodon) -> None:
    reset = {"X-RateLimit-Reset": "2026-03-01T12:35:00.000000Z"}
    server.answers["/api/v1/notifications"] = lambda _: json_answer({}, 429, reset)

    with pytest.raises(RateLimited) as caught:
        read(connected(server))

    assert caught.value.retry_at == NOW + timedelta(minutes=35)


@pytest.mark.parametrize(
    ("answer", "error"),
    [
        (json_answer({"error": "revoked"}, 401), AuthExpired),
        (json_answer({"error": "scope"}, 403), NotAllowed),
        (json_answer({"error": "odd"}, 404), ContractBroken),
        (json_answer({"error": "odd"}, 422), ContractBroken),
        (json_answer({"error": "in a 200"}), ContractBroken),
        (Answer(b"<html>Just a moment", headers={"Content-Type": "text/html"}), ContractBroken),
        (Answer(status=302, headers={"Location": "/login"}), ContractBroken),
        (json_answer({}, 500), Unavailable),
        (json_answer({}, 503), Unavailable),
    ],
)
def test_an_answer_that_is_no_page(
    server: ScriptedMastodon, answer: Answer, error: type[Exception]
) -> None:
    server.answers["/api/v1/notifications"] = lambda _: answer

    with pytest.raises(error):
        read(connected(server))


def test_the_calls_of_a_page_share_one_limit(server: ScriptedMastodon) -> None:
    # Given a server that takes long for every call, but not too long for any
    released = Event()

    def slow(_: Asked) -> None:
        released.wait(0.4)

    server.answers["/api/v1/accounts/verify_credentials"] = slow
    server.answers["/api/v1/notifications"] = slow
    network = connected(server, http=Http(lambda: NOW, HOSTS, timeout=(1.0, 1.0), call_seconds=0.6))

    # When a page is read
    with pytest.raises(Unavailable) as caught:
        read(network)
    released.set()

    # Then it ends in the time of one call, and says so
    assert str(caught.value) == "127.0.0.1: took longer than 0.6 s; gehoor tries again by itself"

    # And the next one goes on
    assert read(network).mentions == ()


@pytest.mark.parametrize("status", [400, 401, 422])
def test_a_bad_token_is_told_apart(server: ScriptedMastodon, status: int) -> None:
    server.answers["/api/v1/accounts/verify_credentials"] = lambda _: Answer(b"Bad token", status)

    with pytest.raises(AuthExpired):
        read(connected(server))


@pytest.mark.parametrize(
    "secret", [None, "", "  ", "{", '{"token": "x"}', '{"access_token": 1}', "é"]
)
def test_a_secret_without_a_token(server: ScriptedMastodon, secret: str | None) -> None:
    with pytest.raises(AuthExpired, match=r"source masto: /gehoor/m holds no access token"):
        connected(server, secret)


@pytest.mark.parametrize("secret", [f" {TOKEN}\n", json.dumps({"access_token": TOKEN})])
def test_a_secret_is_the_token_or_json(server: ScriptedMastodon, secret: str) -> None:
    assert read(connected(server, secret)).mentions == ()


@pytest.mark.parametrize(
    "fields", [{"hashtag": "#a b"}, {"base_url": "social.example"}, {"backfill": "soon"}, {"x": 1}]
)
def test_settings_that_make_no_sense(server: ScriptedMastodon, fields: dict[str, Any]) -> None:
    with pytest.raises(ValidationError):
        connected(server, **fields)


@pytest.mark.parametrize("changed", [{"hashtag": "hoot"}, {"base_url": "{url}/social"}])
def test_another_list_is_read_from_the_start(
    server: ScriptedMastodon, changed: dict[str, Any]
) -> None:
    # Given a source that was read to the end
    server.mention("old", NOW - timedelta(minutes=5))
    settings: dict[str, Any] = {}
    reader = Reader(lambda: connected(server, **settings), FakeClock(NOW))
    reader.settle()
    # When the configuration names another hashtag or server
    asked: list[dict[str, list[str]]] = []

    def page_of(items: list[Any]) -> Callable[[Asked], Answer]:
        def answer(one: Asked) -> Answer:
            asked.append(one.query)
            return json_answer(items)

        return answer

    account = json_answer({"id": OWN_ID, "acct": "brand"})
    server.answers |= {
        "/social/api/v1/accounts/verify_credentials": lambda _: account,
        "/social/api/v1/notifications": page_of(server.notifications),
        "/api/v1/timelines/tag/hoot": page_of(list(server.statuses.values())),
    }
    settings |= {name: value.format(url=server.url) for name, value in changed.items()}
    heard_again = reader.read_all()
    # Then no id of the first list is asked for, and its newest posts are heard
    assert heard_again == ["old"]
    assert asked
    assert not {"min_id", "since_id", "max_id"}.intersection(*asked)


def test_the_same_list_written_otherwise_is_the_same(server: ScriptedMastodon) -> None:
    urls = (server.url, f"{server.url}/")
    assert len({connected(server, base_url=url).lists() for url in urls}) == 1
    assert len({connected(server, hashtag=tag).lists() for tag in ("hoot", "Hoot")}) == 1


# ---- threads


def test_a_thread_is_named_by_its_root_and_tells_what_was_said(server: ScriptedMastodon) -> None:
    # Given a customer, the brand's answer, and the customer's answer to it
    root = server.status("late!", NOW)
    answer = server.status("sorry", NOW, OWN_ID, in_reply_to_id=root["id"])
    mention = heard(server, "still late", in_reply_to_id=answer["id"])

    # When the thread of the last one is asked for
    thread = connected(server).thread(mention)

    # Then
    assert thread.root == root["uri"]
    assert [(post.handle, post.text, post.by_brand) for post in thread.earlier] == [
        ("@alice@social.example", "late!", False),
        ("@own@social.example", "sorry", True),
    ]
    assert [post.uri for post in thread.earlier] == [root["uri"], answer["uri"]]
    assert thread.earlier[0].author_id == mention.author.native_id


def test_a_post_that_answers_nothing_is_its_own_root(server: ScriptedMastodon) -> None:
    mention = heard(server)

    thread = connected(server).thread(mention)

    assert (thread.root, thread.earlier) == (mention.uri, ())


def test_posts_that_answer_an_unknown_post_share_their_root(server: ScriptedMastodon) -> None:
    one = heard(server, in_reply_to_id="gone")
    other = heard(server, in_reply_to_id="gone")
    network = connected(server)

    assert network.thread(one).root == network.thread(other).root
    assert network.thread(one).root not in (one.uri, other.uri)


def test_a_thread_of_a_deleted_post_is_gone(server: ScriptedMastodon) -> None:
    mention = heard(server)
    server.statuses.clear()

    with pytest.raises(Gone):
        connected(server).thread(mention)


def test_a_thread_that_is_missing_while_its_post_is_there_is_for_later(
    server: ScriptedMastodon,
) -> None:
    mention = heard(server)
    path = f"/api/v1/statuses/{mention.native_id}/context"
    server.answers[path] = lambda _: json_answer({"error": "not found"}, 404)

    with pytest.raises(Unavailable):
        connected(server).thread(mention)


def test_an_unreadable_post_of_a_thread_hides_no_other(server: ScriptedMastodon) -> None:
    root = server.status("root", NOW)
    middle = server.status("middle", NOW, in_reply_to_id=root["id"])
    mention = heard(server, in_reply_to_id=middle["id"])
    middle["account"] = None

    thread = connected(server).thread(mention)

    assert [post.text for post in thread.earlier] == ["root"]


# ---- answers


def test_an_answer_goes_into_the_thread_with_its_key(server: ScriptedMastodon) -> None:
    # Given a mention
    mention = heard(server, author="bob@far.example")

    # When it is answered
    posted = connected(server).reply(address_of(mention), "We look into it.", "key-1")

    # Then
    assert server.posted == [
        {
            "status": "@bob@far.example We look into it.",
            "in_reply_to_id": mention.native_id,
            "visibility": "public",
            "key": "key-1",
        }
    ]
    status = server.statuses[posted.native_id]
    assert posted.permalink == status["url"]


@pytest.mark.parametrize(
    ("text", "sent"),
    [
        ("hello", "@alice hello"),
        (" hello\n", "@alice hello"),
        ("@alice hello", "@alice hello"),
        ("@Alice@social.example, hello", "@Alice@social.example, hello"),
        ("@alicette hello", "@alice @alicette hello"),
        ("@bob @alice hello", "@alice @bob @alice hello"),
    ],
)
def test_the_author_is_named_once(server: ScriptedMastodon, text: str, sent: str) -> None:
    mention = heard(server)

    connected(server).reply(address_of(mention), text, "k")

    assert server.posted[0]["status"] == sent


@pytest.mark.parametrize(
    ("asked", "now", "sent"),
    [
        ("public", "public", "public"),
        ("unlisted", "unlisted", "unlisted"),
        ("private", "private", "direct"),
        ("direct", "direct", "direct"),
        ("direct", "public", "direct"),
        ("public", "direct", "direct"),
        ("public", "mutuals_only", "direct"),
        ("unlisted", "public", "unlisted"),
    ],
)
def test_an_answer_is_never_wider_than_the_post(
    server: ScriptedMastodon, asked: str, now: str, sent: str
) -> None:
    mention = heard(server, visibility=asked)
    server.statuses[mention.native_id]["visibility"] = now

    connected(server).reply(address_of(mention), "hello", "k")

    assert server.posted[0]["visibility"] == sent


@pytest.mark.parametrize("what", ["deleted", "no author", "suspended", "410"])
def test_a_post_that_is_gone_is_not_answered(server: ScriptedMastodon, what: str) -> None:
    mention = heard(server)
    status = server.statuses[mention.native_id]
    if what == "deleted":
        server.statuses.clear()
    elif what == "no author":
        status["account"] = None
    elif what == "suspended":
        status["account"]["suspended"] = True
    else:
        path = f"/api/v1/statuses/{mention.native_id}"
        server.answers[path] = lambda _: json_answer({}, 410)

    with pytest.raises(Gone):
        connected(server).reply(address_of(mention), "hello", "k")

    assert server.posted == []


@pytest.mark.parametrize(
    ("answer", "error"),
    [
        (json_answer(recorded("status_empty")[0]["response"]["body"], 422), Rejected),
        (json_answer({}, 401), AuthExpired),
        (json_answer({}, 403), NotAllowed),
        (json_answer({}, 404), Gone),
        (json_answer({}, 429), RateLimited),
        (json_answer({}, 500), UnknownOutcome),
        (json_answer({}, 503), UnknownOutcome),
        (json_answer({}, 503, {"Retry-After": "9"}), Unavailable),
        (Answer(b"<html>"), UnknownOutcome),
        (json_answer({"id": "1"}), UnknownOutcome),
    ],
)
def test_an_answer_that_fails(
    server: ScriptedMastodon, answer: Answer, error: type[Exception]
) -> None:
    mention = heard(server)
    server.answers["/api/v1/statuses"] = lambda _: answer

    with pytest.raises(error) as caught:
        connected(server).reply(address_of(mention), "s3cret", "k")

    assert "s3cret" not in str(caught.value)


def address(native_id: str) -> ReplyAddress:
    handle = "@alice@social.example"
    return ReplyAddress("masto", native_id, "a", handle, Visibility.PUBLIC, "https://x.example")


def test_an_answer_that_was_lost_is_found_again(server: ScriptedMastodon) -> None:
    # Given an answer as a server shows it: mentions shortened, lines broken its own way
    mention = heard(server)
    text = "Hello,\n\nask @carol@far.example or see https://noordlicht.example/a?b=c&d=e"
    shown = (
        '<span class="h-card"><a href="https://social.example/@alice" class="u-url mention">'
        "@<span>alice</span></a></span> Hello,</p><p>ask "
        '<span class="h-card"><a href="https://far.example/@carol" class="u-url mention">'
        '@<span>carol</span></a></span> or see <a href="https://noordlicht.example/a?b=c&amp;d=e">'
        '<span class="invisible">https://</span>'
        '<span class="ellipsis">noordlicht.example/a?b=c</span>'
        '<span class="invisible">&amp;d=e</span></a>'
    )
    oldest = server.status(shown, NOW, OWN_ID, in_reply_to_id=mention.native_id)
    newest = server.status(shown, NOW + timedelta(1), OWN_ID, in_reply_to_id=mention.native_id)
    server.status(shown, NOW + timedelta(2), "mallory", in_reply_to_id=mention.native_id)

    # When it is looked for
    found = connected(server).find_replies(address_of(mention), text, "k")

    # Then the brand's own are, the newest first
    assert [posted.native_id for posted in found] == [newest["id"], oldest["id"]]


def test_an_answer_that_never_was_is_not_found(server: ScriptedMastodon) -> None:
    mention = heard(server)
    server.status("something else", NOW, OWN_ID, in_reply_to_id=mention.native_id)
    network = connected(server)

    assert network.find_replies(address_of(mention), "hello", "k") == ()
    assert network.find_replies(address("unknown"), "hello", "k") == ()


@pytest.mark.parametrize(
    ("author", "sent"),
    [("alice", "@alice Two (2/2)"), ("bob@far.example", "@bob@far.example Two (2/2)")],
)
@pytest.mark.parametrize("visibility", [Visibility.PUBLIC, Visibility.DIRECT])
def test_a_part_below_an_own_post_still_names_the_author(
    server: ScriptedMastodon, author: str, sent: str, visibility: Visibility
) -> None:
    # Given the first part of an answer
    network = connected(server)
    where = replace(address_of(heard(server, author=author)), visibility=visibility)
    first = network.reply(where, "One (1/2)", "k")

    # When the second goes below it
    network.reply(replace(where, native_id=first.native_id), "Two (2/2)", "k:2")

    # Then the author is told of it, and nobody else
    assert server.posted[1] == {
        "status": sent,
        "in_reply_to_id": first.native_id,
        "visibility": str(visibility),
        "key": "k:2",
    }


@pytest.mark.parametrize("mentions", [[], None, "none", [None, {"id": "7"}], [{"acct": "bob"}]])
def test_an_own_post_that_names_nobody_is_followed_by_the_stored_handle(
    server: ScriptedMastodon, mentions: Any
) -> None:
    # Given a first part whose mentions the server does not tell
    network = connected(server)
    where = address_of(heard(server))
    first = network.reply(where, "One (1/2)", "k")
    server.statuses[first.native_id]["mentions"] = mentions

    # When the second goes below it
    network.reply(replace(where, native_id=first.native_id), "Two (2/2)", "k:2")

    # Then it names the author as the case does
    assert server.posted[1]["status"] == "@alice@social.example Two (2/2)"


def test_a_part_is_no_wider_than_the_part_before(server: ScriptedMastodon) -> None:
    network = connected(server)
    where = address_of(heard(server))
    first = network.reply(where, "One (1/2)", "k")
    server.statuses[first.native_id]["visibility"] = "direct"

    second = network.reply(replace(where, native_id=first.native_id), "Two (2/2)", "k:2")

    assert server.posted[1]["visibility"] == "direct"
    assert second.visibility is Visibility.DIRECT


def test_a_private_reply_to_a_private_answer_belongs_to_the_public_thread(
    server: ScriptedMastodon,
) -> None:
    # Given a public post that was answered privately
    network = connected(server)
    root = heard(server)
    where = replace(address_of(root), visibility=Visibility.DIRECT)
    answer = network.reply(where, "Please tell us your order number", "k")

    # When the author answers that
    reply = heard(server, "12345", in_reply_to_id=answer.native_id, visibility="direct")

    # Then it has the same root, so that it comes into the same case
    assert reply.visibility is Visibility.DIRECT
    assert network.thread(reply).root == network.thread(root).root == root.uri


# ---- how long an answer may be


@pytest.mark.parametrize(
    ("text", "length"),
    [
        ("", 0),
        ("hello", 5),
        ("https://noordlicht.example/a/very/long/address?with=" + "x" * 99, 23),
        ("see http://a.nl.", 4 + 23 + 1),
        ("(https://a.nl)", 1 + 23 + 1),
        ("ask @carol@far.example now", len("ask @carol now")),
        ("mail carol@far.example", len("mail carol@far.example")),
        ("é", 1),
        ("e\u0301", 1),
        ("👩‍👩‍👧", 1),
        ("👍🏽", 1),
        ("🇳🇱🇧🇪", 2),
        ("🏴\U000e0067\U000e0062\U000e007f", 1),
        ("한국", 2),
        ("\u1112\u1161\u11ab", 1),
        ("ก็", 1),
        ("a\r\nb", 3),
    ],
)
def test_length_as_mastodon_counts(server: ScriptedMastodon, text: str, length: int) -> None:
    measure = connected(server).measure(address("1"), text)

    assert measure.length == len("@alice ") + length
    assert measure.limit == 500


@pytest.mark.parametrize(
    ("second", "first", "limit"),
    [
        ({"configuration": {"statuses": {"max_characters": 5000}}}, {}, 5000),
        (None, {"configuration": {"statuses": {"max_characters": 1000}}}, 1000),
        (None, {"max_toot_chars": 2000}, 2000),
        ({"configuration": None}, {"max_toot_chars": 2000}, 2000),
        ([], [], 500),
        (None, None, 500),
    ],
)
def test_the_limit_is_the_servers_own(
    server: ScriptedMastodon, second: Any, first: Any, limit: int
) -> None:
    for path, body in (("/api/v2/instance", second), ("/api/v1/instance", first)):
        server.answers[path] = page_answer(body, 404 if body is None else 200)

    capabilities = connected(server).capabilities()

    assert (capabilities.reply, capabilities.message) == (True, True)
    assert capabilities.text_limit == limit


def test_the_limit_and_the_account_are_asked_once(server: ScriptedMastodon) -> None:
    paths: list[str] = []

    def note(asked: Asked) -> None:
        paths.append(asked.path)

    for path in ("/api/v2/instance", "/api/v1/accounts/verify_credentials"):
        server.answers[path] = note
    network = connected(server)

    for _ in range(3):
        network.capabilities()
        read(network)

    assert sorted(paths) == ["/api/v1/accounts/verify_credentials", "/api/v2/instance"]
