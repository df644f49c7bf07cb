"""Signing in to the Desk by each grant, as gehoor's functions do."""

from __future__ import annotations

import json
from base64 import b64encode
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, Any, cast

import pytest

from desk_server import CLIENT, OAUTH_CLIENT, TOKEN, Desk, running_desk
from factories import NOW, profile, ticket_draft
from fakes.clock import FakeClock
from fakes.sessions import FakeSessions
from fakes.wiring import wiring
from gehoor import bootstrap, connections
from gehoor.aws.config_store import ConfigStore
from gehoor.config import parse
from gehoor.domain.budget import Lane
from gehoor.errors import AuthExpired, NotAllowed, Unavailable
from gehoor.helpdesks.zendesk import Settings, ZendeskHelpdesk, connect
from gehoor.http import Http
from gehoor.leased_session import LEASE
from lambda_stack import CONFIG, lambda_stack

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

TOKENS_PATH = "/oauth/tokens"
SECRET = "/gehoor/zendesk"
connected_helpdesk = connections.helpdesk


@dataclass(frozen=True)
class Office:
    """The Desk, a clock for both sides, and the session all workers share."""

    desk: Desk
    clock: FakeClock
    sessions: FakeSessions

    def worker(self, secret: dict[str, str]) -> ZendeskHelpdesk:
        """A new process of gehoor's."""
        settings = {"kind": "zendesk", "base_url": self.desk.url, "secret": SECRET}
        http = Http(self.clock, frozenset({"127.0.0.1"}), timeout=(2, 5))
        made = wiring(json.dumps(secret), http, sessions=self.sessions)
        return connect(Settings.model_validate(settings), made)

    def tokens_asked(self) -> int:
        log = self.desk.control("log").json()["requests"]
        return sum(entry["path"] == TOKENS_PATH for entry in log)

    def order(self, **fault: Any) -> None:
        self.desk.control("faults", fault).raise_for_status()


@pytest.fixture
def office(tmp_path: Path) -> Iterator[Office]:
    clock = FakeClock()
    with running_desk(tmp_path, clock, oauth_clients=[OAUTH_CLIENT]) as desk:
        yield Office(desk, clock, FakeSessions())


def works(helpdesk: ZendeskHelpdesk) -> bool:
    """Whether a ticket can be opened."""
    customer_id = helpdesk.upsert_customer(profile()).customer_id
    return bool(helpdesk.open_ticket(ticket_draft(customer_id)).ticket_id)


def test_a_client_signs_in_by_itself_and_again_before_its_token_ends(office: Office) -> None:
    # Given a client
    helpdesk = office.worker(CLIENT)
    assert works(helpdesk)
    assert office.tokens_asked() == 1
    # When hours go by
    for _ in range(5):
        office.clock.advance(minutes=100)
        assert works(helpdesk)
    # Then it had a token each time, and no call was refused
    assert office.tokens_asked() == 6
    log = office.desk.control("log").json()["requests"]
    assert {entry["status"] for entry in log} <= {200, 201}


def test_a_client_whose_token_was_revoked_signs_in_again(office: Office) -> None:
    helpdesk = office.worker(CLIENT)
    assert works(helpdesk)
    office.desk.place.oauth.revoke_all()
    assert works(helpdesk)


def test_a_client_that_the_helpdesk_does_not_know_is_told_of(office: Office) -> None:
    with pytest.raises(AuthExpired, match=r"401 invalid_client.*gehoor secret set /gehoor/zendesk"):
        works(office.worker({**CLIENT, "client_secret": "wrong"}))


def test_a_scope_that_lets_gehoor_do_nothing_is_a_missing_right(office: Office) -> None:
    with pytest.raises(NotAllowed):
        works(office.worker({**CLIENT, "scope": "everything"}))


def test_workers_of_a_signed_in_client_share_one_pair(office: Office) -> None:
    # Given two workers, and days on which each of them works
    secret = {**CLIENT, "refresh_token": office.desk.refresh_token()}
    workers = [office.worker(secret) for _ in range(2)]
    before = office.tokens_asked()
    for _ in range(3):
        assert all(works(worker) for worker in workers)
        office.clock.advance(hours=20)
    # Then one of them renewed the pair each time, and the other took it over
    assert office.tokens_asked() - before == 3


def test_a_refresh_whose_answer_is_lost_needs_a_person_and_tells_that(office: Office) -> None:
    # Given a pair that is renewed while the answer is lost
    secret = {**CLIENT, "refresh_token": office.desk.refresh_token()}
    office.order(after_effect=True, match={"path": TOKENS_PATH})
    with pytest.raises(Unavailable):
        works(office.worker(secret))
    # When the lease is over
    office.clock.now += LEASE
    # Then nobody but a person can sign in
    with pytest.raises(AuthExpired, match="run: gehoor helpdesk sign-in"):
        works(office.worker(secret))
    assert works(office.worker({**CLIENT, "refresh_token": office.desk.refresh_token()}))


def test_a_refresh_that_was_refused_for_now_is_made_later(office: Office) -> None:
    secret = {**CLIENT, "refresh_token": office.desk.refresh_token()}
    office.order(status=503, retry_after=7, match={"path": TOKENS_PATH})
    with pytest.raises(Unavailable) as failure:
        works(office.worker(secret))
    assert failure.value.retry_at == office.clock() + timedelta(seconds=7)
    assert works(office.worker(secret))


def test_functions_keep_their_session_on_aws(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    # Given the functions with their roles' stores, and a helpdesk that a person signed them in to
    secret = {**CLIENT, "refresh_token": office.desk.refresh_token()}
    with lambda_stack(monkeypatch) as lambdas:
        monkeypatch.setattr(connections, "helpdesk", connected_helpdesk)
        monkeypatch.setattr(bootstrap, "clock", office.clock)
        document = {
            **CONFIG,
            "helpdesk": {"kind": "zendesk", "base_url": office.desk.url, "secret": SECRET},
            "allow_private_hosts": ["127.0.0.1"],
        }
        ConfigStore(lambdas.stack.dynamodb, lambdas.stack.state).push(parse(document), NOW)
        bootstrap.secrets().put(SECRET, json.dumps(secret))
        # When they are used, and again by another process after a day
        before = office.tokens_asked()
        assert works(cast("ZendeskHelpdesk", connections.helpdesk(Lane.NORMAL)))
        connections._connections.clear()
        office.clock.advance(hours=23)
        assert works(cast("ZendeskHelpdesk", connections.helpdesk(Lane.NORMAL)))
        # Then the pair was renewed twice, from what SSM kept
        assert office.tokens_asked() - before == 2
        assert bootstrap.secrets().exists(f"{SECRET}.session")
        connections._connections.clear()


def test_an_api_token_works_until_it_ends(office: Office) -> None:
    # Given the form that Zendesk takes until 2027-04-30
    helpdesk = office.worker({"email": "gehoor@desk.example", "token": TOKEN})
    assert works(helpdesk)
    basic = b64encode(f"gehoor@desk.example/token:{TOKEN}".encode()).decode()
    headers = {"Authorization": f"Basic {basic}"}
    assert office.desk.get("/users/me", headers=headers)["user"]["id"]
    # When that day is over
    office.clock.now = office.clock.now.replace(year=2027, month=5, day=1)
    # Then gehoor does not try
    with pytest.raises(AuthExpired, match="2027-04-30"):
        works(helpdesk)
