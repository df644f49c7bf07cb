"""A page of a Mastodon list: what its items say before they are read, and where it goes on.

Source: https://docs.joinmastodon.org/api/guidelines/#pagination
"""

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any
from urllib.parse import parse_qs, urlsplit

from requests.utils import parse_header_links

from gehoor.http import LONGEST_WAIT, Response, reset_at

SHORTEST_FULL_PAGE = 15
"""A shorter page is the last one where nothing else tells: no server's own page size is below."""


def older_id(response: Response, ids: Sequence[str]) -> str | None:
    """The id to ask below for the next page, None when this one is the last.

    A server tells by a link to the next page: it may have left out entries, so that a page is short
    though there is more. Those that send no links at all end their lists with a short page.
    """
    last = next((item_id for item_id in reversed(ids) if item_id), None)
    if "Link" not in response.headers:
        return last if len(ids) >= SHORTEST_FULL_PAGE else None
    links = parse_header_links(response.headers["Link"])
    following = next((link["url"] for link in links if link.get("rel") == "next"), None)
    if following is None:
        return None
    return next(iter(parse_qs(urlsplit(following).query).get("max_id", ())), last)


def is_mention(raw: Any) -> bool:
    """Whether it is a status, or a notification of one that mentions the account."""
    return not isinstance(raw, dict) or raw.get("type", "mention") == "mention"


def was_edited(raw: Any) -> bool:
    """Whether its author edited the post."""
    status = raw.get("status", raw) if isinstance(raw, dict) else None
    return isinstance(status, dict) and bool(status.get("edited_at"))


def id_of(raw: Any) -> str:
    """Its id, "" where it has none."""
    item_id = raw.get("id") if isinstance(raw, dict) else None
    return str(item_id) if isinstance(item_id, str | int) else ""


def time_of(raw: Any) -> datetime | None:
    """When it was listed or written, None where it does not say."""
    try:
        found = datetime.fromisoformat(raw["created_at"])
    except (KeyError, TypeError, ValueError):
        return None
    return found if found.tzinfo else found.replace(tzinfo=UTC)


def not_before(response: Response, now: datetime) -> datetime | None:
    """When the server takes calls again, where this was the last one it takes."""
    if response.headers.get("X-RateLimit-Remaining", "").strip() != "0":
        return None
    reset = reset_at(response.headers)
    return min(reset, now + LONGEST_WAIT) if reset and reset > now else None
