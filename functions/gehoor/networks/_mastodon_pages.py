"""Where a page of a Mastodon list goes on: https://docs.joinmastodon.org/api/guidelines/#pagination."""

from collections.abc import Sequence
from urllib.parse import parse_qs, urlsplit

from requests.utils import parse_header_links

from gehoor.http import Response

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
