"""Reading a feed document: RSS, Atom and CDF here, JSON Feed in its own module."""

import io
from calendar import timegm
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

import feedparser

from gehoor.errors import ContractBroken
from gehoor.networks._feed_decode import refuse_bombs, text_of
from gehoor.networks._feed_item import Document, Item, joined
from gehoor.networks._feed_json import json_feed

# feedparser has no error of its own: broken numbers and nesting surface as any of these.
_STUMBLES = (ArithmeticError, AttributeError, LookupError, RecursionError, TypeError, ValueError)
_PERIODS = {
    "hourly": timedelta(hours=1),
    "daily": timedelta(days=1),
    "weekly": timedelta(weeks=1),
    "monthly": timedelta(days=30),
    "yearly": timedelta(days=365),
}


def document_of(body: bytes, content_type: str, url: str) -> Document:
    """Read a feed; ContractBroken says what came instead of one."""
    text = text_of(body, content_type)
    if text.lstrip().startswith("{"):
        return json_feed(text, url)
    refuse_bombs(text)
    parsed = _parsed(text)
    if not parsed.entries and (not parsed.get("version") or _is_malformed(parsed)):
        message = f"no feed came, but {_looks_like(text)} ({content_type[:80] or 'no type'})"
        raise ContractBroken(message)
    base = joined(url, parsed.feed.get("link") or "") or url
    return Document(
        title=str(parsed.feed.get("title") or ""),
        items=tuple(_xml_item(entry, base, parsed.feed) for entry in parsed.entries),
        pause=_pause(parsed.feed),
    )


def _parsed(text: str) -> Any:
    try:
        return feedparser.parse(
            io.BytesIO(text.encode("utf-8", "replace")),
            response_headers={"content-type": "application/xml; charset=utf-8"},
            sanitize_html=False,
            resolve_relative_uris=False,
        )
    except _STUMBLES as exc:
        message = f"the feed is broken in a way that cannot be read ({type(exc).__name__})"
        raise ContractBroken(message) from exc


def _is_malformed(parsed: Any) -> bool:
    return bool(parsed.bozo) and not isinstance(
        parsed.bozo_exception, feedparser.CharacterEncodingOverride
    )


def _looks_like(text: str) -> str:
    start = text[:2000].strip().lower()
    if not start:
        return "an empty answer"
    if not start.startswith("<"):
        return "text that is no XML"
    if any(mark in start for mark in ("<!doctype html", "<html", "<head", "<body")):
        return "what looks like an HTML page"
    return "broken XML, or XML of another kind"


def _xml_item(entry: Any, base: str, feed: Any) -> Item:
    title = entry.get("title_detail") or {}
    body = _body(entry)
    author = entry.get("author_detail") or {}
    return Item(
        guid=str(entry.get("id") or ""),
        link=joined(base, entry.get("feedburner_origlink") or entry.get("link") or ""),
        title=str(entry.get("title") or ""),
        title_is_html="html" in (title.get("type") or ""),
        body=str(body.get("value") or ""),
        body_is_html="html" in (body.get("type") or "html"),
        published=_published(entry),
        author_name=str(author.get("name") or ""),
        author_url=joined(base, author.get("href") or ""),
        language=str(body.get("language") or title.get("language") or feed.get("language") or ""),
    )


def _body(entry: Any) -> Mapping[str, Any]:
    """The fullest text of an entry: its content, else its summary."""
    texts = [*entry.get("content", ()), entry.get("summary_detail") or {}]
    readable = [one for one in texts if str(one.get("type") or "text").startswith(("text", "app"))]
    return next((one for one in readable if (one.get("value") or "").strip()), {})


def _published(entry: Any) -> datetime | None:
    for name in ("published_parsed", "created_parsed", "updated_parsed"):
        moment = entry.get(name) if name in entry else None
        try:
            if moment:
                return datetime.fromtimestamp(timegm(moment), UTC)
        except (ValueError, OverflowError, OSError):
            continue
    return None


def _pause(feed: Any) -> timedelta:
    """From <ttl> (minutes) and the syndication module's updatePeriod and updateFrequency."""
    ttl = _number(feed.get("ttl"))
    period = _PERIODS.get(str(feed.get("sy_updateperiod") or "").strip().lower(), timedelta())
    frequency = _number(feed.get("sy_updatefrequency")) or 1
    return max(timedelta(minutes=min(ttl, 100_000)), period / frequency)


def _number(value: Any) -> int:
    text = str(value or "").strip()
    return int(text[:9]) if text.isascii() and text.isdigit() else 0
