"""Feeds: RSS, Atom and JSON Feed of blogs, news, forums and Google Alerts. Read only.

A feed is one document that is read whole every time; `seen` says which items were given out.
Sources: RFC 9110 (conditional requests), RFC 4287 (Atom), https://www.rssboard.org/rss-specification,
https://www.jsonfeed.org/version/1.1/
"""

import json
import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import Annotated, Literal, NamedTuple, cast
from urllib.parse import parse_qs, urlsplit

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from gehoor.domain.capabilities import Capabilities, Measure
from gehoor.domain.case import ReplyAddress
from gehoor.domain.listing import Ask, Entry, Listing, Memory
from gehoor.domain.mention import Author, Mention, Visibility, digest
from gehoor.domain.network import Broken, Found, Posted, Thread
from gehoor.domain.text import clean, plain_text
from gehoor.errors import ContractBroken, NotAllowed, Unavailable
from gehoor.http import Http, Response, check
from gehoor.networks._feed_caching import max_age, validators
from gehoor.networks._feed_document import document_of
from gehoor.networks._feed_item import Document, Item
from gehoor.networks._feed_json import json_item
from gehoor.settings import Duration, SourceSettings, Url
from gehoor.wiring import NetworkWiring

DESCRIPTION = "RSS, Atom and JSON feeds, Google Alerts among them"
TESTED = "against 115 recorded feeds and WordPress"

MOST_SEEN = 2000
FEWEST_SEEN = 200
_DOCUMENTS_SEEN = 3
_LONGEST_PAUSE = timedelta(hours=1)
_ACCEPT = (
    "application/atom+xml, application/rss+xml, application/feed+json, application/xml;q=0.9, "
    "text/xml;q=0.9, */*;q=0.5"
)
_EARLIEST = datetime(1995, 1, 1, tzinfo=UTC)
_GOOGLE = re.compile(r"https?://(?:www\.)?google\.[a-z.]{2,6}/url\?", re.IGNORECASE)
_GLOBAL = re.compile(r"https?://|tag:|urn:", re.IGNORECASE)
_EMAIL = re.compile(r"[(<]?\S+@\S+\.\S+[)>]?")
_INSTEAD = "Open the link and answer there: gehoor can read this feed, but not write on its site."
CAPABILITIES = Capabilities(reply=False, message=False, text_limit=None, instead=_INSTEAD)


class Settings(SourceSettings):
    """A feed to read."""

    network: Literal["feed"]
    url: Url
    every: Annotated[Duration, Field(ge=timedelta(minutes=1), le=timedelta(days=1))] = timedelta(
        minutes=15
    )


def connect(settings: SourceSettings, wiring: NetworkWiring) -> "Feed":
    """A reader of the feed; a feed has no secret."""
    return Feed(cast("Settings", settings), wiring.http)


class _Place(BaseModel):
    """What is remembered. `etag` and `last_modified` go back to the server as they came.

    `made_for` is a hash of the configured address that was read. `url` is where the feed moved for
    good. `seen` are short hashes of items given out, newest document first. `pause` is what the
    document asks for, in seconds.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    made_for: str = ""
    url: str = ""
    etag: str = ""
    last_modified: str = ""
    seen: tuple[str, ...] = ()
    pause: int = 0


class _Named(NamedTuple):
    """An item with its global name, and the hashes by which it is known again."""

    item: Item
    uri: str
    identity: str
    version: str


class Feed:
    """One feed; fits `gehoor.ports.Network`."""

    def __init__(self, settings: Settings, http: Http) -> None:
        self._settings = settings
        self._http = http

    def capabilities(self) -> Capabilities:
        """Reading only."""
        return CAPABILITIES

    def lists(self) -> tuple[str, ...]:
        """The document is the only list."""
        return ("items",)

    def read(self, ask: Ask, now: datetime) -> Listing:
        """Read the document; unchanged items are not given out again.

        They go without ids and times: `seen` tells better what is new than either could, as feeds
        give items one id by mistake, and change their times. `not_before` is what the document and
        its headers ask for, at most an hour or `every`: a server's careless year of caching must
        not silence the source. Gone (410) ends the source. 404 does not: addresses come back.
        """
        place = self._place(ask.memory)
        url = place.url or self._settings.url
        what = f"source {self._settings.id}: the feed"
        response = self._fetch(url, place)
        if response.status == 404:
            message = f"{what} was not found (404); check its address"
            raise Unavailable(message)
        check(response, what, now)
        place = place.model_copy(update={"url": response.moved_to or place.url})
        if response.status == 304:
            return self._listing((), place, response, now)
        kind = response.headers.get("Content-Type", "")
        try:
            document = document_of(response.body, kind, response.url)
        except ContractBroken as exc:
            message = f"{what}: {exc}"
            raise ContractBroken(message) from exc
        return self._document(document, place, response, now)

    def parse(self, raw: str, now: datetime) -> Mention:
        """Read an item that was set aside again."""
        item = _item_in(raw, self._settings.url)
        mention = self._mention(item, self._uri(item), "", now)
        if mention is None:
            raise ContractBroken(_NOTHING)
        return mention

    def thread(self, mention: Mention) -> Thread:
        """An item stands for itself: feeds do not say what answers what."""
        return Thread(mention.uri)

    def measure(self, address: ReplyAddress, text: str) -> Measure:
        """The length in characters; there is no limit, as nothing is posted."""
        return Measure(len(text), None)

    def reply(self, address: ReplyAddress, text: str, key: str) -> Posted:
        """Never: NotAllowed says what to do instead."""
        message = f"source {self._settings.id}: a feed cannot be answered. {_INSTEAD}"
        raise NotAllowed(message)

    def find_replies(self, address: ReplyAddress, text: str, key: str) -> tuple[Posted, ...]:
        """None: no answer is ever posted."""
        return ()

    def recheck(self, native_ids: Sequence[str]) -> Mapping[str, Found | None]:
        """Nothing: an item leaves a feed because newer ones came, or because it was deleted."""
        return {}

    def _place(self, memory: Memory) -> _Place:
        """Where to go on: at the start once the configured address is another.

        A memory from before `made_for` was kept is taken as it is.
        """
        made_for = _short(self._settings.url)
        try:
            place = _Place.model_validate(memory)
        except ValidationError as exc:
            message = f"source {self._settings.id}: its memory cannot be read; reset the source"
            raise ContractBroken(message) from exc
        if place.made_for not in ("", made_for):
            place = _Place()
        return place.model_copy(update={"made_for": made_for})

    def _fetch(self, url: str, place: _Place) -> Response:
        headers = {"Accept": _ACCEPT}
        if place.etag:
            headers["If-None-Match"] = place.etag
        if place.last_modified:
            headers["If-Modified-Since"] = place.last_modified
        return self._http.request("GET", url, headers=headers, redirects=5)

    def _document(
        self, document: Document, place: _Place, response: Response, now: datetime
    ) -> Listing:
        named = self._named(document.items)
        mentions: list[Mention] = []
        broken = [Broken(digest(raw), reason, raw) for reason, raw in document.broken]
        for one in _new(named, set(place.seen)):
            mention = self._mention(one.item, one.uri, document.title, now)
            if mention is None:
                broken.append(Broken(one.uri, _NOTHING, one.item.model_dump_json()))
            else:
                mentions.append(mention)
        mentions.sort(key=lambda mention: mention.posted_at, reverse=True)
        etag, last_modified = validators(response)
        reached = _Place(
            made_for=place.made_for,
            url=place.url,
            etag=etag,
            last_modified=last_modified,
            seen=_seen(named, place.seen),
            pause=int(document.pause.total_seconds()),
        )
        return self._listing((*broken, *mentions), reached, response, now)

    def _listing(
        self,
        contents: Iterable[Mention | Broken],
        place: _Place,
        response: Response,
        now: datetime,
    ) -> Listing:
        longest = max(self._settings.every, _LONGEST_PAUSE)
        pause = max(timedelta(seconds=place.pause), max_age(response))
        return Listing(
            entries=tuple(Entry("", None, content) for content in contents),
            not_before=now + min(pause, longest) if pause else None,
            memory=place.model_dump(mode="json", exclude_defaults=True),
        )

    def _named(self, items: Iterable[Item]) -> list[_Named]:
        """Items with their names. Items that share one by mistake get their content added to it."""
        versions = {(self._uri(item), _content(item)): item for item in items}
        shared = Counter(uri for uri, _ in versions)
        return [
            _Named(item, uri, _short(uri), _short(uri, content))
            if shared[uri] == 1
            else _Named(item, f"{uri}#{content}", _short(uri, content), _short(uri, content))
            for (uri, content), item in versions.items()
        ]

    def _uri(self, item: Item) -> str:
        """What the whole network calls the item: the same in two feeds, where its id allows that.

        Google Alerts gives one story several ids, so the story's own address is its name. An id
        that is neither an address nor made to be unique (RFC 4151, RFC 8141) is its feed's own.
        """
        if _is_redirect(item.link):
            return _target(item.link)
        own = item.guid or ("" if item.link else _content(item))
        if not own or _GLOBAL.match(own):
            return own or item.link
        return f"{self._settings.url}#{own}"

    def _mention(self, item: Item, uri: str, feed_title: str, now: datetime) -> Mention | None:
        """The item as a mention, None when there is nothing to read and nothing to open."""
        title = plain_text(item.title) if item.title_is_html else clean(item.title)
        body = plain_text(item.body) if item.body_is_html else clean(item.body)
        link = _target(item.link) if _is_web(item.link) else ""
        link = link or (item.guid if _is_web(item.guid) else "")
        texts = [title] if not body.startswith(title) or not body else []
        text = "\n\n".join(part for part in (*texts, body) if part) or link
        if not text:
            return None
        posted_at = item.published if item.published and item.published >= _EARLIEST else now
        return Mention(
            brand=self._settings.brand,
            source_id=self._settings.id,
            network=self._settings.network,
            native_id=item.guid or uri,
            uri=uri,
            author=self._author(item, feed_title),
            text=text,
            posted_at=min(posted_at, now),
            permalink=link or self._settings.url,
            visibility=Visibility.PUBLIC,
            language_hint=item.language.replace("_", "-") or None,
            title=title or None,
        )

    def _author(self, item: Item, feed_title: str) -> Author:
        """Who the item names, else the feed itself. An e-mail address is never shown as a name."""
        host = urlsplit(self._settings.url).netloc.rpartition("@")[2]
        name = _EMAIL.sub("", clean(item.author_name)).strip()
        profile = item.author_url if _is_web(item.author_url) else ""
        feed = clean(feed_title) or host
        own_id = f"{host}/{name}" if name else self._settings.url
        return Author(
            network=self._settings.network,
            native_id=profile or own_id,
            handle=name or feed,
            display_name=name or feed,
            profile_url=profile,
        )


_NOTHING = "the item has neither text nor link"


def _item_in(raw: str, url: str) -> Item:
    try:
        return Item.model_validate_json(raw)
    except ValidationError:
        pass
    try:
        return json_item(json.loads(raw), url)
    except ValueError as exc:
        message = "the item is no JSON"
        raise ContractBroken(message) from exc


def _new(named: Iterable[_Named], seen: set[str]) -> list[_Named]:
    return [one for one in named if one.identity not in seen and one.version not in seen]


def _seen(named: Iterable[_Named], before: Iterable[str]) -> tuple[str, ...]:
    """What to remember: this document, and of those before it about twice as much.

    Every write of the source pays for the whole cursor. A document that is empty or short for once
    must not make all its items new again, so FEWEST_SEEN stay in any case.
    """
    current = dict.fromkeys(hashed for one in named for hashed in (one.identity, one.version))
    most = min(max(_DOCUMENTS_SEEN * len(current), FEWEST_SEEN), MOST_SEEN)
    return tuple(dict.fromkeys((*current, *before)))[:most]


def _short(*parts: str) -> str:
    return digest(*parts)[:12]


def _content(item: Item) -> str:
    """A hash of what the item says; an alert's excerpt differs from one alert to the next."""
    return "" if _is_redirect(item.link) else _short(item.title, item.body, item.link)


def _is_web(link: str) -> bool:
    return link.lower().startswith(("http://", "https://"))


def _is_redirect(link: str) -> bool:
    """Whether a link only leads on through Google, as those of Google Alerts do."""
    return _target(link) != link


def _target(link: str) -> str:
    """Where a Google redirect link leads; any other link is its own target."""
    if not _GOOGLE.match(link):
        return link
    found = parse_qs(urlsplit(link).query)
    target = next(iter(found.get("url") or found.get("q") or []), "")
    return target if _is_web(target) else link
