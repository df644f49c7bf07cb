"""What every network keeps to, whatever it is. A new network is one more row in STAGES."""

import json
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager, suppress
from copy import deepcopy
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from html import escape
from math import ceil
from pathlib import Path
from typing import Any, Protocol

import pytest

from bluesky_connection import connected as connected_bluesky
from fakes.clock import FakeClock
from fakes.reader import Reader
from fakes.sessions import FakeSessions
from fakes.town import FakeTown
from fakes.wiring import network_wiring
from feed_server import connected as connected_feed
from feed_server import rss
from gehoor.domain.case import ReplyAddress, address_of
from gehoor.domain.mention import Author, Mention, Visibility
from gehoor.domain.network import Broken
from gehoor.domain.text import clean
from gehoor.errors import (
    AuthExpired,
    ContractBroken,
    GehoorError,
    Gone,
    NotAllowed,
    RateLimited,
    Unavailable,
)
from gehoor.http import Http
from gehoor.networks import adapter, names
from gehoor.ports.network import Network
from gehoor.usecases.reading import MAX_PAGES, MOST_BARREN
from loopback import Answer, Asked, repeating, serving
from scripted_bluesky import IDENTIFIER
from scripted_bluesky_chat import ScriptedChat, scripted_chat
from scripted_mastodon import (
    OWN_ID,
    TOKEN,
    ScriptedMastodon,
    json_answer,
    of_all_shapes,
    scripted_mastodon,
)
from scripted_x import OWN_ID as X_ID
from scripted_x import REACH, SECRET, ScriptedX, http_at, scripted_x
from scripted_x import connected as connected_x
from scripted_youtube import API, CONSENT, OWN, ScriptedYouTube, scripted_youtube, time_text

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)
HOSTS = frozenset({"127.0.0.1"})
FUNCTIONS = Path(__file__).parents[2] / "functions"

BLUESKY_CALLS = (
    "app.bsky.notification.listNotifications",
    "app.bsky.feed.searchPosts",
    "app.bsky.feed.getPosts",
    "app.bsky.feed.getPostThread",
    "chat.bsky.convo.getLog",
)


class Stage(Protocol):
    """A network on which a test lets people speak.

    `reach` is how many of the newest posts it shows at all, None where it shows all. `edits` says
    whether people can change what they said, and the network tells of it.
    """

    reach: int | None
    edits: bool

    def say(self, text: str) -> None:
        """Somebody says something to the brand."""

    def say_as_brand(self, text: str) -> None:
        """The brand says something itself, where the network knows who does."""

    def garble(self) -> None:
        """One item comes that cannot be read."""

    def fail(self, answer: Answer | None) -> None:
        """Every call is answered like this from now on; None mends it."""

    def delete(self, mention: Mention) -> None:
        """The author deletes what was said."""

    def edit(self, mention: Mention, text: str) -> None:
        """The author changes what was said."""

    def network(self) -> Network:
        """A new connection."""


class EchoingStage(Stage, Protocol):
    """A network on which posts can be repeated and quoted."""

    def repost(self) -> None:
        """Somebody repeats a post that concerns the brand, without a word of their own."""

    def quote(self, text: str) -> None:
        """Somebody quotes a post of the brand, and the brand is told."""

    def quote_as_brand(self, text: str) -> None:
        """The brand quotes a post of its own."""


class MastodonStage:
    """Mentions of an account, or a hashtag, on the scripted server."""

    reach: int | None = None
    edits = True

    def __init__(self, server: ScriptedMastodon, hashtag: str | None) -> None:
        self._server = server
        self._hashtag = hashtag

    def say(self, text: str) -> None:
        self._server.mention(text, NOW)

    def say_as_brand(self, text: str) -> None:
        self._server.mention(text, NOW, OWN_ID)

    def repost(self) -> None:
        own = self._server.status("ours", NOW, OWN_ID)
        self._server.mention("ours", NOW, "bob", reblog=deepcopy(own))["type"] = "reblog"

    def quote(self, text: str) -> None:
        self._quoted(text, "alice")

    def quote_as_brand(self, text: str) -> None:
        self._quoted(text, OWN_ID)

    def _quoted(self, text: str, author: str) -> None:
        own = self._server.status("ours", NOW, OWN_ID)
        quote = {"state": "accepted", "quoted_status": deepcopy(own)}
        self._server.mention(text, NOW, author, quote=quote)

    def garble(self) -> None:
        status = self._server.mention("garbled", NOW)["status"]
        status["account"] = None

    def fail(self, answer: Answer | None) -> None:
        paths = ["/api/v1/notifications", f"/api/v1/timelines/tag/{self._hashtag}"]
        paths += ["/api/v1/statuses", *(f"/api/v1/statuses/{id_}" for id_ in self._server.statuses)]
        for path in paths:
            self._server.answers[path] = lambda _: answer

    def delete(self, mention: Mention) -> None:
        del self._server.statuses[mention.native_id]

    def edit(self, mention: Mention, text: str) -> None:
        changes = {"content": f"<p>{text}</p>", "edited_at": NOW.isoformat()}
        self._server.statuses[mention.native_id] |= changes

    def network(self) -> Network:
        module = adapter("mastodon")
        settings = module.Settings.model_validate(
            {"id": "s", "network": "mastodon", "brand": "b", "base_url": self._server.url}
            | {"secret": "/gehoor/s", "hashtag": self._hashtag}
        )
        return module.connect(settings, network_wiring(Http(lambda: NOW, HOSTS), TOKEN))


class BlueskyStage:
    """Mentions of an account, a search, or direct messages, on the scripted server."""

    reach: int | None = None
    edits = False

    def __init__(self, server: ScriptedChat, **settings: Any) -> None:
        self._server = server
        self._settings = settings
        self._sessions = FakeSessions()

    def say(self, text: str) -> None:
        if self._settings.get("messages"):
            self._server.say(text, NOW)
        else:
            self._server.mention(text, NOW, "alice", tags=["noordlicht"])

    def say_as_brand(self, text: str) -> None:
        self._server.mention(text, NOW, IDENTIFIER, tags=["noordlicht"])

    def repost(self) -> None:
        own = self._server.post("ours", NOW, IDENTIFIER)
        self._server.notify(own, "repost")["author"] = self._server.account("bob")

    def quote(self, text: str) -> None:
        self._quoted(text, "alice")

    def quote_as_brand(self, text: str) -> None:
        self._quoted(text, IDENTIFIER)

    def _quoted(self, text: str, author: str) -> None:
        own = self._server.post("ours", NOW, IDENTIFIER)
        record = {"uri": own["uri"], "cid": own["cid"]}
        embed = {"$type": "app.bsky.embed.record", "record": record}
        self._server.mention(text, NOW, author, "quote", embed=embed, tags=["noordlicht"])

    def garble(self) -> None:
        post = self._server.mention("garbled", NOW, "alice", tags=["noordlicht"])
        post["author"] = self._server.notifications[-1]["author"] = None

    def fail(self, answer: Answer | None) -> None:
        for call in BLUESKY_CALLS:
            self._server.answers[call] = lambda _: answer

    def delete(self, mention: Mention) -> None:
        self._server.posts.pop(mention.native_id, None)

    def edit(self, mention: Mention, text: str) -> None:
        """Nothing: a post stays as it is."""

    def network(self) -> Network:
        return connected_bluesky(self._server, self._sessions, **self._settings)


class YouTubeStage:
    """A channel on the stand-in: comments below it, replies in an old thread, or videos."""

    reach: int | None = None
    edits = True

    def __init__(self, server: ScriptedYouTube, speak: str, **fields: Any) -> None:
        self._server = server
        self._speak = speak
        self._fields = fields
        self._thread = ""
        if speak == "reply":
            self._thread = server.comment("old", NOW - timedelta(days=2), "own")["id"]

    def say(self, text: str) -> None:
        self._said(text, "anna")

    def say_as_brand(self, text: str) -> None:
        self._said(text, "own")

    def _said(self, text: str, author: str) -> dict[str, Any]:
        if self._speak == "video":
            return self._server.video(text, NOW, author)
        if self._speak == "reply":
            return self._server.reply(self._thread, text, NOW, author)
        return self._server.comment(text, NOW, author)

    def garble(self) -> None:
        snippet = self._said("garbled", "anna")["snippet"]
        snippet |= {"authorChannelId": None, "channelId": None}

    def edit(self, mention: Mention, text: str) -> None:
        at = time_text(NOW + timedelta(minutes=1))
        self._server.edit(mention.native_id, text, at)

    def delete(self, mention: Mention) -> None:
        self._server.remove(mention.native_id)

    def fail(self, answer: Answer | None) -> None:
        for path in ("commentThreads", "comments", "search", "videos"):
            self._server.answers[f"{API}/{path}"] = lambda _: answer

    def network(self) -> Network:
        module = adapter("youtube")
        urls = {"base_url": f"{self._server.url}{API}", "token_url": f"{self._server.url}/token"}
        settings = module.Settings.model_validate(
            {"id": "s", "network": "youtube", "brand": "b", "channel": OWN, "every": "1h"}
            | {"watched_threads": 5_000}
            | {"secret": "/gehoor/s", **urls, **self._fields}
        )
        wiring = network_wiring(Http(lambda: NOW, HOSTS), json.dumps(CONSENT))
        return module.connect(settings, wiring)


class FeedStage:
    """An RSS document that grows."""

    reach: int | None = None
    edits = True

    def __init__(self) -> None:
        self.url = ""
        self._items: list[str] = []
        self._answer: Answer | None = None

    def answer(self, _: Asked) -> Answer:
        headers = {"Content-Type": "application/rss+xml"}
        return self._answer or Answer(rss(*reversed(self._items)), headers=headers)

    def say(self, text: str) -> None:
        guid = f"<guid>https://shop.example/{len(self._items)}</guid>"
        self._items.append(f"<description>{escape(text)}</description>{guid}")

    def say_as_brand(self, text: str) -> None:
        """A feed does not say who of its authors is the brand."""

    def garble(self) -> None:
        self._items.append("<guid isPermaLink='false'>empty</guid>")

    def fail(self, answer: Answer | None) -> None:
        self._answer = answer

    def delete(self, mention: Mention) -> None:
        self._items.pop()

    def edit(self, mention: Mention, text: str) -> None:
        """Nothing: a feed does not tell of edits."""

    def network(self) -> Network:
        return connected_feed(Http(lambda: NOW, HOSTS), self.url)


class TownStage:
    """The network in memory that other tests use."""

    reach: int | None = None
    edits = True

    def __init__(self) -> None:
        self._town = FakeTown(page_size=40, clock=lambda: NOW)
        self._count = 0

    def say(self, text: str) -> None:
        self._count += 1
        uri = f"https://town.example/posts/{self._count}"
        author = Author("town", "anna", "@anna", "Anna", "https://town.example/anna")
        self._town.post(
            Mention(
                brand="b",
                source_id="s",
                network="town",
                native_id=str(self._count),
                uri=uri,
                author=author,
                text=clean(text),
                posted_at=NOW,
                permalink=uri,
                visibility=Visibility.PUBLIC,
            )
        )

    def say_as_brand(self, text: str) -> None:
        """Nothing: the town only tells of others."""

    def garble(self) -> None:
        self._town.post(Broken("garbled", "it has no author", "{}"))

    def fail(self, answer: Answer | None) -> None:
        """Nothing: what is in memory does not fail by itself."""

    def delete(self, mention: Mention) -> None:
        self._town.deleted.add(mention.native_id)

    def edit(self, mention: Mention, text: str) -> None:
        self._town.edit(replace(mention, text=text, edited_at=NOW))

    def network(self) -> Network:
        return self._town


class XStage:
    """Mentions of an account, or a search, on the stand-in for X's API."""

    edits = True

    def __init__(self, server: ScriptedX, query: str | None) -> None:
        self._server = server
        self._query = query
        self.reach = None if query else REACH

    def say(self, text: str) -> None:
        self._server.mention(text, NOW)

    def say_as_brand(self, text: str) -> None:
        self._server.mention(text, NOW, "noordlicht")

    def repost(self) -> None:
        self._echo("RT @noordlicht: ours", "bob", "retweeted")

    def quote(self, text: str) -> None:
        self._echo(text, "anna", "quoted")

    def quote_as_brand(self, text: str) -> None:
        self._echo(text, "noordlicht", "quoted")

    def _echo(self, text: str, author: str, how: str) -> None:
        own = self._server.post("ours", NOW, "noordlicht")
        post = self._server.mention(text, NOW, author)
        post["referenced_tweets"] = [{"type": how, "id": own["id"]}]

    def garble(self) -> None:
        self._server.mention("garbled", NOW)["author_id"] = None

    def fail(self, answer: Answer | None) -> None:
        for path in (f"/2/users/{X_ID}/mentions", "/2/tweets/search/recent", "/2/tweets"):
            self._server.answers[path] = lambda _: answer

    def delete(self, mention: Mention) -> None:
        del self._server.posts[mention.native_id]

    def edit(self, mention: Mention, text: str) -> None:
        self._server.edit(self._server.posts[mention.native_id], text, NOW)

    def network(self) -> Network:
        wiring = network_wiring(http_at(NOW), SECRET, sessions=self._server.sessions)
        return connected_x(self._server, wiring, query=self._query)


@contextmanager
def x_stage(query: str | None = None, **knobs: Any) -> Iterator[Stage]:
    with scripted_x(**knobs) as server:
        yield XStage(server, query)


@contextmanager
def mastodon_stage(hashtag: str | None = None, **knobs: Any) -> Iterator[Stage]:
    with scripted_mastodon(**knobs) as server:
        yield MastodonStage(server, hashtag)


@contextmanager
def bluesky_stage(page_size: int = 100, **settings: Any) -> Iterator[Stage]:
    with scripted_chat(page_size=page_size, log_size=page_size) as server:
        yield BlueskyStage(server, **settings)


@contextmanager
def youtube_stage(speak: str = "comment", **fields: Any) -> Iterator[Stage]:
    with scripted_youtube(page_size=fields.pop("page_size", 100)) as server:
        yield YouTubeStage(server, speak, **fields)


@contextmanager
def feed_stage() -> Iterator[Stage]:
    stage = FeedStage()
    with serving(stage.answer) as server:
        stage.url = server.url
        yield stage


@contextmanager
def town_stage() -> Iterator[Stage]:
    yield TownStage()


STAGES: dict[str, Callable[[], Any]] = {
    "town": town_stage,
    "bluesky": bluesky_stage,
    "bluesky, small pages": lambda: bluesky_stage(page_size=7),
    "bluesky, search": lambda: bluesky_stage(query="noordlicht"),
    "bluesky, messages": lambda: bluesky_stage(messages=True),
    "feed": feed_stage,
    "mastodon": mastodon_stage,
    "mastodon, hashtag": lambda: mastodon_stage("noordlicht"),
    "mastodon, before 4.3": lambda: mastodon_stage(lists_statuses=False),
    "mastodon, min_id as since_id": lambda: mastodon_stage(min_id_is_since_id=True),
    "mastodon, strict ids, small pages": lambda: mastodon_stage(
        refuses_unknown_ids=True, page_size=15
    ),
    "mastodon, since_id ignored": lambda: mastodon_stage(ignores={"since_id"}),
    "mastodon, max_id included": lambda: mastodon_stage(includes_max_id=True),
    "mastodon, short pages and links": lambda: mastodon_stage(page_size=4, links=True),
    "mastodon, ids of all shapes": lambda: mastodon_stage(id_of=of_all_shapes),
    "x": x_stage,
    "x, small pages": lambda: x_stage(page_size=15),
    "x, search": lambda: x_stage("noordlicht"),
    "youtube": youtube_stage,
    "youtube, small pages": lambda: youtube_stage(page_size=20),
    "youtube, replies": lambda: youtube_stage("reply"),
    "youtube, search": lambda: youtube_stage("video", query=" "),
}


@pytest.fixture(params=STAGES)
def stage(request: pytest.FixtureRequest) -> Iterator[Stage]:
    with ExitStack() as stack:
        yield stack.enter_context(STAGES[request.param]())


def reader_of(stage: Stage) -> Reader:
    """The stage polled as gehoor does, each time over a new connection."""
    return Reader(stage.network, FakeClock(NOW))


def heard_on(stage: Stage) -> list[Mention]:
    """All that is heard on a stage that was never read."""
    reader = reader_of(stage)
    reader.read_all()
    return reader.store.mentions


def test_every_network_has_its_row() -> None:
    assert set(names()) <= {row.partition(",")[0] for row in STAGES}


def test_nothing_new_is_no_error(stage: Stage) -> None:
    reader = reader_of(stage)
    assert reader.read_all() == []
    assert reader.store.broken == []


def test_a_mention_is_complete(stage: Stage) -> None:
    stage.say("My parcel is late <b>& \u202ewet")

    (mention,) = heard_on(stage)
    assert mention.text == clean(mention.text)
    assert "My parcel is late" in mention.text
    assert mention.posted_at.utcoffset() == timedelta()
    for field in ("brand", "source_id", "network", "native_id", "uri", "permalink"):
        assert getattr(mention, field), field
    for field in ("network", "native_id", "handle"):
        assert getattr(mention.author, field), field


def test_three_hundred_in_one_second_arrive_whole_and_once(stage: Stage) -> None:
    # Given a source that was read
    stage.say("before")
    reader = reader_of(stage)
    reader.settle()
    # When three hundred speak in one second
    said = sorted(f"number {number}" for number in range(300))
    for text in said:
        stage.say(text)
    # Then all are heard, once, and nothing more comes
    assert sorted(reader.read_all()) == said
    assert reader.settle() == []


def test_a_quiet_poll_asks_once_for_each_list_and_writes_nothing(stage: Stage) -> None:
    # Given a source that was read to its end
    for number in range(60):
        stage.say(f"number {number}")
    reader = reader_of(stage)
    reader.settle()
    cursor, lists = reader.cursor, stage.network().lists()
    # When it is polled again
    reader.asked.clear()
    reader.poll()
    # Then each list is asked for once, and its cursor stays as it is
    assert [ask.list_name for ask in reader.asked] == list(lists)
    assert reader.cursor == cursor


def test_the_same_post_has_the_same_name_next_time(stage: Stage) -> None:
    stage.say("hello")

    first, second = (heard_on(stage) for _ in range(2))

    assert [mention.mention_id for mention in first] == [mention.mention_id for mention in second]


def test_what_the_brand_says_is_left_out(stage: Stage) -> None:
    stage.say("theirs")
    stage.say_as_brand("ours")

    assert [mention.text for mention in heard_on(stage)] == ["theirs"]


ECHOING = [row for row in STAGES if row.split(",")[0] in {"bluesky", "mastodon", "x"}]
ECHOING.remove("bluesky, messages")


@pytest.mark.parametrize("stage", ECHOING, indirect=True)
def test_a_repost_is_left_out(stage: EchoingStage) -> None:
    stage.say("theirs")
    stage.repost()

    assert [mention.text for mention in heard_on(stage)] == ["theirs"]


@pytest.mark.parametrize("stage", ECHOING, indirect=True)
def test_a_quote_of_the_brands_post_is_heard_unless_the_brand_quotes_itself(
    stage: EchoingStage,
) -> None:
    stage.quote("theirs about ours")
    stage.quote_as_brand("ours about ours")

    [heard] = heard_on(stage)
    assert heard.text.startswith("theirs about ours")


def test_a_broken_item_harms_only_itself(stage: Stage) -> None:
    stage.say("before")
    stage.garble()
    stage.say("after")
    reader = reader_of(stage)

    assert set(reader.read_all()) == {"before", "after"}

    [broken] = reader.store.broken
    assert broken.native_id
    assert broken.reason
    with pytest.raises(ContractBroken):
        stage.network().parse(broken.raw, NOW)
    reader.settle()
    assert set(reader.store.broken) == {broken}


FAILURES: list[tuple[Answer, type[GehoorError]]] = [
    (json_answer({}, 401), AuthExpired),
    (json_answer({}, 403), NotAllowed),
    (json_answer({}, 429, {"Retry-After": "120"}), RateLimited),
    (json_answer({}, 500), Unavailable),
    (json_answer({}, 503, {"Retry-After": "120"}), Unavailable),
    (Answer(b"<html>Just a moment", headers={"Content-Type": "text/html"}), ContractBroken),
    (json_answer({"error": "in a 200"}), ContractBroken),
    (Answer(b""), ContractBroken),
]


BY_HTTP = [row for row in STAGES if row != "town"]


@pytest.mark.parametrize("stage", BY_HTTP, indirect=True)
@pytest.mark.parametrize(("answer", "error"), FAILURES)
def test_a_failure_is_told_apart_and_loses_nothing(
    stage: Stage, answer: Answer, error: type[GehoorError]
) -> None:
    # Given a source that was read, and a network that fails from now on
    stage.say("before")
    reader = reader_of(stage)
    reader.read_all()
    stage.fail(answer)
    # When it is polled
    outcome = reader.poll()
    # Then the error says what to do, and when
    assert outcome.error.startswith(f"{error.__name__}: ")
    if "Retry-After" in answer.headers:
        assert outcome.not_before == NOW + timedelta(minutes=2)
    # And what is said meanwhile is heard once it works again
    stage.say("meanwhile")
    stage.fail(None)
    assert reader.read_all() == ["meanwhile"]


# ---- what networks do that they should not


ONE_EACH = [row for row in STAGES if "," not in row]


def test_pages_of_the_brands_own_posts_hide_nothing(stage: Stage) -> None:
    # Given a source that was read
    reader = reader_of(stage)
    reader.settle()
    # When the brand says more than a page after somebody spoke
    stage.say("theirs")
    for number in range(120):
        stage.say_as_brand(f"ours {number}")
    # Then theirs is heard, alone
    assert reader.read_all() == ["theirs"]


@pytest.mark.parametrize("stage", BY_HTTP, indirect=True)
def test_a_token_revoked_between_two_pages_loses_nothing(stage: Stage) -> None:
    # Given many posts, and a token that is dead from the second page on
    said = sorted(f"number {number}" for number in range(120))
    for text in said:
        stage.say(text)
    reader = reader_of(stage)

    def revoke() -> None:
        if reader.asked:
            stage.fail(json_answer({"error": "revoked"}, 401))

    reader.before_page = revoke
    outcome = reader.poll()
    # When it is renewed
    assert outcome.error.startswith("AuthExpired: ") or len(reader.asked) == 1
    reader.before_page = lambda: None
    stage.fail(None)
    # Then the rest is heard, and nothing is stored twice
    reader.read_all()
    assert reader.stored == said


@pytest.mark.parametrize("stage", BY_HTTP, indirect=True)
def test_pages_that_repeat_for_ever_end_the_run_and_lose_nothing(stage: Stage) -> None:
    # Given a source that was read, and many posts since
    reader = reader_of(stage)
    reader.settle()
    said = sorted(f"number {number}" for number in range(120))
    for text in said:
        stage.say(text)
    # When the network answers one page to all that is asked
    reader.asked.clear()
    with repeating():
        outcome = reader.poll()
    # Then that is told, soon, unless all came with that page
    assert outcome.error.startswith("FrozenCursor: ") or reader.stored == said
    assert len(reader.asked) <= 2 + MOST_BARREN
    # And once it is mended the rest is heard, and nothing is stored twice
    reader.read_all()
    assert reader.stored == said


@pytest.mark.parametrize("stage", BY_HTTP, indirect=True)
def test_a_position_that_the_network_forgot_costs_nothing_but_reading_again(stage: Stage) -> None:
    # Given a source of whose news a run read the newest page alone
    reader = reader_of(stage)
    reader.settle()
    said = sorted(f"number {number}" for number in range(250))
    for text in said:
        stage.say(text)
    reader.run(timedelta(0))
    # When the network knows no more where the rest begins
    reader.forget_positions()
    reader.read_all()
    # Then all is heard, and nothing is stored twice
    assert reader.stored == said


@pytest.mark.parametrize("stage", ONE_EACH, indirect=True)
def test_five_thousand_between_two_polls_arrive_whole_in_few_runs(stage: Stage) -> None:
    # Given a source that was read, five thousand posts, and a limit that is met now and then
    reader = reader_of(stage)
    reader.settle()
    said = sorted(f"number {number}" for number in range(5000))
    for text in said:
        stage.say(text)
    reader.asked.clear()

    def limit() -> None:
        spent = len(reader.asked) in (7, 30, 55)
        stage.fail(json_answer({}, 429, {"Retry-After": "60"}) if spent else None)

    reader.before_page = limit
    # When it is polled until nothing is left
    runs = 0
    while runs == 0 or reader.has_ranges or reader.state.error:
        outcome = reader.poll()
        reader.clock.now = max(reader.clock(), outcome.not_before or NOW)
        runs += 1
    # Then all that the network shows are stored, none twice, and what it hides is told of
    assert reader.stored == said[-(stage.reach or len(said)) :]
    assert len(reader.state.gaps) == (stage.reach is not None)
    # And it took hardly more runs than there are pages
    pages = len({str(ask.position) for ask in reader.asked})
    assert runs <= ceil(pages / MAX_PAGES) + 3


def test_an_answer_is_found_again_or_refused_with_advice(stage: Stage) -> None:
    stage.say("hello?")
    network = stage.network()
    address = address_of(heard_on(stage)[0])
    assert network.find_replies(address, "We look into it.", "key") == ()
    assert network.measure(address, "We look into it.").excess == 0

    if not network.capabilities().reply:
        assert network.capabilities().instead
        with pytest.raises(NotAllowed):
            network.reply(address, "We look into it.", "key")
        return

    posted = network.reply(address, "We look into it.", "key")
    assert network.find_replies(address, "We look into it.", "key") == (posted,)


@pytest.fixture
def heard(stage: Stage) -> tuple[Network, ReplyAddress]:
    """A connection, and where to answer somebody on it."""
    stage.say("hello?")
    network = stage.network()
    return network, address_of(heard_on(stage)[0])


def test_the_parts_of_an_answer_stand_below_each_other(
    heard: tuple[Network, ReplyAddress],
) -> None:
    # Given a network on which readers follow an answer through several posts
    network, address = heard
    if not network.capabilities().threads:
        assert not network.capabilities().reply
        return
    # When three parts are posted, each below the one before
    addresses, posted = [address], []
    texts = ["We look into it. (1/3)", "It takes a day. (2/3)", "We write then. (3/3)"]
    for number, text in enumerate(texts):
        posted.append(network.reply(addresses[-1], text, f"key:{number}"))
        addresses.append(replace(address, native_id=posted[-1].native_id))
    # Then they are different posts, and each is found below the one before, and only itself
    assert len({one.native_id for one in posted}) == 3
    for number, (place, text, one) in enumerate(zip(addresses, texts, posted, strict=False)):
        assert network.find_replies(place, text, f"key:{number}") == (one,)
    assert network.find_replies(addresses[-1], texts[0], "key:3") == ()
    # And everybody who can read the post can read them
    assert {one.visibility for one in posted} == {address.visibility}


def test_a_public_post_is_answered_privately_where_that_is_said_to_work(
    heard: tuple[Network, ReplyAddress],
) -> None:
    network, address = heard
    if not network.capabilities().message:
        return
    # When an answer, and one more part of it, goes to the author alone
    alone = replace(address, visibility=Visibility.DIRECT)
    first = network.reply(alone, "Please tell us your order number. (1/2)", "key")
    second = network.reply(replace(alone, native_id=first.native_id), "Thanks. (2/2)", "key:2")
    # Then the network says so, at once and when it is looked for
    assert [first.visibility, second.visibility] == [Visibility.DIRECT] * 2
    assert network.find_replies(alone, "Please tell us your order number. (1/2)", "key") == (first,)


@pytest.mark.parametrize("stage", BY_HTTP, indirect=True)
def test_a_post_that_vanishes_between_poll_and_answer_is_not_answered(stage: Stage) -> None:
    # Given a post that was heard, and then deleted
    stage.say("hello?")
    [mention] = heard_on(stage)
    stage.delete(mention)
    network = stage.network()
    if not network.capabilities().reply or not network.recheck([mention.native_id]):
        return
    # When it is answered, then nothing is posted
    with pytest.raises(Gone):
        network.reply(address_of(mention), "We look into it.", "key")
    assert network.find_replies(address_of(mention), "We look into it.", "key") == ()


# YouTube tells of no video when it was edited.
@pytest.mark.parametrize(
    "stage", [row for row in STAGES if row != "youtube, search"], indirect=True
)
def test_what_became_of_posts_is_told_or_left_out(stage: Stage) -> None:
    # Given posts of which one is edited and one is deleted
    for text in ("stays", "edited", "deleted"):
        stage.say(text)
    network = stage.network()
    posts = {mention.text: mention for mention in heard_on(stage)}
    stage.edit(posts["edited"], "changed")
    stage.delete(posts["deleted"])
    # When they are looked at again
    told = network.recheck([mention.native_id for mention in posts.values()])
    # Then the network tells of all of them, or never of any
    if not told:
        return
    assert told[posts["stays"].native_id] == posts["stays"]
    assert told[posts["deleted"].native_id] is None
    edited = told[posts["edited"].native_id]
    assert edited is not None
    assert edited.mention_id == posts["edited"].mention_id
    assert edited.text == ("changed" if stage.edits else "edited")
    assert (edited.edited_at is not None) is stage.edits


@pytest.mark.parametrize("stage", BY_HTTP, indirect=True)
@pytest.mark.parametrize(("answer", "error"), FAILURES)
def test_a_failure_is_never_taken_for_a_deletion(
    stage: Stage, answer: Answer, error: type[GehoorError]
) -> None:
    stage.say("stays")
    network = stage.network()
    (mention,) = heard_on(stage)
    stage.fail(answer)
    with suppress(GehoorError):
        assert None not in network.recheck([mention.native_id]).values()


# ---- the registry


@pytest.mark.parametrize("name", names())
def test_a_network_is_found_by_its_name(name: str) -> None:
    module = adapter(name)

    assert module.Settings.model_fields["network"].annotation
    for text in (module.DESCRIPTION, module.TESTED):
        assert text
        assert "\n" not in text


@pytest.mark.parametrize("name", ["", "fax", "_feed_item", "os", "feed.os"])
def test_a_network_that_is_none_is_named(name: str) -> None:
    with pytest.raises(LookupError, match=f"there are {', '.join(names())}"):
        adapter(name)


@pytest.mark.parametrize("name", names())
def test_one_network_does_not_load_another(name: str) -> None:
    others = [f"gehoor.networks.{other}" for other in names() if other != name]
    code = (
        f"import sys; from gehoor.networks import adapter; adapter({name!r});"
        f"sys.exit(any(other in sys.modules for other in {others}))"
    )

    ended = subprocess.run([sys.executable, "-c", code], env={"PYTHONPATH": str(FUNCTIONS)})
    assert ended.returncode == 0
