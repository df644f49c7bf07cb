"""YouTube: what is read from recorded and scripted answers, and what is answered."""

import json
import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from pydantic import ValidationError

from fakes.quota import FakeQuota
from fakes.wiring import network_wiring
from gehoor.domain.case import ReplyAddress, address_of
from gehoor.domain.listing import Ask, Entry, Floor, Listing
from gehoor.domain.mention import Mention, Visibility
from gehoor.domain.network import Broken
from gehoor.domain.reach import Reach
from gehoor.errors import (
    AuthExpired,
    ContractBroken,
    GehoorError,
    Gone,
    NotAllowed,
    PositionLost,
    QuotaSpent,
    RateLimited,
    Rejected,
    Unavailable,
    UnknownOutcome,
)
from gehoor.http import Http
from gehoor.networks import youtube
from gehoor.networks._youtube_errors import NoSuchItem, NotProcessed
from gehoor.networks._youtube_quota import UNITS_A_READ, UNITS_AN_ANSWER, resets_at
from gehoor.networks._youtube_resources import comment_mention, comment_of
from gehoor.networks._youtube_watch import LATE
from gehoor.networks.youtube import YouTube
from loopback import Answer, Asked
from scripted_youtube import (
    API,
    CONSENT,
    KEY,
    OWN,
    START,
    TOKEN_PATH,
    ScriptedYouTube,
    channel_id,
    json_answer,
    recorded,
    refusal,
    scripted_youtube,
)

NOW = datetime(2026, 3, 1, 12, 30, tzinfo=UTC)
RESET = datetime(2026, 3, 2, 8, tzinfo=UTC)
FLOOR = Floor(NOW - timedelta(hours=24))
DOCS = Path(__file__).parents[3] / "docs" / "youtube.md"
HOSTS = frozenset({"127.0.0.1"})
SECRET = json.dumps(CONSENT)
FOR_A_WEEK = json.dumps({**CONSENT, "consent_ends_at": (NOW + timedelta(days=7)).isoformat()})


@pytest.fixture
def server() -> Iterator[ScriptedYouTube]:
    with scripted_youtube() as script:
        yield script


def settings(server: ScriptedYouTube, **fields: Any) -> youtube.Settings:
    known = {"id": "tube", "network": "youtube", "brand": "noordlicht", "channel": OWN}
    known |= {"every": "30m"}
    urls = {"base_url": f"{server.url}{API}", "token_url": f"{server.url}{TOKEN_PATH}"}
    return youtube.Settings.model_validate(known | urls | {"secret": "/gehoor/tube"} | fields)


def connected(
    server: ScriptedYouTube,
    secret: str | None = SECRET,
    quota: FakeQuota | None = None,
    **fields: Any,
) -> YouTube:
    http = Http(lambda: NOW, HOSTS, timeout=(1.0, 1.0))
    wiring = network_wiring(http, secret, quota=quota or FakeQuota())
    return youtube.connect(settings(server, **fields), wiring)


def read(network: YouTube, name: str = "comments", **ask: Any) -> Listing:
    (full_name,) = [one for one in network.lists() if one.startswith(name)]
    return network.read(Ask(full_name, FLOOR, **ask), NOW)


def mentions(entries: Sequence[Entry]) -> list[Mention]:
    return [entry.content for entry in entries if isinstance(entry.content, Mention)]


def texts(listing: Listing) -> list[str]:
    return [mention.text for mention in mentions(listing.entries)]


def heard(server: ScriptedYouTube, text: str = "hi", **fields: Any) -> Mention:
    """A comment, as it is read."""
    server.comment(text, **fields)
    return mentions(read(connected(server)).entries)[0]


def prepared(server: ScriptedYouTube, path: str, answer: Answer) -> None:
    server.answers[f"{API}/{path}"] = lambda _: answer


# ---- what is read


def test_recorded_comments(server: ScriptedYouTube) -> None:
    # Given what YouTube answered for a channel
    prepared(server, "commentThreads", json_answer(recorded("threads")))

    # When it is read
    listing = read(connected(server))

    # Then its comments are mentions with all their names, listed when they were written
    first, _, on_channel, _ = mentions(listing.entries)
    assert listing.entries[0].at == first.posted_at == datetime(2019, 12, 1, 3, 36, 55, tzinfo=UTC)
    assert first.native_id == listing.entries[0].id == "UgyWeTdgc4sc1xgmbld4AaABAg"
    assert first.uri == "youtube:comment:UgyWeTdgc4sc1xgmbld4AaABAg"
    assert first.text == "Hope to go next time. yah!"
    assert first.permalink == (
        "https://www.youtube.com/watch?v=JE8xdDp5B8Q&lc=UgyWeTdgc4sc1xgmbld4AaABAg"
    )
    assert first.visibility is Visibility.PUBLIC
    assert (first.in_reply_to, first.edited_at) == (None, None)
    assert first.author.native_id == "UC000000000000000reader1"
    assert first.author.profile_url == "https://www.youtube.com/channel/UC000000000000000reader1"
    assert on_channel.permalink == (
        "https://www.youtube.com/channel/UCa-vrCLQHviTOVnEKDOdetQ/community"
        "?lc=Ugy0FhSzKMNMT9qs6zt4AaABAg"
    )


def test_recorded_videos(server: ScriptedYouTube) -> None:
    prepared(server, "search", json_answer(recorded("search")))

    listing = read(connected(server, query="surfing"), "videos")

    _, second, _ = mentions(listing.entries)
    assert second.title == "SURFING PERFECT PIPE & BACKDOOR || SUNRISE SHACK!"
    assert second.text.startswith(
        "SURFING PERFECT PIPE & BACKDOOR || SUNRISE SHACK!\nThis is Livin'"
    )
    assert second.permalink == "https://www.youtube.com/watch?v=i2hewkFijuY"
    assert listing.entries[1].at is None
    assert listing.older == {"page": "CBkQAA", "after": "_Z56nIAQj7Q"}


def test_what_is_asked_for(server: ScriptedYouTube) -> None:
    asked: list[dict[str, list[str]]] = []
    server.answers[f"{API}/commentThreads"] = lambda one: asked.append(one.query)

    read(connected(server), position={"page": "after-x"})

    assert asked == [
        {
            "part": ["snippet,replies"],
            "textFormat": ["plainText"],
            "order": ["time"],
            "maxResults": ["100"],
            "allThreadsRelatedToChannelId": [OWN],
            "pageToken": ["after-x"],
        }
    ]


def test_replies_that_come_with_a_thread_are_listed_where_it_is(server: ScriptedYouTube) -> None:
    thread = server.comment("late", START)
    server.reply(thread["id"], "mine too", START + timedelta(minutes=9), "bram")

    first, second = read(connected(server)).entries

    assert (first.at, second.at) == (START, START)
    (_, reply) = mentions([first, second])
    assert reply.in_reply_to == thread["id"]
    assert reply.posted_at == START + timedelta(minutes=9)
    assert reply.permalink.startswith("https://www.youtube.com/watch?v=JE8xdDp5B8Q&lc=")


def test_what_the_channel_says_is_listed_without_content(server: ScriptedYouTube) -> None:
    server.comment("ours", author="own")
    server.video("our new shop", channel="own")

    for name, network in (
        ("comments", connected(server)),
        ("videos", connected(server, query="shop")),
    ):
        (entry,) = read(network, name).entries
        assert entry.id
        assert entry.content is None


def test_an_edited_comment_says_when(server: ScriptedYouTube) -> None:
    mention = heard(server, updatedAt="2026-03-01T12:07:00Z")

    assert mention.edited_at == START + timedelta(minutes=7)


def test_a_picture_comes_along(server: ScriptedYouTube) -> None:
    mention = heard(server, imageUrl="https://img.example/signed")

    assert [image.url for image in mention.images] == ["https://img.example/signed"]


@pytest.mark.parametrize(
    ("state", "note"),
    [("heldForReview", "holds this comment back"), ("likelySpam", "takes this comment for spam")],
)
def test_a_comment_that_is_not_public_says_so(
    server: ScriptedYouTube, state: str, note: str
) -> None:
    # Given a comment, and a reply in a thread of others, that wait for a moderator
    server.comment("where is my parcel", moderationStatus=state)
    public = server.comment("nice", START - timedelta(days=3))
    server.reply(public["id"], "not nice", START, moderationStatus=state)
    network = connected(server, moderation=[state])

    # When the list of that state is read
    assert network.lists() == tuple(f"{kind} {OWN}" for kind in ("comments", state, "replies"))
    found = mentions(read(network, state).entries)

    # Then these two are there, at their own times, and say what they are
    assert {mention.text for mention in found} == {"where is my parcel", "not nice"}
    assert all(note in mention.remark for mention in found)
    assert {entry.at for entry in read(network, state).entries} == {START}
    # And the public list has neither
    (public_mention,) = mentions(read(network).entries)
    assert (public_mention.text, public_mention.remark) == ("nice", "")


def test_an_unreadable_comment_is_set_aside_with_its_reason(server: ScriptedYouTube) -> None:
    server.comment("fine")
    garbled = server.comment("garbled", START + timedelta(minutes=1))
    garbled["snippet"]["authorChannelId"] = None
    network = connected(server)

    broken, fine = read(network).entries

    assert isinstance(broken.content, Broken)
    assert (broken.id, broken.content.native_id) == (garbled["id"], garbled["id"])
    assert broken.content.reason == "the comment cannot be read: snippet.authorChannelId"
    assert mentions([fine])
    with pytest.raises(ContractBroken):
        network.parse(broken.content.raw, NOW)


@pytest.mark.parametrize("raw", [None, 7, {}, {"id": "x"}, {"id": "x", "snippet": None}])
def test_a_thread_without_a_first_comment_is_set_aside(server: ScriptedYouTube, raw: Any) -> None:
    body = recorded("threads")
    prepared(server, "commentThreads", json_answer({**body, "items": [raw]}))

    (entry,) = read(connected(server)).entries

    assert isinstance(entry.content, Broken)
    assert entry.content.native_id


def test_what_was_set_aside_is_read_again(server: ScriptedYouTube) -> None:
    network = connected(server)
    comment, video = server.comment("hello"), server.video("review", about="Of a shop")

    for raw, text in ((comment, "hello"), (video, "review\nOf a shop")):
        assert network.parse(json.dumps(raw), NOW).text == text
    with pytest.raises(ContractBroken, match="no JSON"):
        network.parse("{", NOW)


def test_a_list_without_matches_may_leave_its_items_out(server: ScriptedYouTube) -> None:
    body = {"kind": "youtube#commentThreadListResponse", "pageInfo": {"totalResults": 0}}
    prepared(server, "commentThreads", json_answer(body))

    assert read(connected(server)).entries == ()


# ---- search


def test_a_search_asks_for_videos_since_the_floor(server: ScriptedYouTube) -> None:
    server.video("Noordlicht reviewed", START, "critic")
    server.video("Noordlicht of old", NOW - timedelta(days=9))
    network = connected(server, query="noordlicht")

    assert network.lists() == ("videos noordlicht",)
    (video,) = mentions(read(network, "videos").entries)
    assert video.author.native_id == channel_id("critic")
    assert video.author.handle == "critic"


def test_a_search_is_paid_from_its_own_bucket(server: ScriptedYouTube) -> None:
    quota = FakeQuota()
    network = connected(
        server, quota=quota, query="x", searches_per_day=2, every="1d", fastest="1d"
    )

    for _ in range(2):
        read(network, "videos")
    with pytest.raises(QuotaSpent) as caught:
        read(network, "videos")

    assert caught.value.retry_at == RESET
    assert dict(quota.spent) == {("youtube:/gehoor/tube:searches", RESET): 2}


# ---- replies in threads that are known


def test_a_new_reply_on_an_old_thread_is_heard(server: ScriptedYouTube) -> None:
    # Given a thread that was read, and that lies far down the list by now
    thread = server.comment("late", START)
    network = connected(server)
    memory = read(network).memory or {}
    for number in range(150):
        server.comment(f"other {number}", START + timedelta(seconds=number + 1))

    # When somebody replies in it
    server.reply(thread["id"], "still waiting", NOW)
    listing = read(network, "replies", memory=memory)

    # Then it is listed, without a time of its own, and only once
    assert texts(listing) == ["still waiting"]
    assert [entry.at for entry in listing.entries] == [None]
    again = read(network, "replies", memory=listing.memory)
    assert again.entries == ()


@pytest.mark.parametrize("oldest_first", [True, False])
def test_more_replies_than_come_along_are_asked_for(oldest_first: bool) -> None:
    with scripted_youtube(oldest_first=oldest_first, page_size=40) as server:
        # Given a thread that was read
        thread = server.comment("late", START)
        network = connected(server)
        memory = read(network).memory or {}

        # When more reply than a thread or a page shows
        for number in range(120):
            at = START + timedelta(seconds=number)
            server.reply(thread["id"], f"reply {number}", at)
        listing = read(network, "replies", memory=memory)

        # Then all are listed, newest first
        assert texts(listing) == [f"reply {number}" for number in reversed(range(120))]


def test_a_reply_is_heard_though_another_was_deleted(server: ScriptedYouTube) -> None:
    # Given a thread with a reply that were read
    thread = server.comment("late", START)
    reply = server.reply(thread["id"], "me too", START)
    network = connected(server)
    memory = read(network).memory or {}

    # When that reply is deleted and another one written, so that their number is the same
    server.remove(reply["id"])
    server.reply(thread["id"], "and me", NOW)

    # Then the other one is heard
    assert "and me" in texts(read(network, "replies", memory=memory))


def test_a_reply_that_a_moderator_let_through_late_is_heard(server: ScriptedYouTube) -> None:
    # Given a thread with many replies, one of which is held back, that was read
    thread = server.comment("late", START)
    held = server.reply(thread["id"], "the first", START, moderationStatus="heldForReview")
    for number in range(20):
        server.reply(thread["id"], f"reply {number}", START + timedelta(minutes=number + 1))
    network = connected(server)
    memory = read(network, "replies", memory=read(network).memory).memory or {}

    # When it is let through, a quarter of an hour later
    held["snippet"]["moderationStatus"] = "published"

    # Then it is heard
    assert "the first" in texts(read(network, "replies", memory=memory))


def test_replies_from_before_the_source_was_watched_are_left_out(server: ScriptedYouTube) -> None:
    thread = server.comment("old", NOW - timedelta(days=5))
    server.reply(thread["id"], "old too", NOW - timedelta(days=4))
    server.reply(thread["id"], "new", NOW - timedelta(hours=1))
    network = connected(server)

    listing = read(network, "replies", memory=read(network).memory)

    assert texts(listing) == ["new"]


def test_threads_are_watched_for_a_while(server: ScriptedYouTube) -> None:
    thread = server.comment("old", NOW - timedelta(days=15))
    server.reply(thread["id"], "new", NOW)
    asleep = server.comment("asleep", NOW - timedelta(days=15))

    memory = read(connected(server)).memory or {}

    assert [name for name, *_ in memory["threads"]] == [thread["id"]]
    assert asleep["id"] not in json.dumps(memory)
    assert memory["forgotten"] == 0


def test_threads_that_make_room_are_told_as_a_gap(server: ScriptedYouTube) -> None:
    # Given more threads than are watched
    for number in range(60):
        server.comment(f"number {number}", START + timedelta(seconds=number))
    network = connected(server, watched_threads=50)

    # When they were read
    memory = read(network).memory or {}

    # Then the newest are watched, and the list of replies says once that it is cut off
    assert len(memory["threads"]) == 50
    told = read(network, "replies", memory=memory)
    assert told.cut_off
    assert not read(network, "replies", memory=told.memory).cut_off
    # And from when on: all in the others was read up to what was written there last
    assert told.cut_off_since == START - LATE


def test_replies_that_were_never_looked_at_are_a_gap_from_the_beginning(
    server: ScriptedYouTube,
) -> None:
    # Given more threads than are watched, the oldest with more replies than come along
    thread = server.comment("first", START)["id"]
    for number in range(7):
        server.reply(thread, f"reply {number}", START + timedelta(seconds=number))
    for number in range(50):
        server.comment(f"number {number}", START + timedelta(minutes=1, seconds=number))
    network = connected(server, watched_threads=50)

    told = read(network, "replies", memory=read(network).memory)

    assert told.cut_off_since == FLOOR.at


def test_replies_are_read_though_threads_make_room_all_the_time(server: ScriptedYouTube) -> None:
    # Given more threads than are watched, a reply in one of them, and new threads before each look
    threads = [
        server.comment(f"number {number}", START + timedelta(seconds=number))["id"]
        for number in range(60)
    ]
    network = connected(server, watched_threads=50)
    memory = read(network).memory or {}
    server.reply(threads[-1], "here", NOW - timedelta(minutes=1))
    heard: list[str] = []
    for look in range(2):
        server.comment(f"later {look}", NOW - timedelta(seconds=30 - look))
        memory = read(network, memory=memory).memory or {}
        replies = read(network, "replies", memory=memory)
        memory = replies.memory or {}
        heard += texts(replies)
    # Then it is heard at every second look
    assert heard == ["here"]


def test_every_thread_has_its_turn(server: ScriptedYouTube) -> None:
    # Given more threads than are looked up at once
    threads = [
        server.comment(f"number {number}", START + timedelta(seconds=number))["id"]
        for number in range(240)
    ]
    network = connected(server)
    first = read(network)
    rest: Any = first
    memory = first.memory or {}
    while rest.older:
        rest = read(network, position=rest.older, memory=memory)
        memory = rest.memory
    # When somebody replies in each of them
    for name in threads:
        server.reply(name, f"in {name}", NOW - timedelta(minutes=1))
    # Then all are heard after a few looks
    found: list[str] = []
    for _ in range(6):
        listing = read(network, "replies", memory=memory)
        found += texts(listing)
        memory = listing.memory or {}
    assert sorted(found) == sorted(f"in {name}" for name in threads)


def test_another_channel_has_a_memory_of_its_own(server: ScriptedYouTube) -> None:
    thread = server.comment("late", START)
    memory = read(connected(server)).memory or {}
    server.reply(thread["id"], "in the former channel", NOW)
    former = {**memory, "channel": channel_id("former")}

    assert read(connected(server), "replies", memory=former).entries == ()


def test_memory_that_cannot_be_read_is_told(server: ScriptedYouTube) -> None:
    with pytest.raises(ContractBroken, match="reset the source"):
        read(connected(server), memory={"channel": OWN, "threads": "none"})


def test_a_thread_whose_pages_repeat_is_read_once_they_do_not() -> None:
    with scripted_youtube(page_size=4) as server:
        # Given a thread with more replies than come along, whose pages repeat
        thread = server.comment("late", START)
        for number in range(9):
            server.reply(thread["id"], f"reply {number}", START + timedelta(seconds=number))
        network = connected(server)
        memory = read(network).memory or {}
        server.answers[f"{API}/comments"] = first_page_for_ever(server)
        # When it is read, then what came is listed, and where the rest would be
        first = read(network, "replies", memory=memory)
        assert len(first.entries) == 4
        assert first.older is not None
        # And nothing more while they do
        again = read(network, "replies", memory=first.memory, position=first.older)
        assert (again.entries, again.older) == ((), first.older)
        # And all once they do not
        del server.answers[f"{API}/comments"]
        rest = read(network, "replies", memory=first.memory, position=first.older)
        assert len(texts(rest)) == 9
        assert rest.older is None
        assert read(network, "replies", memory=rest.memory).entries == ()


def first_page_for_ever(server: ScriptedYouTube) -> Callable[[Asked], Answer | None]:
    kept: list[Answer] = []

    def prepared(asked: Asked) -> Answer | None:
        if kept or asked.one("parentId") is None:
            return kept[0] if kept else None
        del server.answers[f"{API}/comments"]
        kept.append(server.answer(asked))
        server.answers[f"{API}/comments"] = prepared
        return kept[0]

    return prepared


def test_while_pages_repeat_a_lost_answer_is_looked_for_later(server: ScriptedYouTube) -> None:
    server.page_size = 4
    thread = server.comment("late", START)
    replies = [server.reply(thread["id"], f"reply {number}") for number in range(9)]
    network = connected(server)
    mention = network.parse(json.dumps(replies[-1]), NOW)
    looked_at = network.thread(mention)
    server.answers[f"{API}/comments"] = first_page_for_ever(server)

    assert network.thread(mention).root == looked_at.root
    with pytest.raises(Unavailable, match="repeat"):
        network.find_replies(address_of(connected_top(network, thread)), "Sorry!", "key")


def connected_top(network: YouTube, thread: dict[str, Any]) -> Mention:
    return network.parse(json.dumps(thread), NOW)


# ---- what it costs


def test_a_quiet_poll_costs_what_the_settings_say(server: ScriptedYouTube) -> None:
    # Given a source with more threads than are looked up at once
    for number in range(150):
        server.comment(f"number {number}", START + timedelta(seconds=number))
    quota = FakeQuota()
    states = ["heldForReview", "likelySpam"]
    network = connected(server, quota=quota, moderation=states)
    first = read(network)
    memory = read(network, position=first.older, memory=first.memory).memory or {}
    quota.spent.clear()

    # When it is polled once more and there is nothing new
    for name in network.lists():
        read(network, name, memory=memory)

    # Then that is the price of a poll
    price = settings(server, moderation=states).units_a_poll
    assert dict(quota.spent) == {("youtube:/gehoor/tube:units", RESET): price}


def test_threads_leave_units_for_answers(server: ScriptedYouTube) -> None:
    # Given a reply, and a day of which polling and threads have spent their parts
    asked = server.comment("why?")
    reply = comment_mention(
        comment_of(server.reply(asked["id"], "hello?", START)), settings(server)
    )
    quota = FakeQuota()
    network = connected(server, quota=quota, units_for_answers=200, units_per_day=1_000)
    quota.take("youtube:/gehoor/tube:units", 900, 1_000, RESET)
    # Then its thread is not asked for, and it can still be answered
    with pytest.raises(QuotaSpent):
        network.thread(reply)
    assert network.reply(address_of(reply), "We look into it", "key")


def test_polling_leaves_units_for_answers(server: ScriptedYouTube) -> None:
    mention = heard(server)
    quota = FakeQuota()
    network = connected(
        server, quota=quota, units_per_day=260, units_for_answers=155, every="1d", fastest="1d"
    )
    quota.take("youtube:/gehoor/tube:units", 100, 260, RESET)

    for _ in range(5):
        read(network)
    with pytest.raises(QuotaSpent):
        read(network)

    assert network.reply(address_of(mention), "Sorry!", "key").native_id


def test_looks_at_older_posts_leave_units_for_the_polls_of_the_day(server: ScriptedYouTube) -> None:
    # Given a project of whose day nineteen hours and a half are left, at a poll each quarter of one
    mention = heard(server)
    quota = FakeQuota()
    network = connected(
        server, quota=quota, units_per_day=1_000, every="15m", units_for_answers=300
    )
    needed = settings(server, every="15m").units_a_poll * 78
    quota.take("youtube:/gehoor/tube:units", 1_000 - 300 - needed - 1, 1_000, RESET)
    # When older posts are looked at
    assert network.recheck([mention.native_id])
    # Then they wait for the reset once only that is left which polls need, and polls go on
    with pytest.raises(QuotaSpent) as caught:
        network.recheck([mention.native_id])
    assert caught.value.retry_at == RESET
    assert texts(read(network)) == ["hi"]


def test_a_quota_that_others_spent_is_left_alone_until_it_resets(server: ScriptedYouTube) -> None:
    # Given a project whose quota somebody else spends
    server.units = 1
    quota = FakeQuota()
    network = connected(server, quota=quota)
    read(network)

    # When YouTube says that it is spent
    with pytest.raises(QuotaSpent) as caught:
        read(network)
    assert caught.value.retry_at == RESET

    # Then nobody asks again on this day, answers included
    server.units = 1_000
    for call in (read, lambda one: one.recheck(["a"])):
        with pytest.raises(QuotaSpent):
            call(connected(server, quota=quota))


def test_the_recorded_quota_error_is_known(server: ScriptedYouTube) -> None:
    prepared(server, "commentThreads", json_answer(recorded("error_quota"), 403))

    with pytest.raises(QuotaSpent):
        read(connected(server))


@pytest.mark.parametrize(
    ("now", "reset"),
    [
        ("2026-03-01T12:30:00+00:00", "2026-03-02T08:00:00+00:00"),
        ("2026-03-08T07:59:00+00:00", "2026-03-08T08:00:00+00:00"),
        ("2026-03-08T08:00:00+00:00", "2026-03-09T07:00:00+00:00"),
        ("2026-11-01T06:59:00+00:00", "2026-11-01T07:00:00+00:00"),
        ("2026-11-01T20:00:00+00:00", "2026-11-02T08:00:00+00:00"),
    ],
)
def test_a_day_ends_at_midnight_in_california(now: str, reset: str) -> None:
    assert resets_at(datetime.fromisoformat(now)) == datetime.fromisoformat(reset)


def test_the_documentation_tells_what_a_day_costs(server: ScriptedYouTube) -> None:
    page = DOCS.read_text("utf-8")
    answers = settings(server).units_for_answers // (UNITS_A_READ + UNITS_AN_ANSWER)
    assert f"pay for {answers} answers" in page
    rows = re.findall(r"^\| (\d+m) \| ([\w, ]+) \| ([\d,]+) \|$", page, re.M)
    assert len(rows) == 4
    for every, states, units in rows:
        moderation = [] if states == "none" else states.split(", ")
        found = settings(server, every=every, moderation=moderation)
        assert f"{found.units_a_day:,}" == units


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({"query": "x", "every": "14m"}, "103 searches a day"),
        ({"every": "1m", "units_per_day": 5_000}, "4320 units"),
        ({"every": "1m", "units_per_day": 6_419}, "looks at older posts take 100 or more"),
        ({"channel": "@noordlicht"}, "pattern"),
        ({"moderation": ["published"]}, "heldForReview"),
        ({"watched_threads": 10}, "50"),
    ],
)
def test_settings_that_cannot_work_are_refused(
    server: ScriptedYouTube, fields: dict[str, Any], words: str
) -> None:
    with pytest.raises(ValidationError, match=words):
        settings(server, **fields)


# ---- errors


ERRORS: list[tuple[Answer, type[GehoorError]]] = [
    (refusal(403, "dailyLimitExceeded"), QuotaSpent),
    (refusal(403, "rateLimitExceeded"), RateLimited),
    (refusal(403, "userRateLimitExceeded"), RateLimited),
    (refusal(403, "forbidden"), NotAllowed),
    (refusal(403, "commentsDisabled"), NotAllowed),
    (refusal(403, "accessNotConfigured"), NotAllowed),
    (refusal(403, "authenticatedUserAccountClosed"), AuthExpired),
    (refusal(404, "channelNotFound"), Gone),
    (refusal(404, "videoNotFound"), NoSuchItem),
    (refusal(400, "processingFailure"), NotProcessed),
    (refusal(400, "invalidPageToken"), PositionLost),
    (refusal(400, "anythingElse"), Rejected),
    (refusal(401, "authError"), AuthExpired),
    (json_answer(recorded("error_key"), 400), AuthExpired),
    (json_answer(recorded("error_permission"), 403), Unavailable),
    (json_answer(recorded("error_comment_not_found"), 404), NoSuchItem),
    (json_answer({"error": "words"}, 403), NotAllowed),
    (json_answer([], 403), NotAllowed),
    (Answer(b"<html>", 502), Unavailable),
    (Answer(b"<html>"), ContractBroken),
    (json_answer({"items": None}), ContractBroken),
]


@pytest.mark.parametrize(("answer", "error"), ERRORS)
def test_a_refusal_is_told_by_its_reason(
    server: ScriptedYouTube, answer: Answer, error: type[GehoorError]
) -> None:
    prepared(server, "commentThreads", answer)

    with pytest.raises(error) as caught:
        read(connected(server), position={"page": "after-x"})

    assert type(caught.value) is error
    assert "hush" not in str(caught.value)


def test_a_day_of_searches_that_is_spent_is_no_hurry(server: ScriptedYouTube) -> None:
    # Given the words in which YouTube says that the searches of a day are spent
    words = "Quota exceeded for quota metric 'Search Queries' and limit 'Search Queries per day'"
    error = {"code": 429, "message": words, "errors": [{"reason": "rateLimitExceeded"}]}
    prepared(server, "search", json_answer({"error": error}, 429))
    # When it is searched
    with pytest.raises(QuotaSpent) as caught:
        read(connected(server, query="x"), "videos")
    # Then nobody searches before the day is over
    assert caught.value.retry_at == RESET


def test_a_new_style_reason_is_known(server: ScriptedYouTube) -> None:
    info = {"@type": "type.googleapis.com/google.rpc.ErrorInfo", "reason": "RATE_LIMIT_EXCEEDED"}
    error = {"code": 429, "status": "RESOURCE_EXHAUSTED", "details": [info]}
    prepared(server, "commentThreads", json_answer({"error": error}, 429, {"Retry-After": "60"}))

    with pytest.raises(RateLimited) as caught:
        read(connected(server))

    assert caught.value.retry_at == NOW + timedelta(minutes=1)


# ---- credentials


@pytest.mark.parametrize("secret", [KEY, json.dumps({"api_key": KEY}), f" {KEY}\n"])
def test_a_key_reads_what_is_public_and_says_what_it_cannot(
    server: ScriptedYouTube, secret: str
) -> None:
    server.comment("hello")
    network = connected(server, secret)

    (mention,) = mentions(read(network).entries)

    assert not network.capabilities().reply
    assert "YouTube" in network.capabilities().instead
    with pytest.raises(NotAllowed, match="consent"):
        network.reply(address_of(mention), "Sorry!", "key")
    assert server.tokens == []


@pytest.mark.parametrize(
    "secret",
    [None, "", "two words", "{}", "{", '{"api_key": ""}', '{"refresh_token": "r"}', "é"],
)
def test_a_secret_that_is_no_credential_is_refused_without_showing_it(
    server: ScriptedYouTube, secret: str | None
) -> None:
    with pytest.raises(AuthExpired, match="/gehoor/tube holds no credential") as caught:
        connected(server, secret)

    assert caught.value.__cause__ is None


def test_a_key_cannot_read_what_waits_for_a_moderator(server: ScriptedYouTube) -> None:
    with pytest.raises(AuthExpired, match="moderation takes the owner's consent"):
        connected(server, KEY, moderation=["heldForReview"])


def test_one_token_serves_many_calls(server: ScriptedYouTube) -> None:
    network = connected(server)

    for _ in range(3):
        read(network)

    assert len(server.tokens) == 1


def test_a_token_is_renewed_before_its_life_ends(server: ScriptedYouTube) -> None:
    now = NOW
    http = Http(lambda: now, HOSTS)
    network = youtube.connect(settings(server), network_wiring(http, SECRET))
    read(network)

    now = NOW + timedelta(minutes=50)
    read(network)

    assert len(server.tokens) == 2


@pytest.mark.parametrize(
    ("secret", "ends_at"),
    [(KEY, None), (SECRET, None), (FOR_A_WEEK, NOW + timedelta(days=7))],
    ids=["a key", "a consent without end", "a consent for a time"],
)
def test_the_end_of_a_consent_is_told_with_each_page(
    server: ScriptedYouTube, secret: str, ends_at: datetime | None
) -> None:
    assert read(connected(server, secret)).credential_ends_at == ends_at


def test_a_token_that_is_refused_is_renewed_once(server: ScriptedYouTube) -> None:
    network = connected(server)
    read(network)
    server.tokens.append("of another worker, since the stand-in knows only the last")

    read(network)
    assert len(server.tokens) == 3

    prepared(server, "commentThreads", refusal(401, "authError"))
    with pytest.raises(AuthExpired):
        read(network)


@pytest.mark.parametrize(
    ("answer", "error"),
    [
        (json_answer({"error": "invalid_grant"}, 400), AuthExpired),
        (json_answer({"error": "invalid_client"}, 401), AuthExpired),
        (Answer(b"not here", 404), AuthExpired),
        (Answer(b"", 503), Unavailable),
        (json_answer({}, 429), RateLimited),
        (json_answer({"access_token": "a b", "expires_in": 10}), ContractBroken),
        (Answer(b"<html>"), ContractBroken),
    ],
)
def test_a_token_that_is_not_given_is_told_apart(
    server: ScriptedYouTube, answer: Answer, error: type[GehoorError]
) -> None:
    server.answers[TOKEN_PATH] = lambda _: answer

    with pytest.raises(error) as caught:
        read(connected(server))

    assert "hush" not in f"{caught.value}{caught.value.__cause__}"


# ---- the thread


def test_a_first_comment_begins_its_own_thread_at_no_cost(server: ScriptedYouTube) -> None:
    mention = heard(server)
    quota = FakeQuota()

    thread = connected(server, quota=quota).thread(mention)

    assert (thread.root, thread.earlier) == (mention.uri, ())
    assert not quota.spent


@pytest.mark.parametrize("others", [1, 30])
def test_a_reply_knows_what_was_said_before(server: ScriptedYouTube, others: int) -> None:
    # Given a thread in which somebody replies after others, and after the brand
    top = server.comment("late", START, "anna")
    for number in range(others):
        server.reply(top["id"], f"reply {number}", START + timedelta(seconds=number), "bram")
    server.reply(top["id"], "We look into it.", START + timedelta(minutes=1), "own")
    last = server.reply(top["id"], "thanks", START + timedelta(minutes=2), "anna")
    server.reply(top["id"], "later", START + timedelta(minutes=3), "anna")
    network = connected(server)
    mention = network.parse(json.dumps(last), NOW)

    # When its thread is read
    thread = network.thread(mention)

    # Then its root is the first comment, and all before it is there, in order
    assert thread.root == f"youtube:comment:{top['id']}"
    assert [post.text for post in thread.earlier] == [
        "late",
        *(f"reply {number}" for number in range(others)),
        "We look into it.",
    ]
    assert [post.by_brand for post in thread.earlier] == [*[False] * (others + 1), True]
    assert thread.earlier[0].author_id == mention.author.native_id


def test_a_thread_that_is_gone_says_so(server: ScriptedYouTube) -> None:
    top = server.comment("late", START)
    mention = connected(server).parse(json.dumps(server.reply(top["id"], "me too")), NOW)
    server.remove(top["id"])

    with pytest.raises(Gone):
        connected(server).thread(mention)


# ---- answers


def test_an_answer_names_the_author_and_goes_to_the_thread(server: ScriptedYouTube) -> None:
    # Given a reply in a thread
    top = server.comment("late", START, "anna")
    reply = server.reply(top["id"], "mine too", START, "bram")
    network = connected(server)
    address = address_of(network.parse(json.dumps(reply), NOW))
    address = replace(address, permalink=f"https://www.youtube.com/watch?v=V&lc={reply['id']}")

    # When it is answered
    posted = network.reply(address, " We look into it. ", "key")

    # Then the answer is in the thread, which knows one level only, and tells the author
    (inserted,) = server.inserted
    assert inserted == {
        "resource": "comments",
        "parentId": top["id"],
        "textOriginal": "@bram We look into it.",
    }
    assert posted.permalink == f"https://www.youtube.com/watch?v=V&lc={posted.native_id}"
    assert posted.visibility is Visibility.PUBLIC


@pytest.mark.parametrize(
    ("handle", "text", "written"),
    [
        ("@anna", "Sorry!", "@anna Sorry!"),
        ("@anna", "@Anna, sorry!", "@Anna, sorry!"),
        ("@anna", "@annabel sorry!", "@anna @annabel sorry!"),
        ("Anna B.", "Sorry!", "Sorry!"),
    ],
)
def test_what_is_written_is_what_is_measured(
    server: ScriptedYouTube, handle: str, text: str, written: str
) -> None:
    network = connected(server)
    address = replace(address_of(heard(server)), handle=handle)

    network.reply(address, text, "key")

    assert server.inserted[-1]["textOriginal"] == written
    assert network.measure(address, text).length == len(written)
    assert network.measure(address, "x" * 10_001).excess


def test_a_video_is_answered_below_it(server: ScriptedYouTube) -> None:
    server.video("Noordlicht reviewed", START, "critic")
    network = connected(server, query="noordlicht")
    (video,) = mentions(read(network, "videos").entries)

    posted = network.reply(address_of(video), "Thanks!", "key")

    (inserted,) = server.inserted
    assert inserted["resource"] == "commentThreads"
    assert inserted["videoId"] == video.native_id.removeprefix("video:")
    assert inserted["channelId"] == channel_id("critic")
    assert posted.permalink == f"{video.permalink}&lc={posted.native_id}"
    assert network.find_replies(address_of(video), "Thanks!", "key") == (posted,)


def test_a_comment_that_is_gone_is_not_answered(server: ScriptedYouTube) -> None:
    mention = heard(server)
    server.remove(mention.native_id)

    with pytest.raises(Gone):
        connected(server).reply(address_of(mention), "Sorry!", "key")
    assert connected(server).find_replies(address_of(mention), "Sorry!", "key") == ()
    assert server.inserted == []


@pytest.mark.parametrize("visibility", [Visibility.DIRECT, Visibility.FOLLOWERS])
def test_nothing_private_is_told_in_public(server: ScriptedYouTube, visibility: Visibility) -> None:
    address = replace(address_of(heard(server)), visibility=visibility)

    with pytest.raises(NotAllowed, match="no private messages"):
        connected(server).reply(address, "Your order number?", "key")

    assert server.inserted == []


REFUSED_ANSWERS: list[tuple[Answer, type[GehoorError], str]] = [
    (refusal(403, "commentsDisabled"), NotAllowed, "switched off"),
    (refusal(400, "parentCommentIsPrivate"), NotAllowed, "approve it in YouTube Studio"),
    (refusal(400, "operationNotSupported"), NotAllowed, "nobody answer"),
    (refusal(403, "ineligibleAccount"), NotAllowed, "no YouTube channel"),
    (refusal(403, "insufficientPermissions"), NotAllowed, "force-ssl"),
    (refusal(400, "commentTextTooLong"), Rejected, "too long"),
    (refusal(400, "invalidCustomEmoji"), Rejected, "emoji"),
    (refusal(400, "processingFailure"), Rejected, "at 3 attempts"),
    (refusal(404, "parentCommentNotFound"), Gone, "no longer there"),
    (refusal(500, "backendError"), UnknownOutcome, "look before"),
    (Answer(b"", 500), UnknownOutcome, "look before"),
    (Answer(b"<html>"), UnknownOutcome, "clearly"),
    (json_answer({"id": "x"}), UnknownOutcome, "clearly"),
]


@pytest.mark.parametrize(("answer", "error", "words"), REFUSED_ANSWERS)
def test_a_refused_answer_says_why(
    server: ScriptedYouTube, answer: Answer, error: type[GehoorError], words: str
) -> None:
    address = address_of(heard(server))
    server.answers[f"{API}/comments"] = lambda asked: answer if asked.method == "POST" else None

    with pytest.raises(error, match=words):
        connected(server).reply(address, "Sorry!", "key")


def test_what_youtube_stumbles_over_by_chance_is_sent_again(server: ScriptedYouTube) -> None:
    address = address_of(heard(server))
    stumbles = [refusal(400, "processingFailure")] * 2
    server.answers[f"{API}/comments"] = lambda asked: (
        stumbles.pop() if stumbles and asked.method == "POST" else None
    )

    posted = connected(server).reply(address, "Sorry!", "key")

    assert [one["textOriginal"] for one in server.inserted] == ["@anna Sorry!"]
    assert posted.native_id


def test_a_lost_answer_is_found_among_the_replies(server: ScriptedYouTube) -> None:
    # Given a thread in which the channel said the same before and after, and others said it too
    top = server.comment("late", START, "anna")
    server.reply(top["id"], "@bram Sorry!", START, "own")
    asked = server.reply(top["id"], "mine too", START + timedelta(minutes=1), "bram")
    server.reply(top["id"], "@bram Sorry!", START + timedelta(minutes=2), "anna")
    for number in range(200):
        server.reply(top["id"], f"reply {number}", START + timedelta(minutes=2), "chris")
    lost = server.reply(top["id"], "@bram  Sorry!", START + timedelta(minutes=3), "own")
    later = server.reply(top["id"], "@bram Sorry!", START + timedelta(minutes=4), "own")
    network = connected(server)

    # When it is looked for
    address = address_of(network.parse(json.dumps(asked), NOW))
    found = network.find_replies(address, "Sorry!", "key")

    # Then what the channel wrote since is found, the newest first
    assert [one.native_id for one in found] == [later["id"], lost["id"]]


def test_what_can_be_done(server: ScriptedYouTube) -> None:
    capabilities = connected(server, text_limit=500).capabilities()

    assert (capabilities.reply, capabilities.message, capabilities.threads) == (True, False, True)
    assert capabilities.text_limit == 500
    assert "no messages" in capabilities.instead


# ---- what became of it


def test_stored_comments_and_videos_are_looked_at_again(server: ScriptedYouTube) -> None:
    # Given comments, a reply and videos, of which some were edited and some deleted since
    edited = server.comment("before", START)
    reply = server.reply(edited["id"], "a reply", START)
    gone = server.comment("gone", START)
    video = server.video("review")
    edited["snippet"] |= {"textOriginal": "after", "updatedAt": "2026-03-01T12:10:00Z"}
    server.remove(gone["id"])
    garbled = server.comment("garbled", START)
    garbled["snippet"]["authorChannelId"] = None
    name = f"video:{video['id']['videoId']}"
    ids = [edited["id"], reply["id"], gone["id"], garbled["id"], name, "video:none"]

    # When they are looked at again
    found = connected(server).recheck(ids)

    # Then what they are now is known, except for the one that cannot be read
    assert {one for one, known in found.items() if known is None} == {gone["id"], "video:none"}
    now = found[edited["id"]]
    assert now is not None
    assert (now.mention.text, now.mention.edited_at) == ("after", START + timedelta(minutes=10))
    known = found[reply["id"]]
    assert known is not None
    assert "watch?v=" in known.mention.permalink
    assert found[name] is not None
    assert garbled["id"] not in found


def test_how_far_comments_and_videos_go_comes_with_them(server: ScriptedYouTube) -> None:
    # Given a comment and a video that many like
    comment, video = server.comment("hello"), server.video("review")
    comment["snippet"]["likeCount"] = 3
    video["statistics"] = {"viewCount": "900", "likeCount": "40", "commentCount": "5"}
    name, quota = f"video:{video['id']['videoId']}", FakeQuota()
    # When they are looked at again
    found = connected(server, quota=quota).recheck([comment["id"], name])
    # Then their counts are told beside them, for a unit each as before
    told = {one: known.reach for one, known in found.items() if known}
    assert told == {
        comment["id"]: Reach(likes=3),
        name: Reach(views=900, likes=40, replies=5),
    }
    assert sum(quota.spent.values()) == 2


def test_one_that_is_gone_does_not_hide_the_others(server: ScriptedYouTube) -> None:
    # Given a YouTube that refuses a list for one id of it
    kept, gone = server.comment("kept")["id"], server.comment("gone")["id"]
    server.remove(gone)

    def refused(asked: Asked) -> Answer | None:
        return refusal(404, "commentNotFound") if gone in (asked.one("id") or "") else None

    server.answers[f"{API}/comments"] = refused
    # When both are looked at again
    found = connected(server).recheck([kept, gone])
    # Then each has its own answer
    assert found[gone] is None
    assert found[kept] is not None


def test_an_interface_that_is_not_there_makes_nothing_gone(server: ScriptedYouTube) -> None:
    prepared(server, "comments", Answer(b"<html>404</html>", 404))

    with pytest.raises(Gone):
        connected(server).recheck(["a", "b"])


def test_a_watched_thread_that_is_gone_does_not_stop_the_others(server: ScriptedYouTube) -> None:
    # Given two watched threads, one of which YouTube then does not know any more
    kept, gone = server.comment("kept"), server.comment("gone")
    connection = connected(server)
    memory = read(connection).memory or {}
    server.remove(gone["id"])
    server.reply(kept["id"], "more", START + timedelta(minutes=1))

    def refused(asked: Asked) -> Answer | None:
        is_asked = gone["id"] in (asked.one("id") or "")
        return refusal(404, "commentThreadNotFound") if is_asked else None

    server.answers[f"{API}/commentThreads"] = refused
    # Then what is new in the other one comes
    assert texts(read(connection, "replies", memory=memory)) == ["more"]


@pytest.mark.parametrize(("waiting", "is_told"), [(1, True), (120, False)])
def test_a_comment_that_waits_for_a_moderator_is_not_held_gone(
    server: ScriptedYouTube, waiting: int, is_told: bool
) -> None:
    # Given comments that wait for a moderator, which YouTube does not give by their ids
    for number in range(waiting):
        held = server.comment(f"held {number}", START, moderationStatus="heldForReview")["id"]
    nothing = {"kind": "youtube#commentListResponse", "items": []}
    prepared(server, "comments", json_answer(nothing))
    # When one of them, and one that is gone, are looked at again
    found = connected(server, moderation=["heldForReview"]).recheck([held, "gone"])
    # Then what is told of them is told for sure
    assert set(found) == ({held, "gone"} if is_told else set())
    assert found.get("gone") is None
    assert not is_told or found[held] is not None


def test_many_are_looked_at_fifty_at_a_time(server: ScriptedYouTube) -> None:
    ids = [server.comment(f"number {number}")["id"] for number in range(120)]
    quota = FakeQuota()

    found = connected(server, quota=quota).recheck(ids)

    assert set(found) == set(ids)
    assert all(found.values())
    assert sum(quota.spent.values()) == 3


def test_an_address_of_nobody_is_no_handle(server: ScriptedYouTube) -> None:
    address = ReplyAddress("tube", "x", "UC", "", Visibility.PUBLIC, "https://youtube.example")

    assert connected(server).measure(address, "hi").length == 2
