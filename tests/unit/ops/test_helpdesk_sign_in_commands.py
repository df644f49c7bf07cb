"""`gehoor helpdesk check` and `sign-in`, against the Desk."""

from __future__ import annotations

import io
import json
import os
import sys
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qs, urlsplit

import boto3
import pytest
import requests

from desk_server import CLIENT, OAUTH_CLIENT, REDIRECT_URL, TIMEOUT, TOKEN, Desk, running_desk
from factories import profile
from fakes.wiring import wiring
from gehoor.aws.sessions import SsmSessions
from gehoor.config import parse
from gehoor.helpdesks.zendesk import ZendeskHelpdesk, connect
from gehoor.http import Http
from gehoor_ops.stack import clock

if TYPE_CHECKING:
    from collections.abc import Iterator

    from fakes.command import Command, Run
    from fakes.deployed import Deployed

SECRET, SESSION = "/gehoor/desk", "/gehoor/desk.session"


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Desk]:
    with running_desk(tmp_path_factory.mktemp("desk"), oauth_clients=[OAUTH_CLIENT]) as running:
        yield running


@pytest.fixture
def office(deployed: Deployed, desk: Desk) -> Deployed:
    """A stack whose helpdesk is the Desk."""
    brand = {"id": "noordlicht", "languages": ["nl"], "accounts": {}}
    helpdesk = {"kind": "zendesk", "base_url": desk.url, "secret": SECRET}
    config = {
        "company": "Noordlicht",
        "brands": [brand],
        "sources": [],
        "helpdesk": helpdesk,
        "allow_private_hosts": ["127.0.0.1"],
    }
    deployed.config_store.push(parse(config), clock())
    return deployed


def set_secret(gehoor: Command, value: object) -> None:
    assert gehoor("secret", "set", SECRET, stdin=json.dumps(value).encode()).code == 0


def a_function(deployed: Deployed, desk: Desk) -> ZendeskHelpdesk:
    """The helpdesk as a function of gehoor's sees it."""
    settings = deployed.config_store.current()[1].helpdesk
    sessions = SsmSessions(boto3.client("ssm"), boto3.client("dynamodb"), "state")
    http = Http(clock, frozenset({"127.0.0.1"}))
    secret = str(deployed.secret(SECRET)["Value"])
    return connect(settings, wiring(secret, http, sessions=sessions))  # type: ignore[arg-type]


def allow(address: str, **changes: str) -> str:
    """A person opens the address and allows gehoor in; returns where the browser is sent to."""
    asked = {**{name: one for name, [one] in parse_qs(urlsplit(address).query).items()}, **changes}
    page = address.partition("?")[0]
    answer = requests.get(page, params=asked, allow_redirects=False, timeout=TIMEOUT)
    return answer.headers["Location"]


def begin(gehoor: Command, *words: str) -> str:
    """The address that the command says to open."""
    run = gehoor("helpdesk", "sign-in", "--json", *words)
    assert run.code == 0, run.err
    return str(run.document["open"])


def finish(gehoor: Command, redirected_to: str) -> Run:
    return gehoor("helpdesk", "sign-in", "--json", "--redirected-to", redirected_to)


def assert_no_secret(run: Run) -> None:
    for value in (CLIENT["client_secret"], TOKEN, "access_token", "refresh_token"):
        assert value not in run.out + run.err


@pytest.mark.usefixtures("office")
def test_a_good_connection_is_told(gehoor: Command) -> None:
    # Given an OAuth client of an administrator
    set_secret(gehoor, CLIENT)
    # When it is checked, for a program and for a person
    told, shown = gehoor("helpdesk", "check", "--json"), gehoor("helpdesk", "check")
    # Then both read who gehoor is
    assert (told.code, shown.code) == (0, 0)
    document = told.document
    assert document["healthy"] is True
    assert document["account"]["name"] == "gehoor"
    assert document["requests_per_minute"] == {"account": 700, "configured": 400}
    assert abs(document["clock_difference_seconds"]) < 30
    assert {finding["state"] for finding in document["findings"]} == {"ok"}
    assert shown.out.splitlines()[0].split() == ["STATE", "WHAT", "FOUND", "NEXT", "STEP"]
    assert "gehoor (id" in shown.out
    assert_no_secret(told)
    assert_no_secret(shown)


@pytest.mark.usefixtures("office")
def test_a_warning_is_shown_first_and_is_no_failure(gehoor: Command) -> None:
    # Given an API token, while those still work
    set_secret(gehoor, {"email": "gehoor@desk.example", "token": TOKEN})
    run = gehoor("helpdesk", "check")
    # Then their end and what to do comes first
    assert run.code == 0
    first = run.out.splitlines()[1]
    assert first.startswith("warning")
    assert "2027-04-30" in first
    assert "gehoor secret set /gehoor/desk" in first
    assert_no_secret(run)


@pytest.mark.usefixtures("office")
@pytest.mark.parametrize("shown", [(), ("--json",)])
def test_a_failure_fails_the_command_with_its_next_step(
    gehoor: Command, shown: tuple[str, ...]
) -> None:
    # Given a token the helpdesk does not know, to which it answers 200
    set_secret(gehoor, {"token": "mistyped"})
    run = gehoor("helpdesk", "check", *shown)
    # Then that is a failure all the same
    assert run.code == 1
    assert "refuses gehoor's credential" in run.err
    assert "gehoor secret set /gehoor/desk" in run.err.partition("next: ")[2]
    if shown:
        assert run.document["healthy"] is False
        assert run.document["findings"][0]["subject"] == "account"
    assert "mistyped" not in run.out + run.err


@pytest.mark.usefixtures("office")
def test_a_secret_that_is_not_set_or_not_usable_is_told(gehoor: Command) -> None:
    unset = gehoor("helpdesk", "check")
    set_secret(gehoor, {"client_id": "gehoor"})
    unusable = gehoor("helpdesk", "check")
    assert (unset.code, unusable.code) == (1, 1)
    assert "next: gehoor secret set /gehoor/desk" in unset.err
    assert "`client_secret` is missing" in unusable.err
    assert "gehoor secret set /gehoor/desk" in unusable.err.partition("next: ")[2]


def test_a_person_signs_gehoor_in_and_functions_go_on_from_there(
    gehoor: Command, office: Deployed, desk: Desk
) -> None:
    # Given an OAuth client, and the address that the command says to open
    set_secret(gehoor, CLIENT)
    address = begin(gehoor)
    asked = {name: one for name, [one] in parse_qs(urlsplit(address).query).items()}
    assert address.startswith(f"{desk.url}/oauth/authorizations/new?")
    assert (asked["code_challenge_method"], asked["redirect_uri"]) == ("S256", REDIRECT_URL)
    assert asked["state"] not in begin(gehoor), "a state is used once"
    # When a person allows it
    run = finish(gehoor, allow(address))
    # Then the pair is stored, and the secret says that it is a person's now
    assert run.code == 0, run.err
    assert run.document == {"signed_in": True, "secret": SECRET, "version": 2}
    assert office.secret(SESSION)["Type"] == "SecureString"
    assert json.loads(office.secret(SECRET)["Value"])["refresh_token"]
    assert_no_secret(run)
    # And functions use the stored pair without renewing it
    before = _tokens_asked(desk)
    assert a_function(office, desk).upsert_customer(profile())
    assert _tokens_asked(desk) == before
    checked = gehoor("helpdesk", "check", "--json").document
    assert (checked["healthy"], checked["sign_in"]) == (True, "person")


def test_a_new_sign_in_mends_an_ended_one(gehoor: Command, office: Deployed, desk: Desk) -> None:
    # Given a sign-in that has ended, and a session that is damaged on top
    set_secret(gehoor, {**CLIENT, "refresh_token": "spent"})
    ended = gehoor("helpdesk", "check")
    assert (ended.code, ended.err.partition("next: ")[2].strip()) == (1, "gehoor helpdesk sign-in")
    boto3.client("ssm").put_parameter(Name=SESSION, Value="{", Type="SecureString", Overwrite=True)
    old = office.secret(SECRET)["Value"]
    # When a person signs in
    assert finish(gehoor, allow(begin(gehoor))).code == 0
    # Then functions work, with the new secret and with the old one that they still remember
    assert a_function(office, desk).upsert_customer(profile())
    gehoor("secret", "set", SECRET, stdin=old.encode())
    assert a_function(office, desk).upsert_customer(profile())


@pytest.mark.usefixtures("office")
def test_on_a_terminal_the_address_is_asked_for(gehoor: Command) -> None:
    # Given a person at a terminal
    set_secret(gehoor, CLIENT)
    leader, follower = os.openpty()
    terminal = _Person(os.fdopen(follower, "rb", buffering=0))
    # When the person opens what is printed, and pastes where the browser was sent
    run = gehoor("helpdesk", "sign-in", stdin=terminal)
    terminal.close()
    os.close(leader)
    # Then gehoor is signed in
    assert run.code == 0, run.err
    assert "Signed in" in run.out


class _Person(io.TextIOWrapper):
    """A terminal at which somebody reads the address and follows it."""

    def readline(self, size: int = -1, /) -> str:  # type: ignore[override]  # as in typeshed
        said: Any = sys.stderr
        address = next(word for word in said.getvalue().split() if "/oauth/" in word)
        return f"{allow(address)}\n"


@pytest.mark.usefixtures("office")
@pytest.mark.parametrize(
    ("redirected_to", "words"),
    [
        ("c0de", "the address holds no code"),
        ("http://localhost/?state=s", "the address holds no code"),
        ("http://localhost/?code=c", "the address holds no code"),
        ("http://localhost/?error=access_denied&state=s", "did not let gehoor in"),
        ("http://localhost/?code=c&state=s", "a question that gehoor did not ask"),
        ("http://localhost/?code=c&state=\udcff", "a question that gehoor did not ask"),
        ("http://[/?code=c&state=s", "the address holds no code"),
    ],
)
def test_an_address_that_is_of_no_use_is_told(
    gehoor: Command, redirected_to: str, words: str
) -> None:
    set_secret(gehoor, CLIENT)
    run = finish(gehoor, redirected_to)
    assert run.code == 1
    assert words in run.document["error"]
    assert run.document["next"]
    assert_no_secret(run)


@pytest.mark.usefixtures("office")
def test_a_code_for_a_question_that_gehoor_did_not_ask_is_worth_nothing(gehoor: Command) -> None:
    # Given a code that somebody else asked for, with another challenge or state
    set_secret(gehoor, CLIENT)
    address, other = begin(gehoor), begin(gehoor)
    state = parse_qs(urlsplit(other).query)["state"][0]
    # Then it is not taken
    for change in ({"code_challenge": "x" * 43}, {"state": state}):
        run = finish(gehoor, allow(address, **change))
        assert (run.code, "does not take the code" in run.document["error"]) == (1, True)
    run = finish(gehoor, allow(address, state=f"{state[:-1]}_"))
    assert (run.code, "did not ask" in run.document["error"]) == (1, True)


@pytest.mark.usefixtures("office")
def test_while_a_function_renews_the_sign_in_a_person_waits(gehoor: Command) -> None:
    # Given a function at it
    set_secret(gehoor, CLIENT)
    redirected_to = allow(begin(gehoor))
    sessions = SsmSessions(boto3.client("ssm"), boto3.client("dynamodb"), "state")
    now = clock()
    sessions.lease(SESSION, "a function", now, now.replace(year=now.year + 1))
    # Then the person comes again
    run = finish(gehoor, redirected_to)
    assert (run.code, "renewing the sign-in" in run.document["error"]) == (1, True)
    # And at once when the lease is given back
    sessions.release(SESSION, "a function")
    assert finish(gehoor, redirected_to).code == 0


def test_a_lost_answer_to_the_code_begins_anew(
    gehoor: Command, office: Deployed, desk: Desk
) -> None:
    set_secret(gehoor, CLIENT)
    redirected_to = allow(begin(gehoor))
    desk.control("faults", {"after_effect": True, "match": {"path": "/oauth/tokens"}})
    run = finish(gehoor, redirected_to)
    assert (run.code, run.document["next"]) == (1, "begin anew: gehoor helpdesk sign-in")
    assert finish(gehoor, allow(begin(gehoor))).code == 0


@pytest.mark.usefixtures("office")
def test_nobody_can_sign_in_without_an_oauth_client(gehoor: Command) -> None:
    set_secret(gehoor, {"token": TOKEN})
    run = gehoor("helpdesk", "sign-in")
    assert run.code == 1
    assert "no OAuth client's" in run.err
    assert "gehoor secret set /gehoor/desk" in run.err.partition("next: ")[2]


def _tokens_asked(desk: Desk) -> int:
    log = desk.control("log").json()["requests"]
    return sum(entry["path"] == "/oauth/tokens" for entry in log)
