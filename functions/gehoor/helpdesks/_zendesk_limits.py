"""Zendesk's limits: what gehoor takes of them before a call, and what the answers tell of them.

From the API reference's page on rate limits: an account's requests a minute, the headers that tell
what is left of them, and `Retry-After` in seconds with every 429.
"""

import re
from collections.abc import Callable, Iterator
from contextlib import suppress
from datetime import datetime, timedelta
from urllib.parse import urlsplit

from gehoor.domain.budget import Lane, Limit
from gehoor.errors import GehoorError, RateLimited, TicketLimited
from gehoor.http import Response, retry_at
from gehoor.ports.limits import Budget
from gehoor.ports.surroundings import Clock

MINUTE = timedelta(minutes=1)
REQUESTS_OF_A_TICKET = 8
"""Customer, ticket, history and note take three to five; eight when an earlier attempt is looked
for."""

TICKETS_AT_ONCE = 3
"""A worker takes the requests of so many tickets at once, as each time costs a write. It takes
fewer, and one ticket's at least, where they are more than a SMALL_PART of a minute's: what it does
not use in time is lost."""

SMALL_PART = 20
"""One in so many."""

FEWEST = 20
"""Fewer requests a minute would not carry the requests of a ticket at once."""

OTHERS_SHARE = 5
"""A fifth of the account's requests is left to its other integrations."""

UPDATES = 100
"""Ticket updates a minute for the account (help article 8638126078234)."""

UPDATES_AT_ONCE = 4
"""What a worker takes of those at once, so that not every update costs a write of its own."""

UPDATES_OF_TICKET_PER = 10 * MINUTE
UPDATES_OF_TICKET = 22
"""In ten minutes; Zendesk takes 30 for each user and ticket (help article 8638126078234), and what
people change in the browser counts too."""

UPDATES_OF_OWN = 2
"""A worker's first updates of a ticket that it opened, its note above all, are not counted: they
come on top of those that are."""

OWN_TICKETS = 100

_UPDATE = re.compile(r"/tickets/(\d+)")
_OPENED = re.compile(r"/tickets/(\d+)(?:\.json)?$")
_ENDPOINT = "zendesk-ratelimit-"
_NOTHING_LEFT = re.compile(r"remaining=0\b")
_RESETS = ("ratelimit-reset", "rate-limit-reset")


class ZendeskLimits:
    """The limits of one account for the calls of one lane."""

    def __init__(self, base_url: str, per_minute: int, budget: Budget, lane: Lane) -> None:
        self._name = f"zendesk:{urlsplit(base_url).netloc.rpartition('@')[2]}"
        self._per_minute = per_minute
        self._allowed = per_minute
        self._budget = budget
        self._lane = lane
        self._own: dict[str, int] = {}

    def within(
        self, method: str, path: str, send: Callable[[], Response], clock: Clock
    ) -> Response:
        """Send when all limits of the call allow it. RateLimited: nothing was sent.

        TicketLimited where only the ticket's own limit is spent, by a 429 of Zendesk too.
        """
        limits = [self._account(), *self._updates(method, path)]
        for limit in limits[: -1 if self._is_uncounted(method, path) else None]:
            self._take(limit)
        response, now = send(), clock()
        # The call had its effect, whatever becomes of what its answer tells on the side.
        with suppress(GehoorError):
            self._heed(response, limits, now)
        self._note_own(method, response)
        if response.status == 429 and any(map(_is_of_ticket, _refused(response, limits))):
            message = "Zendesk takes no more changes of this ticket for now (429)"
            raise TicketLimited(message, retry_at(response.headers, now))
        return response

    def _take(self, limit: Limit) -> None:
        try:
            self._budget.take(limit, self._lane)
        except RateLimited as error:
            if not _is_of_ticket(limit):
                raise
            raise TicketLimited(str(error), error.retry_at) from error

    def _account(self) -> Limit:
        share = self._allowed // SMALL_PART // REQUESTS_OF_A_TICKET
        tickets = min(max(share, 1), TICKETS_AT_ONCE)
        return Limit(self._name, self._allowed, MINUTE, tickets * REQUESTS_OF_A_TICKET)

    def _updates(self, method: str, path: str) -> Iterator[Limit]:
        """The limits of a ticket's update: the account's and the ticket's, in this order.

        What is taken before another limit refuses is lost, so the smallest comes last.
        """
        update = _UPDATE.fullmatch(path) if method == "PUT" else None
        if update is not None:
            yield Limit(f"{self._name}:updates", UPDATES, MINUTE, UPDATES_AT_ONCE)
            ticket = f"{self._name}:ticket:{update[1]}"
            yield Limit(ticket, UPDATES_OF_TICKET, UPDATES_OF_TICKET_PER)

    def _note_own(self, method: str, response: Response) -> None:
        """Keep the id of a ticket that was opened just now, which its `Location` tells."""
        opened = _OPENED.search(response.headers.get("Location", ""))
        if opened and method == "POST":
            self._own = dict([*self._own.items(), (opened[1], UPDATES_OF_OWN)][-OWN_TICKETS:])

    def _is_uncounted(self, method: str, path: str) -> bool:
        """Whether this is one of the first updates of a ticket that this worker opened."""
        update = _UPDATE.fullmatch(path) if method == "PUT" else None
        left = self._own.get(update[1], 0) if update else 0
        if update and left:
            self._own[update[1]] = left - 1
        return left > 0

    def _heed(self, response: Response, limits: list[Limit], now: datetime) -> None:
        if response.status != 429:
            self._correct(response, now)
        elif until := retry_at(response.headers, now):
            for limit in _refused(response, limits):
                self._budget.close(limit, until)

    def _correct(self, response: Response, now: datetime) -> None:
        """Tell what is left. Headers without the window's end are those of another limit."""
        total = _number(response, "X-Rate-Limit")
        left = _number(response, "X-Rate-Limit-Remaining")
        resets = [_number(response, name) for name in _RESETS]
        seconds = next((found for found in resets if found is not None), None)
        if total is None or left is None or seconds is None:
            return
        others = total // OTHERS_SHARE
        self._allowed = min(self._per_minute, max(total - others, FEWEST))
        until = now + min(timedelta(seconds=seconds), MINUTE)
        self._budget.correct(self._account(), max(left - others, 0), until)


def _is_of_ticket(limit: Limit) -> bool:
    return limit.per == UPDATES_OF_TICKET_PER


def _refused(response: Response, limits: list[Limit]) -> list[Limit]:
    """Which of the call's limits a 429 is about.

    One that only this endpoint has is named in a header; the account's updates are not, then the
    account has requests left. Other endpoints' limits are not kept here: the call alone waits.
    """
    account, *updates = limits
    spent = [
        name.lower()
        for name, value in response.headers.items()
        if name.lower().startswith(_ENDPOINT) and _NOTHING_LEFT.search(value)
    ]
    if updates and any("per-ticket" in name for name in spent):
        return [updates[1]]
    if updates and (spent or _number(response, "X-Rate-Limit-Remaining")):
        return [updates[0]]
    return [] if spent else [account]


def _number(response: Response, name: str) -> int | None:
    value = response.headers.get(name, "").strip()
    return int(value[:9]) if value.isascii() and value.isdigit() else None
