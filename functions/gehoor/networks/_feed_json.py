"""JSON Feed, versions 1 and 1.1: https://www.jsonfeed.org/version/1.1/."""

import json
from datetime import datetime, timedelta
from typing import Annotated, Any

from pydantic import BaseModel, BeforeValidator, ValidationError

from gehoor.domain.moments import in_utc
from gehoor.errors import ContractBroken
from gehoor.networks._feed_item import Document, Item, joined


def _text(value: Any) -> str:
    """The value where it is text or a number; what is anything else says nothing."""
    is_text = isinstance(value, str | int | float) and not isinstance(value, bool)
    return str(value) if is_text else ""


_Text = Annotated[str, BeforeValidator(_text)]


class _Author(BaseModel):
    name: _Text = ""
    url: _Text = ""


class _JsonItem(BaseModel):
    id: _Text = ""
    url: _Text = ""
    external_url: _Text = ""
    title: _Text = ""
    content_html: _Text = ""
    content_text: _Text = ""
    summary: _Text = ""
    date_published: _Text = ""
    language: _Text = ""
    authors: Any = None
    author: Any = None


def json_feed(text: str, url: str) -> Document:
    """Read a JSON Feed; ContractBroken for JSON that is none."""
    try:
        found = json.loads(text)
    except (ValueError, RecursionError) as exc:
        message = "no feed came, but broken JSON"
        raise ContractBroken(message) from exc
    version, items = found.get("version"), found.get("items")
    if not str(version).startswith("https://jsonfeed.org/version/1") or not isinstance(items, list):
        message = "no feed came, but JSON that is no JSON Feed"
        raise ContractBroken(message)
    base = joined(url, _text(found.get("home_page_url"))) or url
    read: list[Item] = []
    broken: list[tuple[str, str]] = []
    language = _text(found.get("language"))
    for raw in items:
        try:
            read.append(json_item(raw, base, language))
        except ContractBroken as exc:
            broken.append((str(exc), json.dumps(raw)))
    title = _text(found.get("title"))
    return Document(title, tuple(read), timedelta(), tuple(broken))


def json_item(raw: Any, base: str, language: str = "") -> Item:
    """Read one item; ContractBroken when it is no object."""
    try:
        item = _JsonItem.model_validate(raw)
    except ValidationError as exc:
        message = "the item is no object"
        raise ContractBroken(message) from exc
    author = _author(item)
    return Item(
        guid=item.id,
        link=joined(base, item.url or item.external_url),
        title=item.title,
        body=item.content_html or item.content_text or item.summary,
        body_is_html=bool(item.content_html),
        published=_iso(item.date_published),
        author_name=author.name,
        author_url=joined(base, author.url),
        language=item.language or language,
    )


def _author(item: _JsonItem) -> _Author:
    """The first author that says who they are; `author` is version 1, `authors` 1.1."""
    named = item.authors if isinstance(item.authors, list) else []
    authors = [
        _Author.model_validate(one) for one in (*named, item.author) if isinstance(one, dict)
    ]
    return next((one for one in authors if one.name or one.url), _Author())


def _iso(value: str) -> datetime | None:
    try:
        return in_utc(datetime.fromisoformat(value))
    except ValueError:
        return None
