"""The calls of the YouTube Data API that gehoor makes, each paid for before it goes out.

Source: https://developers.google.com/youtube/v3/docs
"""

from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime
from typing import Any, NamedTuple

from gehoor.errors import ContractBroken, PositionLost, QuotaSpent, Unavailable
from gehoor.http import Http, Response
from gehoor.networks._youtube_credentials import Credential
from gehoor.networks._youtube_errors import LOST_POSITION, NoSuchItem, checked, reasons
from gehoor.networks._youtube_quota import (
    UNITS_A_READ,
    UNITS_AN_ANSWER,
    Price,
    Purpose,
    Spending,
    resets_at,
)
from gehoor.sign_in import signed_in

IDS_AT_ONCE = 50
"""More are refused: https://github.com/sns-sdks/python-youtube/issues/103"""

_MOST_COMMENTS = "100"
_MOST_VIDEOS = "50"
_SNIPPET = ("part", "snippet")
_AS_TEXT = ("textFormat", "plainText")

_Params = Sequence[tuple[str, str]]


class PagesRepeat(Unavailable):
    """A list has more, but its pages do not lead on to it.

    As YouTube's did for days: https://github.com/Benjamin-Loison/YouTube-operational-API/issues/275
    """


class Page(NamedTuple):
    """One answer to a list call; `next_token` is "" at the end."""

    items: Sequence[Any]
    next_token: str


class Api:
    """What one credential may do."""

    def __init__(
        self, base_url: str, credential: Credential, spending: Spending, http: Http
    ) -> None:
        self._base_url = base_url.rstrip("/")
        self._credential = credential
        self._spending = spending
        self._http = http

    @property
    def can_write(self) -> bool:
        """Whether the credential stands for a channel."""
        return self._credential.can_write

    @property
    def credential_ends_at(self) -> datetime | None:
        """When the channel's owner has to consent again, None where nobody can tell."""
        return self._credential.ends_at

    def now(self) -> datetime:
        """The time."""
        return self._http.clock()

    def thread_page(self, filters: Mapping[str, str], token: str, purpose: Purpose) -> Page:
        """Comment threads, newest first by when they began, with some of their replies.

        PositionLost when YouTube does not know `token` any more.
        """
        how = (("order", "time"), ("maxResults", _MOST_COMMENTS))
        params = (("part", "snippet,replies"), _AS_TEXT, *how, *filters.items())
        return self._page("commentThreads", params, token, purpose)

    def threads(self, ids: Sequence[str], purpose: Purpose) -> Sequence[Any]:
        """Those threads that exist, of IDS_AT_ONCE at most, with some of their replies."""
        params = (("part", "snippet,replies"), _AS_TEXT)
        return self._existing("commentThreads", params, ids, purpose)

    def comments(self, ids: Sequence[str], purpose: Purpose) -> Sequence[Any]:
        """Those comments that exist, of IDS_AT_ONCE at most."""
        return self._existing("comments", (_SNIPPET, _AS_TEXT), ids, purpose)

    def videos(self, ids: Sequence[str], purpose: Purpose) -> Sequence[Any]:
        """Those videos that exist, of IDS_AT_ONCE at most. Their counts cost no unit more."""
        return self._existing("videos", (("part", "snippet,statistics"),), ids, purpose)

    def replies(self, thread_id: str, purpose: Purpose) -> Iterator[Any]:
        """Every reply of a thread, in no order to rely on: YouTube turned it round once.

        PagesRepeat when it has more that YouTube does not show now.
        https://github.com/sameerdash2/comment-viewer/issues/11
        """
        params = (_SNIPPET, _AS_TEXT, ("parentId", thread_id), ("maxResults", _MOST_COMMENTS))
        seen: set[str] = set()
        token = ""
        while True:
            page = self._page("comments", params, token, purpose)
            new = [item for item in page.items if id_of(item) not in seen]
            yield from new
            seen.update(map(id_of, new))
            token = page.next_token
            if not token:
                return
            if not new:
                message = f"youtube: the replies in {thread_id} come in pages that repeat"
                raise PagesRepeat(message)

    def search(self, query: str, after: datetime, token: str) -> Page:
        """Videos that match and were published after a moment, newest first.

        PositionLost when YouTube does not know `token` any more.
        """
        params = (
            _SNIPPET,
            ("q", query),
            ("type", "video"),
            ("order", "date"),
            ("publishedAfter", f"{after.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}"),
            ("maxResults", _MOST_VIDEOS),
        )
        return self._listed("search", params, token, self._spending.search())

    def own_channels(self) -> Sequence[Any]:
        """The channels that the credential stands for: one, or none where it has no channel."""
        params = (_SNIPPET, ("mine", "true"))
        return self._page("channels", params, "", Purpose.ANSWER).items

    def insert(self, resource: str, snippet: Mapping[str, Any]) -> Response:
        """Write a comment; the answer tells it as it is now. UnknownOutcome when that was lost."""
        price = self._spending.units(UNITS_AN_ANSWER, Purpose.ANSWER, self.now())
        return self._call("POST", resource, (_SNIPPET,), price, {"snippet": snippet})

    def _existing(
        self, resource: str, params: _Params, ids: Sequence[str], purpose: Purpose
    ) -> Sequence[Any]:
        """Those items that exist, each half apart where YouTube refuses them all for one.

        "One or more of the specified comments cannot be found" (404), says
        https://developers.google.com/youtube/v3/docs/comments/list; mostly it leaves those out.
        """
        try:
            return self._page(resource, (*params, ("id", ",".join(ids))), "", purpose).items
        except NoSuchItem:
            if len(ids) == 1:
                return ()
        half = len(ids) // 2
        halves = (ids[:half], ids[half:])
        return [item for one in halves for item in self._existing(resource, params, one, purpose)]

    def _page(self, resource: str, params: _Params, token: str, purpose: Purpose) -> Page:
        price = self._spending.units(UNITS_A_READ, purpose, self.now())
        return self._listed(resource, params, token, price)

    def _listed(self, resource: str, params: _Params, token: str, price: Price) -> Page:
        at = (("pageToken", token),) if token else ()
        found = self._call("GET", resource, (*params, *at), price).json()
        items = _items(found)
        if items is None:
            message = f"youtube: {resource} came without a list; check base_url"
            raise ContractBroken(message)
        following = found.get("nextPageToken")
        return Page(items, following if isinstance(following, str) else "")

    def _call(
        self,
        method: str,
        resource: str,
        params: _Params,
        price: Price,
        body: Mapping[str, Any] | None = None,
    ) -> Response:
        what, now = f"youtube: {resource}", self._http.clock()
        changes = method != "GET"

        def send(header: str) -> Response:
            self._spending.pay(price, now)
            return self._http.request(
                method,
                f"{self._base_url}/{resource}",
                headers={self._credential.header_name: header},
                params=params,
                json=body,
                changes=changes,
            )

        response = signed_in(self._credential.sign_in, send)
        if response.status == 400 and LOST_POSITION in reasons(response):
            message = f"{what}: YouTube does not know this page any more"
            raise PositionLost(message)
        try:
            return checked(response, what, now, resets_at(now), changes=changes)
        except QuotaSpent:
            self._spending.exhaust(price, now)
            raise


def _items(found: Any) -> list[Any] | None:
    """The items of a list as it came; a list without any may leave them out."""
    if not isinstance(found, dict):
        return None
    is_list = str(found.get("kind", "")).endswith("ListResponse")
    items = found.get("items", [] if is_list else None)
    return items if isinstance(items, list) else None


def id_of(item: Any) -> str:
    """The id of a comment, thread or video as it came, "" where it has none."""
    found = item.get("id") if isinstance(item, dict) else None
    found = found.get("videoId") if isinstance(found, dict) else found
    return str(found) if isinstance(found, str | int) else ""
