"""The header of each call to Zendesk: which, how long, and what happens when it is refused."""

from __future__ import annotations

import json
import logging
from base64 import b64decode
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from fakes.clock import FakeClock
from fakes.sessions import FakeSessions
from gehoor.errors import (
    AuthExpired,
    ContractBroken,
    GehoorError,
    NotAllowed,
    RateLimited,
    Unavailable,
)
from gehoor.helpdesks import _zendesk_sign_in
from gehoor.helpdesks._zendesk_api import ZendeskApi
from gehoor.helpdesks._zendesk_secret import parse_secret
from gehoor.helpdesks._zendesk_sign_in import LIFE, sign_in_for
from gehoor.helpdesks.zendesk import Settings
from gehoor.http import Http
from gehoor.wiring import Access
from loopback import Answer, Asked, serving

if TYPE_CHECKING:
    from collections.abc import Iterator

    from gehoor.sign_in import SignIn

NAME = "/gehoor/zendesk"
CLIENT = {"client_id": "gehoor", "client_secret": "hush"}
SIGNED_IN = {**CLIENT, "refresh_token": "hush-refresh"}
RECORDED = Path(__file__).parents[2] / "fixtures" / "zendesk" / "node-zendesk"


@dataclass
class Zendesk:
    """A server: what its token endpoint answers next, and which tokens it lets in."""

    clock: FakeClock = field(default_factory=FakeClock)
    refuses: set[str] = field(default_factory=set)
    token_answers: list[Answer] = field(default_factory=list)
    grants: list[dict[str, Any]] = field(default_factory=list)
    headers: list[str] = field(default_factory=list)
    url: str = ""

    def answer(self, asked: Asked) -> Answer:
        if asked.path == "/oauth/tokens":
            self.grants.append(json.loads(asked.body))
            number = len(self.grants)
            return self.token_answers.pop(0) if self.token_answers else token(f"token-{number}")
        header = asked.headers["authorization"]
        self.headers.append(header)
        if header in self.refuses:
            return reply({"error": "Couldn't authenticate you"}, 401)
        return reply({"user": {"id": 7, "name": "gehoor", "role": "admin"}})

    def sign_in(self, secret: dict[str, str] | str) -> SignIn:
        return self._connected(secret)[0]

    def api(self, secret: dict[str, str] | str) -> ZendeskApi:
        sign_in, http = self._connected(secret)
        return ZendeskApi(self.url, sign_in, http)

    def _connected(self, secret: dict[str, str] | str) -> tuple[SignIn, Http]:
        value = secret if isinstance(secret, str) else json.dumps(secret)
        settings = Settings.model_validate(
            {"kind": "zendesk", "base_url": self.url, "secret": NAME}
        )
        http = Http(self.clock, frozenset({"127.0.0.1"}), timeout=(1, 1))
        access = Access(value, http, sessions=FakeSessions())
        return sign_in_for(settings, parse_secret(NAME, value), access), http


def reply(body: object, status: int = 200, *headers: tuple[str, str]) -> Answer:
    return Answer(
        json.dumps(body).encode(), status, {"Content-Type": "application/json", **dict(headers)}
    )


def token(value: str, **more: Any) -> Answer:
    return reply({"access_token": value, "token_type": "bearer", "scope": "read write", **more})


@contextmanager
def _running() -> Iterator[Zendesk]:
    zendesk = Zendesk()
    with serving(zendesk.answer) as served:
        zendesk.url = served.url
        yield zendesk


@pytest.fixture
def zendesk() -> Iterator[Zendesk]:
    with _running() as running:
        yield running


def test_a_client_asks_for_a_token_and_keeps_it(zendesk: Zendesk) -> None:
    # When a client signs in for two calls
    api = zendesk.api({**CLIENT, "scope": "tickets:read tickets:write"})
    for _ in range(2):
        api.call("GET", "/tickets", "listing tickets")
    # Then it has asked once, as documented
    assert zendesk.headers == ["Bearer token-1"] * 2
    assert zendesk.grants == [
        {
            "grant_type": "client_credentials",
            **CLIENT,
            "scope": "tickets:read tickets:write",
            "expires_in": 7200,
        }
    ]


@pytest.mark.parametrize(("given", "life"), [({"expires_in": 1000}, 1000), ({}, 7200)])
def test_a_token_is_renewed_at_four_fifths_of_its_life(
    zendesk: Zendesk, given: dict[str, int], life: int
) -> None:
    # Given a token with a life, be it the one that was asked for
    zendesk.token_answers.append(token("first", **given))
    sign_in = zendesk.sign_in(CLIENT)
    assert sign_in.header() == "Bearer first"
    # When four fifths of it are over
    zendesk.clock.advance(seconds=life * 0.8 - 1)
    assert sign_in.header() == "Bearer first"
    zendesk.clock.advance(seconds=1)
    # Then there is another
    assert sign_in.header() == "Bearer token-2"


def test_a_worn_token_is_used_on_while_no_other_is_to_be_had(
    zendesk: Zendesk, caplog: pytest.LogCaptureFixture
) -> None:
    # Given a worn token, and an endpoint that is down
    sign_in = zendesk.sign_in(CLIENT)
    first = sign_in.header()
    zendesk.clock.now += LIFE * 0.8
    zendesk.token_answers += [reply({}, 503)] * 3
    # When calls are made, it is used on, and the endpoint is left alone for a while
    assert [sign_in.header() for _ in range(3)] == [first] * 3
    assert len(zendesk.grants) == 2
    assert "used on" in caplog.text
    zendesk.clock.advance(seconds=30)
    assert sign_in.header() == first
    assert len(zendesk.grants) == 3
    # When it is over, there is nothing to use
    zendesk.clock.now += LIFE
    with pytest.raises(Unavailable):
        sign_in.header()


def test_a_refused_call_is_made_once_more_with_a_new_token(zendesk: Zendesk) -> None:
    zendesk.refuses = {"Bearer token-1"}
    zendesk.api(CLIENT).call("POST", "/tickets", "opening a ticket", {}, changes=True)
    assert zendesk.headers == ["Bearer token-1", "Bearer token-2"]


@pytest.mark.parametrize(
    ("secret", "tries", "remedy"),
    [
        (CLIENT, 2, "gehoor secret set /gehoor/zendesk"),
        (SIGNED_IN, 2, "run: gehoor helpdesk sign-in"),
        ("hush", 1, "gehoor secret set /gehoor/zendesk"),
        ({"token": "hush"}, 1, "gehoor secret set /gehoor/zendesk"),
        ({"email": "a@desk.example", "token": "hush"}, 1, "gehoor secret set /gehoor/zendesk"),
    ],
)
def test_a_call_that_stays_refused_says_what_to_do(
    zendesk: Zendesk, secret: dict[str, str] | str, tries: int, remedy: str
) -> None:
    # Given a Zendesk that lets nobody in
    zendesk.token_answers = [
        token(f"hush-{number}", refresh_token=f"refresh-{number}") for number in range(3)
    ]
    api = zendesk.api(secret)
    zendesk.refuses = {f"Bearer hush-{number}" for number in range(3)} | {"Bearer hush"}
    zendesk.refuses.add(zendesk.sign_in(secret).header() if "email" in secret else "")
    # When it is called
    with pytest.raises(AuthExpired) as failure:
        api.call("GET", "/tickets", "listing tickets")
    # Then a new token was tried where there can be one, and the next step is told without a secret
    assert len(zendesk.headers) == tries
    assert str(failure.value).endswith(remedy)
    assert "hush" not in str(failure.value)


@pytest.mark.parametrize(
    ("answer", "error", "words"),
    [
        (reply({"error": "invalid_client"}, 401), AuthExpired, "401 invalid_client"),
        (reply({"error": "invalid_scope"}, 400), AuthExpired, "400 invalid_scope"),
        (reply({"error": "hush, it says hush"}, 400), AuthExpired, "no reason given"),
        (reply({}, 404), AuthExpired, "check helpdesk.base_url"),
        (
            reply({}, 301, ("Location", "https://a.example/")),
            AuthExpired,
            "helpdesk.base_url",
        ),
        (reply({}, 403), NotAllowed, "check the OAuth client"),
        (reply({}, 429, ("Retry-After", "42")), RateLimited, "429"),
        (reply({}, 503), Unavailable, "503"),
        (reply({}, 500), Unavailable, "500"),
        (reply({"access_token": ""}), ContractBroken, "no usable token"),
        (reply({"access_token": "hush hush"}), ContractBroken, "no usable token"),
        (Answer(b"<html>hush"), ContractBroken, "no usable token"),
    ],
)
def test_an_endpoint_that_gives_no_token_is_told_in_words_that_fit(
    zendesk: Zendesk, answer: Answer, error: type[GehoorError], words: str
) -> None:
    # When the endpoint answers something else than a token
    zendesk.token_answers.append(answer)
    with pytest.raises(error) as failure:
        zendesk.sign_in(CLIENT).header()
    # Then the class fits gehoor as a whole: no item is gone or rejected because of it
    assert type(failure.value) is error
    assert words in str(failure.value)
    assert "hush" not in f"{failure.value} {failure.value.__cause__}"


def test_an_endpoint_that_cannot_be_reached_is_tried_again_later() -> None:
    zendesk = Zendesk(url="http://127.0.0.1:9")
    with pytest.raises(Unavailable):
        zendesk.sign_in(CLIENT).header()


@pytest.mark.parametrize(
    "answer",
    [
        reply({}, 500),
        Answer(b"<html>"),
        token("only-an-access-token"),
        reply({"access_token": "x"}, 200, ("Content-Length", "999")),
    ],
)
def test_a_refresh_whose_outcome_is_unknown_is_no_outcome_of_the_call(
    zendesk: Zendesk, answer: Answer
) -> None:
    # When a refresh may have been made, although its pair did not come
    zendesk.token_answers.append(answer)
    # Then the call it was for was not made, and comes again after the lease
    with pytest.raises(Unavailable, match="was lost") as failure:
        zendesk.api(SIGNED_IN).call("POST", "/tickets", "opening a ticket", {}, changes=True)
    assert failure.value.retry_at == zendesk.clock() + timedelta(minutes=1)
    assert zendesk.headers == []


def test_a_dead_refresh_token_is_for_a_person_to_replace(zendesk: Zendesk) -> None:
    zendesk.token_answers.append(reply({"error": "invalid_grant"}, 400))
    with pytest.raises(AuthExpired, match="; run: gehoor helpdesk sign-in"):
        zendesk.sign_in(SIGNED_IN).header()


def test_an_api_token_is_used_with_the_address_and_warned_of_once(
    zendesk: Zendesk, caplog: pytest.LogCaptureFixture
) -> None:
    # When connections with an API token are made in one process
    _zendesk_sign_in.warn_of_the_end.cache_clear()
    secret = {"email": "sam@desk.example", "token": "hush"}
    headers = {zendesk.sign_in(secret).header() for _ in range(3)}
    # Then each says who it is
    [header] = headers
    assert b64decode(header.removeprefix("Basic ")) == b"sam@desk.example/token:hush"
    # And the log says once when that ends
    [warning] = caplog.records
    assert warning.levelno == logging.WARNING
    assert "2027-04-30" in warning.message
    assert "gehoor secret set /gehoor/zendesk" in warning.message
    assert "hush" not in warning.message
    assert warning.name.startswith("gehoor."), "so that it goes where gehoor logs"


@pytest.mark.parametrize(("day", "is_refused"), [(30, False), (31, True)])
def test_an_api_token_is_refused_in_words_after_its_last_day(
    zendesk: Zendesk, day: int, is_refused: bool
) -> None:
    sign_in = zendesk.sign_in({"email": "sam@desk.example", "token": "hush"})
    zendesk.clock.now = datetime(2027, 4, 1, 23, 59, tzinfo=UTC) + timedelta(days=day - 1)
    if not is_refused:
        assert sign_in.header()
        return
    with pytest.raises(AuthExpired, match="no API tokens since 2027-04-30; make an OAuth client"):
        sign_in.header()


def recorded(name: str) -> Answer:
    """A recorded answer to /users/me; the recordings keep the user's name alone."""
    [exchange] = json.loads((RECORDED / f"authentication_test_{name}.json").read_text())
    body = exchange["response"]
    if body.get("user", {}).get("name") == "TEST USER":
        body["user"] |= {"id": 7, "role": "admin"}
    return reply(body, exchange["status"])


@pytest.mark.parametrize("name", ["correct_u_token", "user_pass", "endpoint_uri"])
def test_recorded_answers_to_good_credentials_name_somebody(name: str) -> None:
    with serving(lambda _: recorded(name)) as served:
        me, _ = Zendesk(url=served.url).api("token").me()
    assert (me.id, me.name, me.role) == (7, "TEST USER", "admin")


@pytest.mark.parametrize("name", ["no_creds", "incorrect_u_p"])
def test_recorded_answers_to_bad_credentials_are_nobody_although_they_say_200(name: str) -> None:
    with (
        serving(lambda _: recorded(name)) as served,
        pytest.raises(AuthExpired, match="refuses gehoor's credential"),
    ):
        Zendesk(url=served.url).api("token").own_user_id()


def test_a_worn_out_token_that_makes_gehoor_nobody_is_replaced(zendesk: Zendesk) -> None:
    # Given a Zendesk that answers 200 "Anonymous user" to the first token
    def answer(asked: Asked) -> Answer:
        if asked.headers.get("authorization") == "Bearer token-1":
            return recorded("no_creds")
        return zendesk.answer(asked)

    with serving(answer) as served:
        zendesk.url = served.url
        # Then gehoor asks again with another
        assert zendesk.api(CLIENT).own_user_id() == "7"
