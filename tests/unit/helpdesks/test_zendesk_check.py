"""What a check of the Zendesk account finds, and what to do about each of it."""

from __future__ import annotations

import json
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date, timedelta
from email.utils import format_datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from factories import NOW
from fakes.clock import FakeClock
from fakes.sessions import FakeSessions
from gehoor.domain.finding import Finding, State
from gehoor.helpdesks._zendesk_check import Checkup, check
from gehoor.helpdesks.zendesk import Settings
from gehoor.http import Http
from gehoor.wiring import Access
from loopback import Answer, Asked, serving

if TYPE_CHECKING:
    from collections.abc import Iterator

CLIENT = {"client_id": "gehoor", "client_secret": "hush"}
ADMIN = {"id": 7, "name": "gehoor", "role": "admin", "ticket_restriction": None}
SET_SECRET = "gehoor secret set /gehoor/zendesk"
RECORDED = Path(__file__).parents[2] / "fixtures" / "zendesk" / "node-zendesk"


@dataclass
class Account:
    """A Zendesk account as its answers show it."""

    user: dict[str, Any] = field(default_factory=lambda: dict(ADMIN))
    status: int = 200
    scope: str = "read write"
    headers: dict[str, str] = field(
        default_factory=lambda: {"X-Rate-Limit": "700", "Date": format_datetime(NOW, usegmt=True)}
    )
    triggers: list[dict[str, Any]] = field(default_factory=list)
    triggers_status: int = 200
    groups: dict[str, int] = field(default_factory=dict)
    groups_status: int = 200
    url: str = ""

    def answer(self, asked: Asked) -> Answer:
        if asked.path == "/oauth/tokens":
            pair = {"access_token": "hush-1", "refresh_token": "hush-2", "scope": self.scope}
            return Answer(json.dumps({**pair, "refresh_token_expires_in": 864_000}).encode())
        if asked.path == "/api/v2/triggers":
            shown = {"triggers": self.triggers, "meta": {"has_more": False}}
            return Answer(json.dumps(shown).encode(), self.triggers_status)
        if asked.path == "/api/v2/groups":
            listed = [{"id": number, "name": name} for name, number in self.groups.items()]
            shown = {"groups": listed, "meta": {"has_more": False}}
            return Answer(json.dumps(shown).encode(), self.groups_status)
        return Answer(json.dumps({"user": self.user}).encode(), self.status, self.headers)

    def check(
        self,
        secret: dict[str, str] | str = "",
        clock: FakeClock | None = None,
        groups: tuple[str, ...] = (),
    ) -> Checkup:
        given = secret or CLIENT
        value = given if isinstance(given, str) else json.dumps(given)
        settings = Settings.model_validate(
            {
                "kind": "zendesk",
                "base_url": self.url,
                "secret": "/gehoor/zendesk",
                "requests_per_minute": 400,
            }
        )
        http = Http(clock or FakeClock(), frozenset({"127.0.0.1"}), timeout=(1, 1))
        return check(settings, Access(value, http, sessions=FakeSessions()), groups)

    def finding(self, subject: str, secret: dict[str, str] | str = "", **more: Any) -> Finding:
        found = self.check(secret, **more)
        assert "hush" not in repr(found)
        return next(finding for finding in found.findings if finding.subject == subject)


@contextmanager
def _running() -> Iterator[Account]:
    account = Account()
    with serving(account.answer) as served:
        account.url = served.url
        yield account


@pytest.fixture
def account() -> Iterator[Account]:
    with _running() as running:
        yield running


def test_a_good_account_is_well_in_everything(account: Account) -> None:
    # When an administrator's client is checked
    findings, facts = account.check()
    # Then there is nothing to do, and programs can read who and how long
    subjects = [finding.subject for finding in findings]
    assert subjects == ["account", "sign-in", "scopes", "requests", "clock", "mail"]
    assert {finding.state for finding in findings} == {State.OK}
    assert facts["account"] == {"id": 7, "name": "gehoor", "role": "admin"}
    assert (facts["sign_in"], facts["scopes"]) == ("client", ["read", "write"])
    assert facts["token_ends_at"] == NOW + timedelta(hours=2)
    assert facts["requests_per_minute"] == {"account": 700, "configured": 400}


@pytest.mark.parametrize(
    ("changes", "state", "lacks"),
    [
        ({"role": "agent"}, State.OK, ""),
        ({"role": "end-user"}, State.FAILURE, "sees its own tickets alone"),
        (
            {"role": "agent", "only_private_comments": True},
            State.FAILURE,
            "a light agent writes internal notes alone",
        ),
        ({"role": "agent", "ticket_restriction": "groups"}, State.WARNING, "only some tickets"),
    ],
)
def test_a_role_that_is_too_small_is_told_with_what_it_lacks(
    account: Account, changes: dict[str, Any], state: State, lacks: str
) -> None:
    account.user |= changes
    found = account.finding("account")
    assert (found.state, bool(found.next_step)) == (state, state is not State.OK)
    assert lacks in found.detail
    assert found.detail.startswith(f"gehoor (id 7), {changes['role']}")


def test_nobody_is_not_taken_for_somebody(account: Account) -> None:
    # Given the recorded answer to a wrong credential, which is a success
    recorded = RECORDED / "authentication_test_incorrect_u_p.json"
    account.user = json.loads(recorded.read_text())[0]["response"]["user"]
    # Then that is a failure, with the step that mends it
    found = account.finding("account")
    assert found.state is State.FAILURE
    assert found.next_step.endswith(SET_SECRET)


def test_an_address_without_an_account_is_told(account: Account) -> None:
    # Given the recorded answer of a subdomain that does not exist
    recorded = RECORDED / "authentication_test_incorrect_subdomain.json"
    account.status = json.loads(recorded.read_text())[0]["status"]
    found = account.finding("account", "hush")
    assert (found.state, found.next_step.partition(" and ")[0]) == (
        State.FAILURE,
        "check helpdesk.base_url",
    )


def test_a_scope_that_zendesk_does_not_know_is_told_beside_the_refusal(account: Account) -> None:
    # Given a token whose calls are all refused
    account.status, account.scope = 403, "everything"
    # Then both are told
    findings, facts = account.check()
    assert [(finding.subject, finding.state) for finding in findings] == [
        ("account", State.FAILURE),
        ("scopes", State.FAILURE),
    ]
    assert facts == {"account": None, "sign_in": "client"}


@pytest.mark.parametrize(
    ("scope", "missing"),
    [
        ("read write", ""),
        ("tickets:read tickets:write users:read users:write", ""),
        ("read", "tickets:write, users:write"),
        ("tickets:read write", "users:read"),
    ],
)
def test_scopes_that_are_missing_are_named(account: Account, scope: str, missing: str) -> None:
    account.scope = scope
    found = account.finding("scopes")
    assert found.detail == (f"{scope}, without {missing}" if missing else scope)
    assert found.state is (State.FAILURE if missing else State.OK)
    assert (SET_SECRET in found.next_step) is bool(missing)


@pytest.mark.parametrize(
    ("secret", "state", "words"),
    [
        (CLIENT, State.OK, "without an end; its token is good for 2 h 0 min"),
        (
            {**CLIENT, "refresh_token": "hush"},
            State.OK,
            "until 2026-12-02 and longer while it is used; its token is good for 24 h 0 min",
        ),
        (
            {"email": "a@desk.example", "token": "hush"},
            State.WARNING,
            "Zendesk ends those on 2027-04-30, in 159 days",
        ),
        ("hush", State.WARNING, "gehoor cannot tell its end or renew it"),
    ],
)
def test_the_kind_of_sign_in_is_told_with_its_end(
    account: Account, secret: dict[str, str] | str, state: State, words: str
) -> None:
    found = account.finding("sign-in", secret)
    assert (found.state, SET_SECRET in found.next_step) == (state, state is State.WARNING)
    assert words in found.detail


def test_the_end_of_api_tokens_is_a_date_for_programs(account: Account) -> None:
    _, facts = account.check({"email": "a@desk.example", "token": "hush"})
    assert (facts["sign_in"], facts["ends_on"]) == ("api_token", date(2027, 4, 30))


@pytest.mark.parametrize(
    ("limit", "state", "words"),
    [
        ("700", State.OK, "400 of the account's 700 a minute"),
        ("400", State.OK, "400 of the account's 400 a minute"),
        ("200", State.WARNING, "400 of the account's 200 a minute"),
        ("", State.OK, "the account tells no limit"),
        ("many", State.OK, "the account tells no limit"),
    ],
)
def test_the_accounts_limit_is_compared_with_the_configured_one(
    account: Account, limit: str, state: State, words: str
) -> None:
    account.headers["X-Rate-Limit"] = limit
    found = account.finding("requests")
    assert (found.state, words in found.detail) == (state, True)
    assert ("less than 200" in found.next_step) is (state is State.WARNING)


@pytest.mark.parametrize(
    ("ahead_s", "state", "words"),
    [
        (0, State.OK, "0 s ahead of"),
        (60, State.OK, "60 s ahead of"),
        (61, State.WARNING, "61 s ahead of"),
        (-300, State.WARNING, "300 s behind"),
    ],
)
def test_a_clock_that_goes_wrong_is_told(
    account: Account, ahead_s: int, state: State, words: str
) -> None:
    found = account.finding("clock", clock=FakeClock(NOW + timedelta(seconds=ahead_s)))
    assert (found.state, words in found.detail) == (state, True)


def recorded_triggers() -> list[dict[str, Any]]:
    """The triggers that Zendesk makes in a new account."""
    recorded = RECORDED.parent / "go-zendesk" / "GET_triggers.json"
    triggers: list[dict[str, Any]] = json.loads(recorded.read_text())["triggers"]
    return triggers


def test_triggers_that_would_mail_customers_are_named(account: Account) -> None:
    # Given the triggers of a new account, some of which notify requesters
    account.triggers = recorded_triggers()
    found = account.finding("mail")
    assert found.state is State.WARNING
    assert "“Notify requester of received request”; “Notify requester of comment" in found.detail
    assert "assignee" not in found.detail
    assert found.next_step == "add the condition Tags contains none of gehoor to these triggers"


def test_triggers_that_leave_gehoors_tickets_out_mail_nobody(account: Account) -> None:
    # Given that those that notify requesters leave tickets with gehoor's tag out, or are off
    account.triggers = recorded_triggers()
    spared = {"field": "current_tags", "operator": "not_includes", "value": "vip gehoor"}
    account.triggers[0]["conditions"]["all"].append(spared)
    account.triggers[1]["active"] = False
    found = account.finding("mail")
    assert (found.state, found.next_step) == (State.OK, "")


def test_a_scope_without_triggers_is_no_failure(account: Account) -> None:
    account.triggers_status = 403
    found = account.finding("mail")
    assert (found.state, found.next_step) == (State.OK, "")
    assert "may not see" in found.detail


def test_groups_that_tickets_go_to_are_there_by_name_or_id(account: Account) -> None:
    account.groups = {"Webcare": 360, "Crisis": 361}
    found = account.finding("groups", groups=("webcare", "361"))
    assert (found.state, found.detail) == (State.OK, "webcare, 361")


def test_a_group_that_is_missing_is_named_with_what_becomes_of_its_tickets(
    account: Account,
) -> None:
    account.groups = {"Webcare": 360}
    found = account.finding("groups", groups=("Webcare", "Crisis", "361"))
    assert found.state is State.WARNING
    assert found.detail == "Crisis, 361 not there: such tickets are opened without a group"
    assert found.next_step == "mend desk.routing, or make the group"


def test_groups_that_gehoor_may_not_list_are_a_warning(account: Account) -> None:
    account.groups_status = 403
    assert account.finding("groups", groups=("Webcare",)).state is State.WARNING
