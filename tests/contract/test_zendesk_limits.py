"""What gehoor takes of Zendesk's limits before a call, and what it learns from the answers."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from desk_server import TOKEN, running_desk
from factories import NOW, comment_draft, profile, ticket_draft
from fakes.budget import FakeBudget, OpenBudget
from fakes.clock import FakeClock
from fakes.wiring import wiring
from gehoor.domain.budget import Lane, Limit
from gehoor.errors import RateLimited, TicketLimited, Unavailable
from gehoor.helpdesks.zendesk import Settings, ZendeskHelpdesk, connect
from gehoor.http import Http
from loopback import Answer, Asked, Served, serving

if TYPE_CHECKING:
    from collections.abc import Iterator

    from gehoor.ports.limits import Budget
    from gehoor.ports.surroundings import Clock

MINUTE = timedelta(minutes=1)
RECORDED = Path(__file__).parents[3] / "shared/fixtures/helpdesks/zendesk/zenpy"
SOON = NOW + timedelta(seconds=30)
TICKET = {"id": 1, "created_at": "2026-11-22T10:00:00Z", "status": "pending"}
BODY = {
    "ticket": TICKET,
    "tickets": [TICKET],
    "comments": [],
    "user": {"id": 7},
    "audit": {"events": [{"id": 5, "type": "Comment"}]},
}


def helpdesk(
    url: str, budget: Budget, clock: Clock, lane: Lane = Lane.NORMAL, per_minute: int = 400
) -> ZendeskHelpdesk:
    settings = Settings(
        kind="zendesk",
        base_url=url,
        secret="/gehoor/zendesk",
        requests_per_minute=per_minute,
    )
    http = Http(clock, frozenset({"127.0.0.1"}), timeout=(2, 5))
    return connect(settings, wiring(TOKEN, http, budget=budget, lane=lane))


@dataclass
class Account:
    """A Zendesk account whose next answers' status and headers a test sets."""

    served: Served
    budget: OpenBudget
    reply: Answer

    def connect(self, lane: Lane = Lane.NORMAL, per_minute: int = 400) -> ZendeskHelpdesk:
        return helpdesk(self.served.url, self.budget, FakeClock(), lane, per_minute)

    def says(self, headers: dict[str, str], status: int = 200) -> None:
        self.reply = Answer(json.dumps(BODY).encode(), status, headers)

    @property
    def limits(self) -> list[str]:
        """The names of the limits that were taken, without the account's own."""
        host = f"zendesk:127.0.0.1:{self.served.port}"
        assert all(limit.name.startswith(host) for limit, _ in self.budget.taken)
        return [limit.name.removeprefix(host) for limit, _ in self.budget.taken]


@pytest.fixture
def account() -> Iterator[Account]:
    found: list[Account] = []

    def answer(_: Asked) -> Answer:
        return found[0].reply

    with serving(answer) as served:
        found.append(Account(served, OpenBudget(), Answer()))
        found[0].says({})
        yield found[0]


def test_every_request_is_taken_from_the_accounts_limit_first(account: Account) -> None:
    # When a helpdesk of a lane is asked for what takes two requests
    helpdesk = account.connect(Lane.SPARE, per_minute=120)
    helpdesk.read_ticket("7")
    helpdesk.read_ticket("7")
    # Then two were taken in its lane
    name = f"zendesk:127.0.0.1:{account.served.port}"
    assert account.budget.taken == [(Limit(name, 120, MINUTE, block=8), Lane.SPARE)] * 2
    assert len(account.served.asked) == 2


@pytest.mark.parametrize(
    ("per_minute", "block"), [(20, 8), (200, 8), (400, 16), (700, 24), (2500, 24)]
)
def test_a_worker_takes_the_requests_of_several_tickets_where_there_are_many(
    account: Account, per_minute: int, block: int
) -> None:
    account.connect(per_minute=per_minute).read_ticket("7")
    [(limit, _)] = account.budget.taken
    assert limit.block == block


def test_an_update_of_a_ticket_is_taken_from_the_limits_of_updates_too(account: Account) -> None:
    # When a comment is written, which reads the ticket first
    account.connect().add_comment("35", comment_draft(reopens=True))
    # Then the update alone is counted as one
    assert account.limits == ["", "", ":updates", ":ticket:35"]
    sizes = [(limit.calls, limit.per, limit.block) for limit, _ in account.budget.taken[2:]]
    assert sizes == [(100, MINUTE, 4), (22, 10 * MINUTE, 1)]


def test_the_first_updates_of_a_ticket_just_opened_are_not_counted_as_the_tickets(
    account: Account,
) -> None:
    # Given a worker that opens a ticket
    helpdesk = account.connect()
    account.says({"Location": "https://desk.example/api/v2/tickets/35.json"}, 201)
    helpdesk.open_ticket(ticket_draft("7"))
    # When it writes comments in it
    account.says({})
    for _ in range(3):
        helpdesk.add_comment("35", comment_draft())
    # Then those after the second count for the ticket, and each counts for the account
    assert account.limits == ["", *["", ":updates"] * 2, "", ":updates", ":ticket:35"]


def test_a_refusal_closes_the_limit_of_a_ticket_just_opened_too(account: Account) -> None:
    helpdesk = account.connect()
    account.says({"Location": "https://desk.example/api/v2/tickets/35"}, 201)
    helpdesk.open_ticket(ticket_draft("7"))
    account.says({"Retry-After": "93", **PER_TICKET}, 429)
    with pytest.raises(RateLimited):
        helpdesk.add_comment("35", comment_draft())
    [(limit, _)] = account.budget.closures
    assert limit.name.endswith(":ticket:35")


def test_a_new_ticket_is_no_update(account: Account) -> None:
    account.connect().open_ticket(ticket_draft("7"))
    assert account.limits == [""]


@pytest.mark.parametrize("spent", ["", ":updates", ":ticket:35"])
def test_nothing_is_sent_when_a_limit_is_spent(account: Account, spent: str) -> None:
    # Given a limit of several that is closed
    budget = FakeBudget(FakeClock())
    name = f"zendesk:127.0.0.1:{account.served.port}{spent}"
    budget.close(Limit(name, 100, MINUTE), SOON)
    # When a comment is to be written
    with pytest.raises(RateLimited) as refused:
        helpdesk(account.served.url, budget, FakeClock()).add_comment("35", comment_draft())
    # Then it waits, and whoever waits with it knows whether it waits for this ticket alone
    assert refused.value.retry_at == SOON
    assert isinstance(refused.value, TicketLimited) == (spent == ":ticket:35")
    assert account.served.asked == []


@pytest.mark.parametrize("reset", ["ratelimit-reset", "rate-limit-reset"])
def test_what_is_left_is_told_but_for_the_share_of_others(account: Account, reset: str) -> None:
    # Given an account of 700 requests of which 300 are left
    account.says({"X-Rate-Limit": "700", "X-Rate-Limit-Remaining": "300", reset: "30"})
    # When it answers
    account.connect().read_ticket("35")
    # Then a fifth of the account's is not gehoor's
    [(limit, left, until)] = account.budget.corrections
    assert (limit.calls, left, until) == (400, 300 - 140, SOON)


@pytest.mark.parametrize(
    ("total", "remaining", "reset", "told"),
    [
        ("200", "10", "30", (160, 0, SOON)),
        ("700", "699", "600", (400, 559, NOW + MINUTE)),
        ("10", "9", "30", (20, 7, SOON)),
    ],
)
def test_a_smaller_account_limits_gehoor_too(
    account: Account, total: str, remaining: str, reset: str, told: tuple[int, int, datetime]
) -> None:
    # Given an account that tells its limits
    told_now = {"X-Rate-Limit": total, "X-Rate-Limit-Remaining": remaining}
    account.says({**told_now, "ratelimit-reset": reset})
    connected = account.connect()
    # When it is called twice
    connected.read_ticket("35")
    connected.read_ticket("35")
    # Then the second call is taken from no more than the account's
    [(limit, left, until), _] = account.budget.corrections
    assert (limit.calls, left, until) == told
    assert [limit.calls for limit, _ in account.budget.taken] == [400, told[0]]


@pytest.mark.parametrize(
    "headers",
    [
        {},
        {"X-Rate-Limit": "100", "X-Rate-Limit-Remaining": "0"},
        {"X-Rate-Limit": "700", "ratelimit-reset": "30"},
        {"X-Rate-Limit": "many", "X-Rate-Limit-Remaining": "-1", "ratelimit-reset": "soon"},
    ],
)
def test_headers_that_do_not_tell_the_accounts_limit_change_nothing(
    account: Account, headers: dict[str, str]
) -> None:
    account.says(headers)
    account.connect().read_ticket("35")
    assert account.budget.corrections == []


PER_TICKET = {"Zendesk-RateLimit-per-ticket-updates": "total=30; remaining=0; resets=468"}
OTHER = {"zendesk-ratelimit-tickets-index": "total=100; remaining=0; resets=42"}
SOME_LEFT = {"Zendesk-RateLimit-per-ticket-updates": "total=30; remaining=10; resets=468"}


@pytest.mark.parametrize(
    ("headers", "closed"),
    [
        ({}, ""),
        ({"X-Rate-Limit-Remaining": "0"}, ""),
        ({"X-Rate-Limit-Remaining": "0", **SOME_LEFT}, ""),
        ({"X-Rate-Limit-Remaining": "600", **PER_TICKET}, ":ticket:35"),
        ({"X-Rate-Limit-Remaining": "600", **SOME_LEFT}, ":updates"),
        ({"X-Rate-Limit-Remaining": "600", **OTHER}, ":updates"),
    ],
)
def test_a_refused_update_closes_the_limit_it_is_about(
    account: Account, headers: dict[str, str], closed: str
) -> None:
    # Given an account that refuses
    account.says({"Retry-After": "30", **headers}, 429)
    # When a comment is written
    with pytest.raises(RateLimited) as refused:
        account.connect().add_comment("35", comment_draft())
    # Then that limit is closed, and no other
    assert refused.value.retry_at == SOON
    assert isinstance(refused.value, TicketLimited) == (closed == ":ticket:35")
    [(limit, until)] = account.budget.closures
    assert limit.name == f"zendesk:127.0.0.1:{account.served.port}{closed}"
    assert until == SOON


@pytest.mark.parametrize(
    ("headers", "closures"),
    [({"Retry-After": "30"}, 1), ({"Retry-After": "30", **OTHER}, 0), ({}, 0)],
)
def test_a_refused_request_closes_the_account_unless_it_says_more_or_nothing(
    account: Account, headers: dict[str, str], closures: int
) -> None:
    account.says(headers, 429)
    with pytest.raises(RateLimited):
        account.connect().find_ticket("gehoor:1")
    assert len(account.budget.closures) == closures


def test_a_call_that_had_its_effect_is_a_success_whatever_the_budget_says(
    account: Account,
) -> None:
    # Given a budget that can count and cannot be told anything
    class Deaf(OpenBudget):
        def correct(self, limit: Limit, left: int, until: datetime) -> None:
            message = "AWS is busy"
            raise Unavailable(message)

    account.budget = Deaf()
    account.says({"X-Rate-Limit": "700", "X-Rate-Limit-Remaining": "0", "ratelimit-reset": "30"})
    # Then what was written is known
    assert account.connect().add_comment("35", comment_draft()) == "5"


def test_the_limits_name_the_account_and_nobody(account: Account) -> None:
    # Given an address with a name and a password, which nobody should write
    url = account.served.url.replace("//", "//anna:secret@")
    helpdesk(url, account.budget, FakeClock()).read_ticket("35")
    assert account.limits == [""]


def test_an_account_that_counts_refuses_nothing_that_the_budget_allows(tmp_path: Path) -> None:
    # Given a Desk of few requests a minute
    with running_desk(tmp_path, requests_per_minute=60) as desk:

        def clock() -> datetime:
            return datetime.now(UTC)

        budget = FakeBudget(clock)
        agents = helpdesk(desk.url, budget, clock, Lane.URGENT)
        customer_id = agents.upsert_customer(profile()).customer_id
        # When gehoor writes as fast as it can, in both lanes, while others spend too
        for lane in (Lane.NORMAL, Lane.URGENT):
            connected = helpdesk(desk.url, budget, clock, lane)
            assert desk.call("GET", "/tickets").ok
            with pytest.raises(RateLimited, match=r"^zendesk:127.0.0.1:\d+: spent$"):
                read_for_ever(connected, customer_id)
        # Then it is its budget that stops it, and the Desk has refused nothing
        statuses = {line["status"] for line in desk.control("log").json()["requests"]}
        assert statuses <= {200, 201}


def read_for_ever(connected: ZendeskHelpdesk, customer_id: str) -> None:
    while True:
        connected.history(customer_id)


@pytest.mark.shared
@pytest.mark.skipif(not RECORDED.exists(), reason="the recordings are not here")
def test_the_limits_that_were_recorded_are_read(account: Account) -> None:
    # Given the headers of every recorded answer
    read = 0
    for path in sorted(RECORDED.glob("*.json")):
        for recorded in json.loads(path.read_text()):
            told = {n.lower(): v for n, v in recorded["response"]["headers"].items()}
            chosen = {n: v for n, v in told.items() if "rate" in n and n.isascii()}
            if "x-rate-limit" not in chosen:
                continue
            account.says(chosen)
            before = len(account.budget.corrections)
            # When they come with an answer
            account.connect().read_ticket("35")
            # Then what is left of the account's 700 is told, where the window's end is
            found = account.budget.corrections[before:]
            ends = {"ratelimit-reset", "rate-limit-reset"} & set(chosen)
            left = max(int(chosen["x-rate-limit-remaining"]) - 140, 0)
            assert [left_ for _, left_, _ in found] == ([left] if ends else [])
            read += len(found)
    assert read > 50
