"""The X adapter against a stand-in for X's API, in what is X's own about it."""

import json
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from fakes.quota import FakeQuota
from fakes.sessions import FakeSessions
from fakes.wiring import network_wiring
from gehoor.domain.case import address_of
from gehoor.domain.listing import Ask, Floor, Listing, Memory
from gehoor.domain.mention import Mention, Visibility
from gehoor.domain.reach import Reach
from gehoor.errors import (
    AuthExpired,
    Gone,
    NotAllowed,
    PositionLost,
    QuotaSpent,
    Rejected,
    UnknownOutcome,
)
from gehoor.networks._x_length import MOST, length
from gehoor.networks._x_money import next_day
from gehoor.networks.x import X
from loopback import Answer
from scripted_x import (
    OWN_ID,
    SECRET,
    ScriptedX,
    connected,
    http_at,
    json_answer,
    problem,
    scripted_x,
)

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)
FLOOR = Floor(NOW - timedelta(days=1))
PRICES = {"post_read": 0.005, "mention_read": 0.005, "user_read": 0.010, "message_read": 0.010}


@pytest.fixture
def server() -> Iterator[ScriptedX]:
    with scripted_x() as script:
        yield script


def network(server: ScriptedX, now: datetime = NOW, **fields: Any) -> X:
    """A new connection; `quota` and `sessions` go into its wiring."""
    changes = {"sessions": server.sessions}
    changes |= {name: fields.pop(name) for name in ("quota", "sessions") if name in fields}
    return connected(server, network_wiring(http_at(now), SECRET, **changes), **fields)


def read(connection: X, list_name: str = "mentions", now: datetime = NOW, **ask: Any) -> Listing:
    """One page; what is remembered goes through JSON, as it does in the store."""
    listing = connection.read(Ask(list_name, ask.pop("floor", FLOOR), **ask), now)
    json.dumps([listing.memory, listing.older])
    return listing


def mentions_in(listing: Listing) -> list[Mention]:
    return [entry.content for entry in listing.entries if isinstance(entry.content, Mention)]


def the_mention(server: ScriptedX, **fields: Any) -> Mention:
    """The only mention there is."""
    (mention,) = mentions_in(read(network(server, **fields)))
    return mention


# ---- what is heard


def test_a_mention_tells_who_said_what_and_where(server: ScriptedX) -> None:
    server.user("anna", name="Anna \u202eB")
    post = server.post("@noordlicht my parcel is late", NOW)

    mention = the_mention(server)

    assert mention.native_id == post["id"]
    assert mention.uri == f"https://x.com/i/status/{post['id']}"
    assert mention.permalink == f"https://x.com/anna/status/{post['id']}"
    assert mention.author.handle == "@anna"
    assert mention.author.display_name == "Anna B"
    assert mention.author.profile_url == "https://x.com/anna"
    assert mention.posted_at == NOW
    assert mention.visibility is Visibility.PUBLIC
    assert (mention.in_reply_to, mention.edited_at) == (None, None)


def test_own_posts_and_reposts_are_no_mentions_but_steer_the_walk(server: ScriptedX) -> None:
    server.post("@noordlicht thanks to us", NOW, "noordlicht")
    repost = [{"type": "retweeted", "id": "1"}]
    server.post("RT @noordlicht : hear hear @noordlicht", NOW, referenced_tweets=repost)

    listing = read(network(server))

    assert [entry.content for entry in listing.entries] == [None, None]
    assert [entry.at for entry in listing.entries] == [NOW, NOW]


def test_a_quote_of_an_own_post_is_a_mention_with_its_own_words(server: ScriptedX) -> None:
    own = server.post("We are open", NOW, "noordlicht")
    address = f"https://twitter.com/noordlicht/status/{own['id']}"
    server.post(
        "Not for me @noordlicht https://t.co/q",
        NOW,
        referenced_tweets=[{"type": "quoted", "id": own["id"]}],
        entities={
            "mentions": [{"username": "noordlicht", "id": OWN_ID}],
            "urls": [{"url": "https://t.co/q", "expanded_url": address}],
        },
    )

    mention = the_mention(server)

    assert mention.text == f"Not for me @noordlicht https://x.com/noordlicht/status/{own['id']}"
    assert mention.in_reply_to is None


def test_a_protected_account_speaks_to_its_followers(server: ScriptedX) -> None:
    server.user("anna", protected=True)
    server.post("@noordlicht psst", NOW)

    assert the_mention(server).visibility is Visibility.FOLLOWERS


def test_a_picture_comes_along_with_its_description(server: ScriptedX) -> None:
    url = "https://pbs.twimg.com/media/1.jpg"
    server.media["3_1"] = {"media_key": "3_1", "type": "photo", "url": url, "alt_text": "A box"}
    server.post("@noordlicht broken", NOW, attachments={"media_keys": ["3_1", "3_2"]})

    mention = the_mention(server)

    assert [image.url for image in mention.images] == [url]
    assert mention.text == "@noordlicht broken\n[image: A box]"


def test_an_edited_post_keeps_its_name_and_tells_when_it_was_edited(server: ScriptedX) -> None:
    # Given a post that was heard
    first = server.post("@noordlicht you are bad", NOW)
    before = the_mention(server)

    # When its author edits it
    edited_at = NOW + timedelta(minutes=9)
    newer = server.edit(first, "@noordlicht you are good", edited_at)

    # Then it is the same mention in other words, from an entry that was not given out yet
    listing = read(network(server, edited_at), now=edited_at)
    (after,) = mentions_in(listing)
    assert after.mention_id == before.mention_id
    assert after.text == "@noordlicht you are good"
    assert abs(after.edited_at - edited_at) < timedelta(seconds=1) if after.edited_at else False
    assert abs(after.posted_at - NOW) < timedelta(seconds=1)
    assert [entry.id for entry in listing.entries] == [newer["id"]]


def test_a_search_leaves_out_what_is_paid_for_nothing(server: ScriptedX) -> None:
    server.post("noordlicht is great", NOW, "noordlicht")
    server.post("noordlicht is closed", NOW)

    listing = read(network(server, query='noordlicht OR "noord licht"'), "search")

    assert [mention.text for mention in mentions_in(listing)] == ["noordlicht is closed"]
    query = server.asked[-2].one("query")
    assert query == '(noordlicht OR "noord licht") -is:retweet -from:noordlicht'


def test_a_source_reads_mentions_or_a_search_and_messages_where_wanted(server: ScriptedX) -> None:
    assert network(server).lists() == ("mentions",)
    assert network(server, query="a", messages=True).lists() == ("search", "messages")


def test_a_message_is_private_and_its_conversation_is_its_thread(server: ScriptedX) -> None:
    server.message("where is my parcel?", NOW)
    server.message("we look", NOW)["sender_id"] = OWN_ID
    connection = network(server, messages=True)

    (mention,) = mentions_in(read(connection, "messages"))

    assert mention.visibility is Visibility.DIRECT
    assert mention.text == "where is my parcel?"
    assert connection.thread(mention).root == mention.permalink
    assert mention.permalink.startswith(f"https://x.com/messages/{OWN_ID}-")


# ---- pages


def test_pages_lead_down_to_the_floor_with_one_start(server: ScriptedX) -> None:
    server.page_size = 40
    for minute in range(90):
        server.post(f"@noordlicht {minute}", NOW - timedelta(minutes=minute))
    server.post("@noordlicht too old", FLOOR.at - timedelta(minutes=1))
    connection = network(server)

    pages = [read(connection)]
    while pages[-1].older:
        pages.append(read(connection, now=NOW + timedelta(minutes=1), position=pages[-1].older))

    texts = [mention.text for page in pages for mention in mentions_in(page)]
    assert texts == [f"@noordlicht {minute}" for minute in range(90)]
    starts = {one.one("start_time") for one in server.asked if one.path.endswith("/mentions")}
    assert starts == {"2026-02-28T12:00:00Z"}
    assert not any(page.cut_off for page in pages)


def test_a_position_that_x_forgot_is_lost(server: ScriptedX) -> None:
    position = {"token": "forgotten", "above": "100", "start": "2026-02-28T12:00:00Z"}

    with pytest.raises(PositionLost):
        read(network(server), position=position)


def test_an_account_that_x_does_not_show_is_not_a_quiet_one(server: ScriptedX) -> None:
    gone = {
        "errors": [{"value": OWN_ID, "type": "https://api.x.com/2/problems/resource-not-found"}]
    }
    server.answers[f"/2/users/{OWN_ID}/mentions"] = lambda _: json_answer(gone)

    with pytest.raises(NotAllowed, match="does not show the account"):
        read(network(server))


def test_names_are_forgotten_after_a_week(server: ScriptedX) -> None:
    server.post("@noordlicht one", NOW)
    memory = read(network(server)).memory or {}
    later = NOW + timedelta(days=8)

    forgotten = read(network(server, later), now=later, floor=Floor(later), memory=memory).memory

    assert "anna" in json.dumps(memory)
    assert "anna" not in json.dumps(forgotten)


def test_a_refused_query_is_no_lost_position(server: ScriptedX) -> None:
    refusal = problem(400, "Invalid Request", "min_faves is no operator")
    server.answers["/2/tweets/search/recent"] = lambda _: refusal

    with pytest.raises(Rejected, match="min_faves is no operator"):
        read(network(server, query="min_faves:3"), "search")


def test_what_lies_beyond_the_reach_of_mentions_is_cut_off(server: ScriptedX) -> None:
    for number in range(850):
        server.post(f"@noordlicht {number}", NOW - timedelta(seconds=number))
    connection = network(server, daily_budget_usd=100)

    pages = [read(connection)]
    while pages[-1].older:
        pages.append(read(connection, position=pages[-1].older))

    assert sum(len(page.entries) for page in pages) == 800
    assert [page.cut_off for page in pages] == [False] * 7 + [True]


def test_a_search_that_was_away_for_too_long_is_cut_off(server: ScriptedX) -> None:
    old = Floor(NOW - timedelta(days=8))

    listing = read(network(server, query="a"), "search", floor=old)

    assert listing.cut_off
    assert server.asked[-1].one("start_time") == "2026-02-22T12:01:00Z"


def test_a_search_that_is_only_quiet_is_not_cut_off(server: ScriptedX) -> None:
    # Given a search that brings nothing for days, and is read all the time
    floor = Floor(NOW)
    memory: Memory = {}
    connection = network(server, query="a")
    for day in range(20):
        now = NOW + timedelta(days=day)
        listing = read(connection, "search", now, floor=floor, memory=memory)
        memory = listing.memory or {}
        # Then nothing is missing
        assert not listing.cut_off


def test_the_start_is_never_later_than_x_takes_it(server: ScriptedX) -> None:
    read(network(server), floor=Floor(NOW))

    assert server.asked[-1].one("start_time") == "2026-03-01T11:59:00Z"


def test_when_the_limit_is_used_up_the_source_rests(server: ScriptedX) -> None:
    reset = NOW + timedelta(minutes=7)
    server.headers = {
        "x-rate-limit-remaining": "0",
        "x-rate-limit-reset": f"{reset.timestamp():.0f}",
    }

    assert read(network(server)).not_before == reset


# ---- what it costs


def test_names_are_asked_once_and_remembered(server: ScriptedX) -> None:
    # Given two posts of one author that were heard
    server.post("@noordlicht one", NOW)
    server.post("@noordlicht two", NOW)
    memory = read(network(server)).memory or {}
    asked = len(server.asked)

    # When the author speaks again, days later, to another worker
    later = NOW + timedelta(days=3)
    server.post("@noordlicht three", later)
    listing = read(network(server, later), now=later, floor=Floor(later), memory=memory)

    # Then neither the author nor the account is asked for
    assert [mention.author.handle for mention in mentions_in(listing)] == ["@anna"]
    assert {one.path for one in server.asked[asked:]} == {
        "/2/oauth2/token",
        f"/2/users/{OWN_ID}/mentions",
    }


def test_everybody_on_a_page_has_a_name_though_not_all_are_remembered(server: ScriptedX) -> None:
    # Given a page of known authors
    for number in range(60):
        server.mention("one", NOW, f"user{number}")
    memory = read(network(server)).memory or {}
    # When they speak together with as many new ones
    later = NOW + timedelta(minutes=1)
    for number in range(20, 120):
        server.mention("two", later, f"user{number}")
    listing = read(network(server, later), now=later, floor=Floor(later), memory=memory)
    # Then all have their names
    handles = {mention.author.handle for mention in mentions_in(listing)}
    assert handles == {f"@user{number}" for number in range(20, 120)}


def test_names_are_asked_again_after_a_week(server: ScriptedX) -> None:
    # Given an author whose names are known
    author_id = server.post("@noordlicht one", NOW)["author_id"]
    memory = read(network(server)).memory or {}

    # When the author takes another name and speaks again, more than a week later
    server.users[author_id]["username"] = "annette"
    later = NOW + timedelta(days=8)
    server.post("@noordlicht two", later, "annette")
    listing = read(network(server, later), now=later, floor=Floor(later), memory=memory)

    # Then it is known
    assert [mention.author.handle for mention in mentions_in(listing)] == ["@annette"]


def test_what_is_counted_is_what_x_charges(server: ScriptedX) -> None:
    quota = FakeQuota()
    connection = network(server, quota=quota, messages=True)
    for number in range(7):
        server.post(f"@noordlicht {number}", NOW, f"user{number % 3}")
        server.message(f"psst {number}", NOW, f"user{number % 3}")
    memory: Any = {}
    for list_name in ("mentions", "messages", "mentions", "messages"):
        memory = read(connection, list_name, memory=memory).memory

    counted = quota.used("x:s:usd", next_day(NOW)) / 1_000_000

    assert counted == pytest.approx(server.dollars(PRICES))
    assert counted == pytest.approx(7 * 0.005 + 7 * 0.010 + 4 * 0.010)


def test_a_new_day_is_charged_anew(server: ScriptedX) -> None:
    quota = FakeQuota()
    server.post("@noordlicht hello", NOW)
    memory = read(network(server, quota=quota)).memory or {}
    tomorrow = NOW + timedelta(days=1)

    read(network(server, tomorrow, quota=quota), now=tomorrow, memory=memory)

    assert quota.used("x:s:usd", next_day(tomorrow)) == 5_000


def test_a_page_is_only_as_large_as_the_day_can_pay(server: ScriptedX) -> None:
    read(network(server, daily_budget_usd=0.5))

    assert server.asked[-1].one("max_results") == "5"


def test_when_the_day_is_spent_nothing_is_asked_until_the_next(server: ScriptedX) -> None:
    quota = FakeQuota()
    quota.take("x:s:usd", 8_000_000, 10_000_000, next_day(NOW))
    connection = network(server, quota=quota)
    memory = read(network(server)).memory or {}
    server.asked.clear()

    with pytest.raises(QuotaSpent, match=r"8\.00 of the 10\.00 USD .* daily_budget_usd") as caught:
        read(connection, memory=memory)

    assert caught.value.retry_at == datetime(2026, 3, 2, tzinfo=UTC)
    assert server.asked == []


def test_money_that_lists_may_not_use_is_left_for_answers(server: ScriptedX) -> None:
    server.post("@noordlicht hello?", NOW)
    quota = FakeQuota()
    connection = network(server, quota=quota)
    address = address_of(mentions_in(read(connection))[0])
    quota.take("x:s:usd", 8_000_000, 10_000_000, next_day(NOW))

    with pytest.raises(QuotaSpent):
        read(connection)
    assert connection.reply(address, "We look into it.", "key")


@pytest.mark.parametrize(
    ("spent", "works"),
    [
        (0.4, {"list", "thread", "answer"}),
        (0.8, {"thread", "answer"}),
        (0.9, {"answer"}),
        (1.0, set()),
    ],
)
def test_what_can_wait_leaves_money_for_what_cannot(
    server: ScriptedX, spent: float, works: set[str]
) -> None:
    # Given a day of which a part of the money is spent, by whatever it was
    asked = server.post("why?", NOW, "noordlicht")
    reply = server.reply_to(asked, "@noordlicht hello?", NOW)
    quota = FakeQuota()
    connection = network(server, quota=quota)
    mention = mentions_in(read(connection))[0]
    connection.capabilities()
    left = round(spent * 10_000_000) - quota.used("x:s:usd", next_day(NOW))
    quota.take("x:s:usd", left, 10_000_000, next_day(NOW))
    # When everything is tried
    attempts: dict[str, Callable[[], object]] = {
        "look again": lambda: connection.recheck([reply["id"]]),
        "list": lambda: read(connection),
        "thread": lambda: connection.thread(mention),
        "answer": lambda: connection.reply(address_of(mention), "We look into it.", "key"),
    }
    done = set()
    for name, attempt in attempts.items():
        with suppress(QuotaSpent):
            attempt()
            done.add(name)
    # Then only what is more pressing than what can wait still works
    assert done == works


def test_names_leave_money_for_answers(server: ScriptedX) -> None:
    # Given mentions of more new authors than the lists' part of the day can pay for
    for number in range(60):
        server.mention(f"hello {number}", NOW, f"author{number}")
    quota = FakeQuota()
    # When they are read
    heard = mentions_in(read(network(server, quota=quota, daily_budget_usd=1)))
    # Then they come all the same, and what is for answers is left
    assert len(heard) == 60
    assert quota.used("x:s:usd", next_day(NOW)) <= 800_000


def test_a_mention_does_not_wait_for_names_that_cannot_be_paid(server: ScriptedX) -> None:
    server.post("@noordlicht hello?", NOW)
    server.answers["/2/users"] = lambda _: problem(402, "Payment Required", "credits depleted")

    mention = the_mention(server)

    assert (mention.author.handle, mention.author.named) == (
        f"user {mention.author.native_id}",
        False,
    )
    assert mention.author.profile_url == f"https://x.com/i/user/{mention.author.native_id}"


def test_a_garbled_account_does_not_hide_what_it_and_others_say(server: ScriptedX) -> None:
    garbled = {"id": None, "username": "anna"}
    server.mention("hello?", NOW, "bob")
    server.mention("hello too", NOW, "carol")
    bob = {"id": server.user("bob"), "username": "bob"}
    server.answers["/2/users"] = lambda _: json_answer({"data": [garbled, bob]})

    heard = mentions_in(read(network(server)))

    handles = {one.author.handle for one in heard}
    assert handles == {"@bob", f"user {server.user('carol')}"}


def test_a_read_that_fails_is_not_counted(server: ScriptedX) -> None:
    quota = FakeQuota()
    server.answers["/2/users/me"] = lambda _: problem(500, "Internal Server Error")

    with pytest.raises(Exception, match="500"):
        read(network(server, quota=quota))

    assert quota.used("x:s:usd", next_day(NOW)) == 0


@pytest.mark.parametrize(
    ("text", "millionths"), [("We look into it.", 10_000), ("See noordlicht.nl", 200_000)]
)
def test_an_answer_is_counted_by_what_is_in_it(
    server: ScriptedX, text: str, millionths: int
) -> None:
    server.post("@noordlicht hello?", NOW)
    quota = FakeQuota()
    connection = network(server, quota=quota)
    address = address_of(mentions_in(read(connection))[0])
    before = quota.used("x:s:usd", next_day(NOW))

    connection.reply(address, text, "key")

    look = 5_000
    assert quota.used("x:s:usd", next_day(NOW)) - before == millionths + look


# ---- the conversation


def test_a_thread_has_the_conversations_root_and_the_answered_post(server: ScriptedX) -> None:
    root = server.post("We have a sale", NOW, "noordlicht")
    other = server.reply_to(root, "@noordlicht until when?", NOW, "bob")
    server.reply_to(other, "@bob @noordlicht yes, until when?", NOW)
    connection = network(server)
    mention = next(m for m in mentions_in(read(connection)) if m.author.handle == "@anna")
    asked = len(server.asked)

    thread = connection.thread(mention)

    assert thread.root == f"https://x.com/i/status/{root['id']}"
    (earlier,) = thread.earlier
    assert (earlier.handle, earlier.text) == ("@bob", "@noordlicht until when?")
    assert not earlier.by_brand
    assert [one.path for one in server.asked[asked:]] == ["/2/tweets"]


def test_a_thread_whose_answered_post_is_deleted_still_has_its_root(server: ScriptedX) -> None:
    root = server.post("We have a sale", NOW, "noordlicht")
    server.reply_to(root, "@noordlicht until when?", NOW)
    mention = the_mention(server)
    del server.posts[root["id"]]

    thread = network(server).thread(mention)

    assert thread.root == f"https://x.com/i/status/{root['id']}"
    assert thread.earlier == ()


def test_the_thread_of_a_deleted_post_is_gone(server: ScriptedX) -> None:
    root = server.post("We have a sale", NOW, "noordlicht")
    server.reply_to(root, "@noordlicht until when?", NOW)
    mention = the_mention(server)
    del server.posts[mention.native_id]

    with pytest.raises(Gone):
        network(server).thread(mention)


# ---- answers


def test_a_post_that_does_not_summon_the_account_is_answered_by_hand(server: ScriptedX) -> None:
    post = server.post("noordlicht lost my parcel", NOW)
    connection = network(server, query="noordlicht")
    (mention,) = mentions_in(read(connection, "search"))

    with pytest.raises(NotAllowed) as caught:
        connection.reply(address_of(mention), "We look into it.", "key")

    assert f"https://x.com/intent/post?in_reply_to={post['id']}" in str(caught.value)
    assert server.posted == []
    summons = connection.capabilities().summons
    assert summons is not None
    assert not summons.allows(mention)


def test_with_an_enterprise_contract_every_post_is_answered(server: ScriptedX) -> None:
    server.enterprise = True
    server.post("noordlicht lost my parcel", NOW)
    connection = network(server, query="noordlicht", enterprise=True)
    (mention,) = mentions_in(read(connection, "search"))

    assert connection.reply(address_of(mention), "We look into it.", "key").native_id
    assert connection.capabilities().summons is None


def test_the_newest_version_of_an_edited_post_is_answered(server: ScriptedX) -> None:
    first = server.post("@noordlicht helo", NOW)
    newer = server.edit(first, "@noordlicht hello", NOW + timedelta(minutes=1))
    connection = network(server)
    (mention,) = mentions_in(read(connection))

    posted = connection.reply(address_of(mention), "We look into it.", "key")

    assert server.posted[0]["reply"] == {"in_reply_to_tweet_id": newer["id"]}
    assert connection.find_replies(address_of(mention), "We look into it.", "key") == (posted,)


def test_an_answer_with_an_address_is_found_though_x_shortened_it(server: ScriptedX) -> None:
    server.post("@noordlicht hello?", NOW)
    connection = network(server)
    address = address_of(mentions_in(read(connection))[0])
    text = "Look at noordlicht.nl/retour & write us"
    posted = connection.reply(address, text, "key")
    link = {"url": "https://t.co/1", "expanded_url": "http://noordlicht.nl/retour"}
    server.posts[posted.native_id]["text"] = "@anna Look at https://t.co/1 &amp; write us"
    server.posts[posted.native_id]["entities"] = {"urls": [link]}

    assert connection.find_replies(address, text, "key") == (posted,)
    assert connection.find_replies(address, "Look at noordlicht.nl/retour", "key") == ()


def test_a_post_that_is_deleted_is_not_answered(server: ScriptedX) -> None:
    post = server.post("@noordlicht hello?", NOW)
    address = address_of(the_mention(server))
    del server.posts[post["id"]]

    with pytest.raises(Gone):
        network(server).reply(address, "We look into it.", "key")
    assert network(server).find_replies(address, "We look into it.", "key") == ()


def test_two_cashtags_are_refused_before_x_does(server: ScriptedX) -> None:
    server.post("@noordlicht hello?", NOW)
    address = address_of(the_mention(server))

    with pytest.raises(Rejected, match="cashtag"):
        network(server).reply(address, "Sell $ABC, buy $DEF", "key")
    assert network(server).reply(address, "It costs $5 and $10, says $ABC", "key")


@pytest.mark.parametrize(
    ("said", "error"),
    [
        ("You are not allowed to create a Tweet with duplicate content.", Rejected),
        ("You are not permitted to perform this action.", NotAllowed),
    ],
)
def test_a_refused_answer_is_final_and_quotes_nothing(
    server: ScriptedX, said: str, error: type[Exception]
) -> None:
    server.post("@noordlicht hello?", NOW)
    address = address_of(the_mention(server))
    refusal = problem(403, "Forbidden", said)
    server.answers["/2/tweets"] = lambda asked: refusal if asked.method == "POST" else None

    with pytest.raises(error) as caught:
        network(server).reply(address, "My own words", "key")

    assert "My own words" not in str(caught.value)
    assert sum(one.method == "POST" and one.path == "/2/tweets" for one in server.asked) == 1


@pytest.mark.parametrize(
    "lost", [problem(502, "Bad Gateway"), Answer(b"<html>", 201), json_answer({}, 201)]
)
def test_an_answer_whose_fate_is_unclear_is_looked_for(server: ScriptedX, lost: Answer) -> None:
    server.post("@noordlicht hello?", NOW)
    address = address_of(the_mention(server))
    server.answers["/2/tweets"] = lambda asked: lost if asked.method == "POST" else None

    with pytest.raises(UnknownOutcome):
        network(server).reply(address, "We look into it.", "key")


def test_a_message_is_answered_by_a_message_and_found_again(server: ScriptedX) -> None:
    server.message("psst", NOW)
    connection = network(server, messages=True)
    address = address_of(mentions_in(read(connection, "messages"))[0])

    first = connection.reply(address, "We look into it. (1/2)", "key")
    second = connection.reply(replace(address, native_id=first.native_id), "Soon. (2/2)", "key:2")

    assert [first.visibility, second.visibility] == [Visibility.DIRECT] * 2
    assert [one["to"] for one in server.posted] == [address.author_id] * 2
    below = replace(address, native_id=first.native_id)
    assert connection.find_replies(address, "We look into it. (1/2)", "key") == (first,)
    assert connection.find_replies(below, "Soon. (2/2)", "key") == (second,)
    assert connection.find_replies(below, "We look into it. (1/2)", "key") == ()


def test_what_was_for_followers_is_answered_privately(server: ScriptedX) -> None:
    server.user("anna", protected=True)
    server.post("@noordlicht psst", NOW)

    posted = network(server).reply(address_of(the_mention(server)), "We look into it.", "key")

    assert posted.visibility is Visibility.DIRECT
    assert "reply" not in server.posted[0]


def test_what_was_for_followers_is_not_answered_in_public_though_nobody_knew(
    server: ScriptedX,
) -> None:
    # Given a post of a protected account, heard while there was no money to ask whose it is
    server.user("anna", protected=True)
    server.post("@noordlicht psst", NOW)
    server.answers["/2/users"] = lambda _: problem(402, "Payment Required", "credits depleted")
    address = address_of(the_mention(server))
    del server.answers["/2/users"]

    with pytest.raises(NotAllowed, match="followers only"):
        network(server).reply(address, "We look into it.", "key")

    assert server.posted == []


def test_a_refused_message_says_why(server: ScriptedX) -> None:
    server.message("psst", NOW)
    connection = network(server, messages=True)
    address = address_of(mentions_in(read(connection, "messages"))[0])
    path = f"/2/dm_conversations/with/{address.author_id}/messages"
    server.answers[path] = lambda _: problem(
        403, "Forbidden", "You cannot send messages to this user."
    )

    with pytest.raises(NotAllowed, match="only from accounts that they follow"):
        connection.reply(address, "We look into it.", "key")


def test_agents_are_told_what_an_address_costs_and_how_to_go_private(server: ScriptedX) -> None:
    capabilities = network(server, messages=True).capabilities()

    assert "0.20 USD" in capabilities.caution
    assert "@noordlicht" in capabilities.invitation
    assert length(capabilities.invitation) <= MOST
    assert network(server).capabilities().invitation == ""


# ---- what became of posts


def test_posts_are_gone_edited_or_as_they_were(server: ScriptedX) -> None:
    kept, edited, deleted = (
        server.post(f"@noordlicht {number}", NOW, f"user{number}") for number in range(3)
    )
    server.edit(edited, "@noordlicht changed", NOW + timedelta(minutes=5))
    del server.posts[deleted["id"]]
    ids = [kept["id"], edited["id"], deleted["id"], "dm:1"]

    found = network(server).recheck(ids)

    assert found.keys() == {kept["id"], edited["id"], deleted["id"]}
    assert found[deleted["id"]] is None
    changed, same = found[edited["id"]], found[kept["id"]]
    assert changed is not None
    assert same is not None
    assert changed.mention.text == "@noordlicht changed"
    assert changed.mention.author.handle == "@user1"
    assert changed.mention.native_id == edited["id"]
    assert (same.mention.text, same.mention.edited_at) == ("@noordlicht 0", None)


def test_names_are_paid_for_only_where_they_may_be_stored(server: ScriptedX) -> None:
    # Given a post of yesterday, and one that X has just pushed
    old = server.mention("old", NOW - timedelta(days=1), "anna")
    new = server.mention("new", NOW, "bob")

    found = network(server).recheck([old["id"], new["id"]])

    # Then only the new one's author is asked for
    pushed = found[new["id"]]
    assert pushed is not None
    assert (pushed.mention.text, pushed.mention.author.handle) == ("new", "@bob")
    assert ("user_read", old["author_id"]) not in server.charged


def test_how_far_a_post_goes_comes_with_it_at_no_further_price(server: ScriptedX) -> None:
    # Given a post of yesterday that was repeated and quoted since
    post = server.mention("old", NOW - timedelta(days=1), "anna")
    counts = {"impression_count": 900, "like_count": 3, "reply_count": 5}
    post["public_metrics"] = {**counts, "retweet_count": 40, "quote_count": 2}
    # When it is looked at again
    found = network(server).recheck([post["id"]])[post["id"]]
    # Then its counts are told beside it, and its author's account was not asked for
    assert found is not None
    assert found.reach == Reach(views=900, likes=3, reposts=42, replies=5)
    assert ("user_read", post["author_id"]) not in server.charged


def test_own_posts_and_reposts_are_not_told_of(server: ScriptedX) -> None:
    own = server.mention("we", NOW, "noordlicht")
    repost = server.post("RT", NOW, referenced_tweets=[{"type": "retweeted", "id": "1"}])

    assert network(server).recheck([own["id"], repost["id"]]) == {}


def test_a_post_of_which_x_says_nothing_is_not_gone(server: ScriptedX) -> None:
    server.post("@noordlicht 1", NOW)
    server.answers["/2/tweets"] = lambda _: json_answer({"data": []})

    assert network(server).recheck(["1"]) == {}


# ---- signing in


def test_a_refused_token_is_renewed_once_and_the_call_repeated(server: ScriptedX) -> None:
    server.post("@noordlicht hello", NOW)
    connection = network(server)
    read(connection)
    server.access_tokens = {"access-none", "access-no"}

    assert mentions_in(read(connection))


def test_workers_share_a_sign_in_that_is_spent_by_its_use(server: ScriptedX) -> None:
    sessions = FakeSessions()
    for _ in range(3):
        read(network(server, sessions=sessions))
    later = NOW + timedelta(hours=3)
    for _ in range(3):
        read(network(server, later, sessions=sessions), now=later)

    assert server.spent_refresh_tokens == 0
    assert sum(one.path == "/2/oauth2/token" for one in server.asked) == 2


def test_a_spent_sign_in_is_for_a_person_to_mend(server: ScriptedX) -> None:
    server.refresh_tokens = set()

    for _ in range(2):
        with pytest.raises(AuthExpired, match="gehoor source sign-in s"):
            read(network(server, sessions=FakeSessions()))


def test_a_token_that_x_never_takes_is_asked_for_once_more_only(server: ScriptedX) -> None:
    server.answers["/2/users/me"] = lambda _: problem(401, "Unauthorized")

    with pytest.raises(AuthExpired):
        read(network(server))

    assert sum(one.path == "/2/users/me" for one in server.asked) == 2


@pytest.mark.parametrize("secret", [None, "", "token", "{}", '{"client_id": "a"}', "[1]"])
def test_a_secret_that_is_no_sign_in_is_named_and_not_quoted(secret: str | None) -> None:
    wiring = network_wiring(http_at(NOW), secret)

    with pytest.raises(AuthExpired, match="/gehoor/x") as caught:
        connected(ScriptedX(url="http://127.0.0.1:1"), wiring)

    assert caught.value.__cause__ is None


def test_the_sign_in_of_another_account_is_asked_who_it_is(server: ScriptedX) -> None:
    memory = read(network(server)).memory or {}
    other = server.user("zuidlicht")
    server.answers["/2/users/me"] = lambda _: json_answer({"data": server.users[other]})
    server.refresh_tokens = {"other-seed"}
    secret = SECRET.replace('"seed"', '"other-seed"')
    connection = connected(server, network_wiring(http_at(NOW), secret))

    read(connection, memory=memory)

    assert server.asked[-1].path == f"/2/users/{other}/mentions"
