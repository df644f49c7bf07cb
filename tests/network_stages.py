"""Networks on which a test lets people speak. A new network is one more row in STAGES."""

import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from copy import deepcopy
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from html import escape
from typing import Any, Protocol

from bluesky_connection import connected as connected_bluesky
from fakes.sessions import FakeSessions
from fakes.town import FakeTown
from fakes.wiring import network_wiring
from feed_server import connected as connected_feed
from feed_server import rss
from gehoor.domain.mention import Author, Mention, Visibility
from gehoor.domain.network import Broken
from gehoor.domain.text import clean
from gehoor.http import Http
from gehoor.networks import adapter
from gehoor.ports.network import Network
from loopback import Answer, Asked, serving
from scripted_bluesky import IDENTIFIER, cid_of_any_shape, key_of_any_shape
from scripted_bluesky_chat import ScriptedChat, scripted_chat
from scripted_mastodon import OWN_ID, TOKEN, ScriptedMastodon, of_all_shapes, scripted_mastodon
from scripted_x import OWN_ID as X_ID
from scripted_x import REACH, SECRET, ScriptedX, http_at, longer_id, scripted_x
from scripted_x import connected as connected_x
from scripted_youtube import API, CONSENT, OWN, ScriptedYouTube, scripted_youtube, time_text
from scripted_youtube import id_of_any_shape as youtube_id_of_any_shape

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)
HOSTS = frozenset({"127.0.0.1"})

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

    def say(self, text: str, at: datetime = NOW) -> None:
        """Somebody says something to the brand."""

    def mix_ids(self) -> None:
        """From now on ids come in all the shapes that the network's API leaves open."""

    def say_as_brand(self, text: str) -> None:
        """The brand says something itself, where the network knows who does."""

    def garble(self) -> None:
        """One item comes that cannot be read."""

    def fail(self, answer: Answer | None) -> None:
        """Every call is answered like this from now on; None mends it."""

    def refuse(self, answer: Answer | None) -> None:
        """Whatever is posted is answered like this from now on; None mends it."""

    def delete(self, mention: Mention) -> None:
        """The author deletes what was said."""

    def edit(self, mention: Mention, text: str) -> None:
        """The author changes what was said."""

    def network(self) -> Network:
        """A new connection."""


def posting(answer: Answer | None) -> Callable[[Asked], Answer | None]:
    """Answers what is posted like this, and leaves the rest to the server."""
    return lambda asked: answer if asked.method == "POST" else None


def guid_of_any_shape(number: int) -> str:
    """Guids as the programs of blogs and shops make them, one after the other."""
    blog = f"tag:blog.example,2026:{number}"
    return (f"{900 - number}", f"отзыв-{number}", blog, f"{10**17 - number}")[number % 4]


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

    def say(self, text: str, at: datetime = NOW) -> None:
        self._server.mention(text, at)

    def mix_ids(self) -> None:
        """The API calls them strings: servers other than Mastodon's own give words."""
        self._server.id_of = of_all_shapes

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

    def refuse(self, answer: Answer | None) -> None:
        self._server.answers["/api/v1/statuses"] = posting(answer)

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

    def say(self, text: str, at: datetime = NOW) -> None:
        if self._settings.get("messages"):
            self._server.say(text, at)
        else:
            self._server.mention(text, at, "alice", tags=["noordlicht"])

    def mix_ids(self) -> None:
        """Authors choose the keys of their posts; only the revisions of the log have an order."""
        self._server.key_of = key_of_any_shape
        self._server.version_of = cid_of_any_shape

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

    def refuse(self, answer: Answer | None) -> None:
        for call in ("com.atproto.repo.createRecord", "chat.bsky.convo.sendMessage"):
            self._server.answers[call] = posting(answer)

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

    def say(self, text: str, at: datetime = NOW) -> None:
        self._said(text, "anna", at)

    def mix_ids(self) -> None:
        """They are opaque; a reply's is its thread's, a dot, and more."""
        self._server.id_of = youtube_id_of_any_shape

    def say_as_brand(self, text: str) -> None:
        self._said(text, "own")

    def _said(self, text: str, author: str, at: datetime = NOW) -> dict[str, Any]:
        if self._speak == "video":
            return self._server.video(text, at, author)
        if self._speak == "reply":
            return self._server.reply(self._thread, text, at, author)
        return self._server.comment(text, at, author)

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

    def refuse(self, answer: Answer | None) -> None:
        for path in ("commentThreads", "comments"):
            self._server.answers[f"{API}/{path}"] = posting(answer)

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
        self._guid_of: Callable[[int], str] = "https://shop.example/{}".format

    def answer(self, _: Asked) -> Answer:
        headers = {"Content-Type": "application/rss+xml"}
        return self._answer or Answer(rss(*reversed(self._items)), headers=headers)

    def say(self, text: str, at: datetime = NOW) -> None:
        guid = f"<guid>{self._guid_of(len(self._items))}</guid>"
        link = f"<link>https://shop.example/{len(self._items)}</link>"
        self._items.append(f"<description>{escape(text)}</description>{link}{guid}")

    def mix_ids(self) -> None:
        """A guid is any string, and need not be an address (RSS 2.0)."""
        self._guid_of = guid_of_any_shape

    def say_as_brand(self, text: str) -> None:
        """A feed does not say who of its authors is the brand."""

    def garble(self) -> None:
        self._items.append("<guid isPermaLink='false'>empty</guid>")

    def fail(self, answer: Answer | None) -> None:
        self._answer = answer

    def refuse(self, answer: Answer | None) -> None:
        """Nothing: nobody posts in a feed."""

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
        self._listed_at = NOW
        self._town = FakeTown(page_size=40, clock=lambda: self._listed_at)
        self._count = 0
        self._id_of: Callable[[int], str] = str

    def mix_ids(self) -> None:
        """They are what the test wants."""
        self._id_of = self._town.name_of = of_all_shapes

    def say(self, text: str, at: datetime = NOW) -> None:
        self._count += 1
        native_id = self._id_of(self._count)
        uri = f"https://town.example/posts/{native_id}"
        self._listed_at = at
        author = Author("town", "anna", "@anna", "Anna", "https://town.example/anna")
        self._town.post(
            Mention(
                brand="b",
                source_id="s",
                network="town",
                native_id=native_id,
                uri=uri,
                author=author,
                text=clean(text),
                posted_at=at,
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

    def refuse(self, answer: Answer | None) -> None:
        """Nothing, as above."""

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

    def say(self, text: str, at: datetime = NOW) -> None:
        self._server.mention(text, at)

    def mix_ids(self) -> None:
        """Ids are numbers of 64 bits, and lists are in their order: they grow from day to day.

        They get a digit longer with a jump, as in another epoch, and fall within a second, as many
        machines make them.
        """
        self._server.id_of = longer_id

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

    def refuse(self, answer: Answer | None) -> None:
        self._server.answers["/2/tweets"] = posting(answer)

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
