"""The Desk gives and ends OAuth tokens as Zendesk documents it."""

from __future__ import annotations

from base64 import urlsafe_b64encode
from dataclasses import dataclass
from hashlib import sha256
from http import HTTPStatus
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qs, urlsplit

import pytest
import requests

from desk_server import OAUTH_CLIENT, REDIRECT_URL, TIMEOUT, Desk, running_desk
from fakes.clock import FakeClock

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

VERIFIER = "v" * 43
CHALLENGE = urlsafe_b64encode(sha256(VERIFIER.encode()).digest()).rstrip(b"=").decode()
OTHER_CLIENT = {**OAUTH_CLIENT, "identifier": "other", "secret": "secret-of-other"}


@dataclass(frozen=True)
class Office:
    """A Desk whose clock a test moves."""

    desk: Desk
    clock: FakeClock

    def token(self, **grant: Any) -> dict[str, Any]:
        answer = self.desk.ask_token(**grant)
        assert answer.status_code == HTTPStatus.OK, answer.text
        found: dict[str, Any] = answer.json()
        return found

    def refused(self, **grant: Any) -> tuple[int, str]:
        answer = self.desk.ask_token(**grant)
        return answer.status_code, answer.json()["error"]

    def allow(self, **changes: str) -> requests.Response:
        """A person opens the authorization page and clicks Allow."""
        asked = {
            "response_type": "code",
            "client_id": "gehoor",
            "redirect_uri": REDIRECT_URL,
            "scope": "read write",
            "state": "s t",
            "code_challenge": CHALLENGE,
            "code_challenge_method": "S256",
            **changes,
        }
        url = f"{self.desk.url}/oauth/authorizations/new"
        return requests.get(url, params=asked, allow_redirects=False, timeout=TIMEOUT)

    def code(self, **changes: str) -> dict[str, str]:
        query = parse_qs(urlsplit(self.allow(**changes).headers["Location"]).query)
        return {
            "grant_type": "authorization_code",
            "code": query["code"][0],
            "redirect_uri": REDIRECT_URL,
            "code_verifier": VERIFIER,
        }


@pytest.fixture
def office(tmp_path: Path) -> Iterator[Office]:
    clock, clients = FakeClock(), [OAUTH_CLIENT, OTHER_CLIENT]
    with running_desk(tmp_path, clock, oauth_clients=clients) as desk:
        yield Office(desk, clock)


def test_a_client_gets_a_token_that_ends_by_the_clock(office: Office) -> None:
    # Given a token of an hour
    token = office.token(grant_type="client_credentials", scope="read write", expires_in=3600)
    assert (token["token_type"], token["scope"], token["expires_in"]) == (
        "bearer",
        "read write",
        3600,
    )
    assert "refresh_token" not in token
    # When the hour goes by
    office.clock.advance(minutes=59)
    assert office.desk.status_for(token["access_token"]) == HTTPStatus.OK
    office.clock.advance(minutes=1)
    # Then it is refused, and is nobody's
    assert office.desk.status_for(token["access_token"]) == HTTPStatus.UNAUTHORIZED
    headers = {"Authorization": f"Bearer {token['access_token']}"}
    assert office.desk.get("/users/me", headers=headers)["user"]["id"] is None


def test_a_token_does_not_end_unless_that_was_asked_for(office: Office) -> None:
    token = office.token(grant_type="client_credentials", scope="read")
    assert token["expires_in"] is None
    office.clock.advance(days=400)
    assert office.desk.status_for(token["access_token"]) == HTTPStatus.OK


@pytest.mark.parametrize(
    ("scope", "reads", "writes"),
    [
        ("read", HTTPStatus.OK, HTTPStatus.FORBIDDEN),
        ("tickets:read tickets:write", HTTPStatus.OK, HTTPStatus.UNPROCESSABLE_ENTITY),
        ("users:read users:write", HTTPStatus.FORBIDDEN, HTTPStatus.FORBIDDEN),
        ("everything", HTTPStatus.FORBIDDEN, HTTPStatus.FORBIDDEN),
    ],
)
def test_a_scope_bounds_what_a_token_may_do(
    office: Office, scope: str, reads: int, writes: int
) -> None:
    token = office.token(grant_type="client_credentials", scope=scope)["access_token"]
    assert office.desk.status_for(token) == reads
    assert office.desk.status_for(token, "POST") == writes


def test_a_refresh_ends_the_old_pair_at_once(office: Office) -> None:
    # Given a pair
    old = office.token(**office.code(), expires_in=3600)
    assert office.desk.status_for(old["access_token"]) == HTTPStatus.OK
    # When it is refreshed
    grant = {"grant_type": "refresh_token", "refresh_token": old["refresh_token"]}
    new = office.token(**grant, expires_in=600, refresh_token_expires_in=700_000)
    # Then the new one is valid and the old one is not
    assert (new["scope"], new["expires_in"]) == ("read write", 600)
    assert new["refresh_token_expires_in"] == 700_000
    assert office.desk.status_for(new["access_token"]) == HTTPStatus.OK
    assert office.desk.status_for(old["access_token"]) == HTTPStatus.UNAUTHORIZED
    assert office.refused(**grant) == (400, "invalid_grant")


def test_a_refresh_token_ends_by_the_clock_and_is_its_clients_alone(office: Office) -> None:
    token = office.token(**office.code())["refresh_token"]
    grant = {"grant_type": "refresh_token", "refresh_token": token}
    other = {"client_id": "other", "client_secret": "secret-of-other"}
    assert office.refused(**grant, **other) == (400, "invalid_grant")
    office.clock.advance(days=30)
    assert office.refused(**grant) == (400, "invalid_grant")


def test_a_person_is_sent_back_with_code_and_state(office: Office) -> None:
    answer = office.allow()
    query = parse_qs(urlsplit(answer.headers["Location"]).query)
    assert answer.status_code == HTTPStatus.FOUND
    assert answer.headers["Location"].startswith(REDIRECT_URL)
    assert query["state"] == ["s t"]


def test_a_code_is_good_once_and_for_two_minutes(office: Office) -> None:
    spent, late = office.code(), office.code()
    office.token(**spent)
    assert office.refused(**spent) == (400, "invalid_grant")
    office.clock.advance(seconds=120)
    assert office.refused(**late) == (400, "invalid_grant")


@pytest.mark.parametrize(
    "changes",
    [
        {"code_verifier": "w" * 43},
        {"code_verifier": ""},
        {"redirect_uri": "http://localhost/other"},
        {"client_id": "other", "client_secret": "secret-of-other"},
    ],
)
def test_a_code_is_for_who_asked_for_it(office: Office, changes: dict[str, str]) -> None:
    assert office.refused(**{**office.code(), **changes}) == (400, "invalid_grant")


@pytest.mark.parametrize(
    ("grant", "error"),
    [
        ({"grant_type": "client_credentials", "client_secret": "wrong"}, (401, "invalid_client")),
        ({"grant_type": "client_credentials", "client_id": "nobody"}, (401, "invalid_client")),
        ({"grant_type": "password"}, (400, "unsupported_grant_type")),
        ({"grant_type": "client_credentials", "expires_in": 300}, (400, "invalid_request")),
        ({"grant_type": "client_credentials", "expires_in": 172_800}, (400, "invalid_request")),
        ({}, (400, "invalid_request")),
    ],
)
def test_what_makes_no_sense_is_refused(
    office: Office, grant: dict[str, Any], error: tuple[int, str]
) -> None:
    assert office.refused(**grant) == error


@pytest.mark.parametrize(
    "changes",
    [
        {"client_id": "nobody"},
        {"redirect_uri": "https://elsewhere.example/"},
        {"response_type": "token"},
        {"code_challenge_method": "plain"},
    ],
)
def test_nobody_is_sent_away_with_a_code_that_was_asked_for_wrongly(
    office: Office, changes: dict[str, str]
) -> None:
    assert office.allow(**changes).status_code == HTTPStatus.BAD_REQUEST


def test_the_token_endpoint_fails_as_ordered(office: Office) -> None:
    # Given a fault, and a lost answer
    pair = office.token(**office.code())
    grant = {"grant_type": "refresh_token", "refresh_token": pair["refresh_token"]}
    match = {"path": "/oauth/tokens"}
    office.desk.control("faults", {"status": 503, "retry_after": 2, "match": match})
    office.desk.control("faults", {"after_effect": True, "match": match})
    # When a pair is refreshed
    failed = office.desk.ask_token(**grant)
    with pytest.raises(requests.ConnectionError):
        office.desk.ask_token(**grant)
    # Then the first time nothing was done, and the second time it was
    assert (failed.status_code, failed.headers["Retry-After"]) == (503, "2")
    assert office.refused(**grant) == (400, "invalid_grant")
    paths = [entry["path"] for entry in office.desk.control("log").json()["requests"]]
    assert paths.count("/oauth/tokens") == 4
