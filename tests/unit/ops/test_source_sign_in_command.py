"""`gehoor source sign-in`: a person lets gehoor in at X and at YouTube."""

from __future__ import annotations

import json
import os
import sys
from datetime import datetime, timedelta
from io import TextIOWrapper
from typing import TYPE_CHECKING, Any

import boto3
import pytest

from consent_page import ConsentPage, question
from fakes.wiring import network_wiring
from gehoor import networks
from gehoor.aws.sessions import SsmSessions
from gehoor.config import parse
from gehoor.domain.listing import Ask, Floor
from gehoor.http import Http
from gehoor_ops.stack import clock
from loopback import Answer
from scripted_x import ScriptedX, problem, scripted_x
from scripted_youtube import (
    API,
    CONSENT,
    OWN,
    TOKEN_PATH,
    ScriptedYouTube,
    channel_id,
    scripted_youtube,
)

if TYPE_CHECKING:
    from collections.abc import Iterator

    from fakes.command import Command, Run
    from fakes.deployed import Deployed

X_SECRET, X_SESSION, TUBE_SECRET = "/gehoor/x", "/gehoor/x.session", "/gehoor/tube"
X_CLIENT = {"client_id": "app", "client_secret": "hush"}
TUBE_CLIENT = {name: CONSENT[name] for name in ("client_id", "client_secret")}
REDIRECT_URL = "http://127.0.0.1/"


@pytest.fixture
def x() -> Iterator[ScriptedX]:
    with scripted_x(refresh_tokens=set()) as running:
        yield running


@pytest.fixture
def tube() -> Iterator[ScriptedYouTube]:
    with scripted_youtube(refresh_tokens=set()) as running:
        yield running


@pytest.fixture(autouse=True)
def office(deployed: Deployed, gehoor: Command, x: ScriptedX, tube: ScriptedYouTube) -> Deployed:
    """A stack that hears X and YouTube, whose OAuth clients are set and nobody signed in with."""
    push(deployed, x, tube, {"x": "@Noordlicht"})
    set_secret(gehoor, X_SECRET, X_CLIENT)
    set_secret(gehoor, TUBE_SECRET, TUBE_CLIENT)
    return deployed


def push(deployed: Deployed, x: ScriptedX, tube: ScriptedYouTube, accounts: dict[str, str]) -> None:
    addresses = {"base_url": f"{tube.url}{API}", "token_url": f"{tube.url}{TOKEN_PATH}"}
    secret = {"secret": "/gehoor/masto"}
    sources: list[dict[str, Any]] = [
        {"id": "x", "network": "x", "base_url": x.url, "secret": X_SECRET},
        {"id": "tube", "network": "youtube", "channel": OWN, "secret": TUBE_SECRET, **addresses},
        {"id": "masto", "network": "mastodon", "base_url": "https://social.example", **secret},
        {"id": "alerts", "network": "feed", "url": "https://alerts.example/feed"},
    ]
    helpdesk = {"kind": "zendesk", "base_url": "https://z.example", "secret": "/gehoor/z"}
    config = {
        "company": "Noordlicht",
        "brands": [{"id": "noordlicht", "languages": ["nl"], "accounts": accounts}],
        "sources": [{**source, "brand": "noordlicht"} for source in sources],
        "helpdesk": helpdesk,
        "allow_private_hosts": ["127.0.0.1"],
    }
    deployed.config_store.push(parse(config), clock())


def set_secret(gehoor: Command, name: str, value: object) -> None:
    assert gehoor("secret", "set", name, stdin=json.dumps(value).encode()).code == 0


def begin(gehoor: Command, source: str) -> str:
    """The address that the command says to open."""
    run = gehoor("source", "sign-in", source, "--json")
    assert run.code == 0, run.err
    assert run.document["next"] == f"gehoor source sign-in {source} --redirected-to ADDRESS"
    return str(run.document["open"])


def finish(gehoor: Command, source: str, redirected_to: str) -> Run:
    run = gehoor("source", "sign-in", source, "--json", "--redirected-to", redirected_to)
    for value in ("hush", "access-", "refresh-", "code-", "seed"):
        assert value not in run.out + run.err
    return run


def stored(office: Deployed, secret: str) -> dict[str, str]:
    value: dict[str, str] = json.loads(office.secret(secret)["Value"])
    return value


def shared_sessions() -> SsmSessions:
    return SsmSessions(boto3.client("ssm"), boto3.client("dynamodb"), "state")


def a_function_reads(office: Deployed, source_id: str) -> None:
    """What a worker of gehoor's does with what is stored."""
    sources = office.config_store.current()[1].sources
    [settings] = [source for source in sources if source.id == source_id]
    sessions = shared_sessions()
    secret = str(office.secret(X_SECRET if source_id == "x" else TUBE_SECRET)["Value"])
    wiring = network_wiring(Http(clock, frozenset({"127.0.0.1"})), secret, sessions=sessions)
    connection = networks.adapter(settings.network).connect(settings, wiring)
    now = clock()
    connection.read(Ask(connection.lists()[0], Floor(now)), now)


def test_a_person_signs_in_to_x_and_functions_go_on_from_there(
    gehoor: Command, office: Deployed, x: ScriptedX
) -> None:
    # Given the address that the command says to open
    address = begin(gehoor, "x")
    asked = question(address)
    assert address.startswith("https://x.com/i/oauth2/authorize?")
    assert asked["redirect_uri"] == REDIRECT_URL
    assert set(asked["scope"].split()) == {
        "tweet.read",
        "users.read",
        "tweet.write",
        "dm.read",
        "dm.write",
        "offline.access",
    }
    assert asked["state"] not in begin(gehoor, "x"), "a state is used once"
    # When the account allows it
    run = finish(gehoor, "x", x.page.allow(address, "noordlicht"))
    # Then the command says who signed in, and the pair is stored
    assert run.code == 0, run.err
    assert run.document == {
        "signed_in": True,
        "source": "x",
        "account": "@noordlicht",
        "expected": True,
        "secret": X_SECRET,
        "version": 2,
    }
    assert stored(office, X_SECRET) == {**X_CLIENT, "refresh_token": "refresh-1"}
    assert office.secret(X_SESSION)["Type"] == "SecureString"
    # And functions use the stored pair without renewing it
    a_function_reads(office, "x")
    assert x.tokens_given == 1


def test_a_new_sign_in_to_x_mends_an_ended_one(
    gehoor: Command, office: Deployed, x: ScriptedX
) -> None:
    # Given a sign-in that was made, and taken away at X
    assert finish(gehoor, "x", x.page.allow(begin(gehoor, "x"), "noordlicht")).code == 0
    old = office.secret(X_SECRET)["Value"]
    x.refresh_tokens = set()
    x.access_tokens = {"none"}
    # When the person signs in once more
    assert finish(gehoor, "x", x.page.allow(begin(gehoor, "x"), "noordlicht")).code == 0
    # Then functions work, with the new secret and with the old one that they still remember
    a_function_reads(office, "x")
    gehoor("secret", "set", X_SECRET, stdin=old.encode())
    a_function_reads(office, "x")


def test_the_owner_consents_at_youtube_and_functions_go_on_from_there(
    gehoor: Command, office: Deployed, tube: ScriptedYouTube
) -> None:
    # Given the address that the command says to open
    address = begin(gehoor, "tube")
    asked = question(address)
    assert address.startswith("https://accounts.google.com/o/oauth2/v2/auth?")
    assert (asked["access_type"], asked["prompt"]) == ("offline", "consent")
    assert asked["scope"] == "https://www.googleapis.com/auth/youtube.force-ssl"
    # When the owner consents as the channel, once and again
    run = finish(gehoor, "tube", tube.page.allow(address, "own"))
    # Then the command says which channel that is, and the secret is the consent
    assert run.code == 0, run.err
    assert (run.document["account"], run.document["expected"]) == (f"Own ({OWN})", True)
    assert stored(office, TUBE_SECRET) == {**TUBE_CLIENT, "refresh_token": "refresh-1"}
    a_function_reads(office, "tube")
    assert finish(gehoor, "tube", tube.page.allow(begin(gehoor, "tube"), "own")).code == 0
    assert stored(office, TUBE_SECRET)["refresh_token"] == "refresh-2"
    a_function_reads(office, "tube")


def test_a_consent_for_a_time_is_kept_with_its_end_until_one_without(
    gehoor: Command, office: Deployed, tube: ScriptedYouTube
) -> None:
    # Given an app that Google lets in for a week
    tube.consent_lasts_s = 604_799
    # When the owner consents
    assert finish(gehoor, "tube", tube.page.allow(begin(gehoor, "tube"), "own")).code == 0
    # Then the secret says until when
    ends_at = datetime.fromisoformat(stored(office, TUBE_SECRET)["consent_ends_at"])
    assert timedelta(days=6, hours=23) < ends_at - clock() < timedelta(days=7)
    a_function_reads(office, "tube")
    # When the app is published, and the owner consents again
    tube.consent_lasts_s = None
    assert finish(gehoor, "tube", tube.page.allow(begin(gehoor, "tube"), "own")).code == 0
    # Then it says so no more
    assert "consent_ends_at" not in stored(office, TUBE_SECRET)


@pytest.mark.parametrize("source", ["x", "tube"])
def test_an_address_that_is_of_no_use_is_told_and_nothing_is_stored(
    gehoor: Command, office: Deployed, x: ScriptedX, tube: ScriptedYouTube, source: str
) -> None:
    page = _page(source, x, tube)
    address = begin(gehoor, source)
    own = page.allow(address, "own")
    cases = {
        "code-1": "the address holds no code",
        f"{REDIRECT_URL}?code=code-1": "the address holds no code",
        page.refuse(address): "the person did not let gehoor in",
        own.replace("state=", "state=x"): "a question that gehoor did not ask",
    }
    for redirected_to, words in cases.items():
        run = gehoor("source", "sign-in", source, "--json", "--redirected-to", redirected_to)
        assert run.code == 1
        assert words in run.document["error"]
        assert run.document["next"]
    assert not _asked_for_tokens(source, x, tube), "such a code is not sent on"
    _assert_nothing_stored(office, source)


@pytest.mark.parametrize("source", ["x", "tube"])
def test_a_code_that_is_too_old_or_used_is_told(
    gehoor: Command, office: Deployed, x: ScriptedX, tube: ScriptedYouTube, source: str
) -> None:
    page, who = _page(source, x, tube), {"x": "noordlicht", "tube": "own"}[source]
    # Given a code whose life is over
    redirected_to = page.allow(begin(gehoor, source), who)
    page.expire()
    run = finish(gehoor, source, redirected_to)
    # Then that is told, with the command that begins anew
    assert run.code == 1
    assert "does not take the code" in run.document["error"]
    assert run.document["next"] == f"begin anew: gehoor source sign-in {source}"
    _assert_nothing_stored(office, source)
    # And a code is good once: what it brought stays
    redirected_to = page.allow(begin(gehoor, source), who)
    assert finish(gehoor, source, redirected_to).code == 0
    assert finish(gehoor, source, redirected_to).code == 1
    a_function_reads(office, source)


@pytest.mark.parametrize("source", ["x", "tube"])
def test_a_code_that_somebody_else_asked_for_is_worth_nothing(
    gehoor: Command, office: Deployed, x: ScriptedX, tube: ScriptedYouTube, source: str
) -> None:
    page = _page(source, x, tube)
    address = begin(gehoor, source)
    run = finish(gehoor, source, page.allow(address, "own", code_challenge="x" * 43))
    assert (run.code, "does not take the code" in run.document["error"]) == (1, True)
    _assert_nothing_stored(office, source)


@pytest.mark.parametrize(
    ("source", "who", "words"),
    [
        ("x", "zuidlicht", "@zuidlicht signed in to X, and source x is for @Noordlicht"),
        ("tube", "other", f"Other ({channel_id('other')}) signed in to YouTube"),
        ("tube", "", "an account without a channel signed in to YouTube"),
    ],
)
def test_another_account_is_refused_and_nothing_is_stored(
    gehoor: Command,
    office: Deployed,
    x: ScriptedX,
    tube: ScriptedYouTube,
    source: str,
    who: str,
    words: str,
) -> None:
    redirected_to = _page(source, x, tube).allow(begin(gehoor, source), who)
    run = finish(gehoor, source, redirected_to)
    assert run.code == 1
    assert words in run.document["error"]
    assert run.document["next"].endswith(f"begin anew: gehoor source sign-in {source}")
    _assert_nothing_stored(office, source)


@pytest.mark.parametrize(
    ("source", "missing"),
    [("x", "dm.write"), ("tube", "https://www.googleapis.com/auth/youtube.force-ssl")],
)
def test_a_permission_that_was_left_out_is_named(
    gehoor: Command,
    office: Deployed,
    x: ScriptedX,
    tube: ScriptedYouTube,
    source: str,
    missing: str,
) -> None:
    address = begin(gehoor, source)
    given = question(address)["scope"].replace(missing, "").strip() or "openid"
    run = finish(gehoor, source, _page(source, x, tube).allow(address, "own", scope=given))
    assert (run.code, missing in run.document["error"]) == (1, True)
    _assert_nothing_stored(office, source)


def test_where_nobody_said_whom_to_expect_that_is_noted(
    gehoor: Command, deployed: Deployed, x: ScriptedX, tube: ScriptedYouTube
) -> None:
    push(deployed, x, tube, {})
    run = finish(gehoor, "x", x.page.allow(begin(gehoor, "x"), "zuidlicht"))
    assert run.code == 0
    assert (run.document["account"], run.document["expected"]) == ("@zuidlicht", False)
    assert "accounts: {x: ...}" in run.err


@pytest.mark.parametrize("source", ["x", "tube"])
def test_a_lost_answer_to_the_code_begins_anew(
    gehoor: Command, office: Deployed, x: ScriptedX, tube: ScriptedYouTube, source: str
) -> None:
    server, path = (x, "/2/oauth2/token") if source == "x" else (tube, TOKEN_PATH)
    server.answers[path] = lambda _: Answer(b"{}", 502)
    run = finish(gehoor, source, _page(source, x, tube).allow(begin(gehoor, source), "own"))
    assert (run.code, run.document["next"]) == (1, f"begin anew: gehoor source sign-in {source}")
    _assert_nothing_stored(office, source)


@pytest.mark.parametrize("source", ["x", "tube"])
def test_a_client_that_is_not_accepted_is_to_be_set_anew(
    gehoor: Command, x: ScriptedX, tube: ScriptedYouTube, source: str
) -> None:
    name, client = {"x": (X_SECRET, X_CLIENT), "tube": (TUBE_SECRET, TUBE_CLIENT)}[source]
    set_secret(gehoor, name, {**client, "client_secret": "mistyped"})
    run = finish(gehoor, source, _page(source, x, tube).allow(begin(gehoor, source), "own"))
    assert (run.code, f"gehoor secret set {name}" in run.document["next"]) == (1, True)
    assert "mistyped" not in run.out + run.err


def test_when_x_does_not_say_who_signed_in_nothing_is_stored(
    gehoor: Command, office: Deployed, x: ScriptedX
) -> None:
    x.answers["/2/users/me"] = lambda _: problem(503, "Service Unavailable")
    assert finish(gehoor, "x", x.page.allow(begin(gehoor, "x"), "noordlicht")).code == 1
    _assert_nothing_stored(office, "x")


def test_while_a_function_renews_the_sign_in_a_person_waits(gehoor: Command, x: ScriptedX) -> None:
    # Given a function at it
    redirected_to = x.page.allow(begin(gehoor, "x"), "noordlicht")
    sessions, now = shared_sessions(), clock()
    sessions.lease(X_SESSION, "a function", now, now.replace(year=now.year + 1))
    # Then the person comes again, and the code was not spent
    run = finish(gehoor, "x", redirected_to)
    assert (run.code, "renewing the sign-in" in run.document["error"]) == (1, True)
    sessions.release(X_SESSION, "a function")
    assert finish(gehoor, "x", redirected_to).code == 0


@pytest.mark.parametrize(
    ("source", "words", "following"),
    [
        ("masto", "mastodon has no sign-in in a browser", "gehoor secret set /gehoor/masto"),
        ("alerts", "without a secret", "gehoor source list"),
        ("tub", "did you mean tube?", "gehoor source list"),
    ],
)
def test_a_source_without_such_a_sign_in_says_how_it_is_done(
    gehoor: Command, source: str, words: str, following: str
) -> None:
    run = gehoor("source", "sign-in", source, "--json")
    assert run.code == 1
    assert words in run.document["error"]
    assert following in run.document["next"]


@pytest.mark.parametrize(
    ("source", "secret", "value", "words"),
    [
        ("x", X_SECRET, "token", "is no OAuth client of X's"),
        ("x", X_SECRET, '{"client_id": "app"}', "has no client_secret"),
        ("tube", TUBE_SECRET, "key-of-the-project", "holds an API key"),
        ("tube", TUBE_SECRET, "{", "holds no credential for YouTube"),
    ],
)
def test_a_secret_with_which_nobody_can_sign_in_says_what_to_set(
    gehoor: Command, source: str, secret: str, value: str, words: str
) -> None:
    gehoor("secret", "set", secret, stdin=value.encode())
    if value == "{":
        boto3.client("ssm").put_parameter(
            Name=secret, Value=value, Type="SecureString", Overwrite=True
        )
    run = gehoor("source", "sign-in", source, "--json")
    assert run.code == 1
    assert words in run.document["error"]
    assert f"gehoor secret set {secret}" in run.document["next"]
    assert "key-of-the-project" not in run.out + run.err


def test_a_secret_that_is_not_set_says_what_to_set(gehoor: Command) -> None:
    boto3.client("ssm").delete_parameter(Name=X_SECRET)
    run = gehoor("source", "sign-in", "x", "--json")
    assert (run.code, run.document["error"]) == (1, f"secret {X_SECRET} is not set")
    assert '"client_secret"' in run.document["next"]


@pytest.mark.parametrize("source", ["x", "tube"])
def test_before_anybody_signed_in_the_doctor_names_the_command(
    gehoor: Command, source: str
) -> None:
    run = gehoor("doctor", "--json")
    found = {finding["subject"]: finding for finding in run.document["findings"]}
    assert found[f"answers on {source}"]["next_step"] == f"gehoor source sign-in {source}"


def test_the_doctor_tells_whether_x_can_be_asked_what_was_deleted(gehoor: Command) -> None:
    def deletions() -> tuple[str, str]:
        findings = gehoor("doctor", "--json").document["findings"]
        [found] = [one for one in findings if one["subject"] == "deletions on x"]
        return found["state"], str(found)

    # Given a secret without the app's token
    state, told = deletions()
    assert state == "failure"
    assert "with the app's Bearer Token as bearer_token" in told
    # When it is added
    client = {"client_id": "app", "client_secret": "hush", "bearer_token": "app-only"}
    ssm = boto3.client("ssm")
    ssm.put_parameter(Name=X_SECRET, Value=json.dumps(client), Overwrite=True)
    # Then all is well
    assert deletions()[0] == "ok"


def test_on_a_terminal_the_address_is_asked_for(gehoor: Command, x: ScriptedX) -> None:
    # Given a person at a terminal, who opens what is printed and pastes where the browser was sent
    leader, follower = os.openpty()
    terminal = _Person(os.fdopen(follower, "rb", buffering=0))
    terminal.page = x.page
    run = gehoor("source", "sign-in", "x", stdin=terminal)
    terminal.close()
    os.close(leader)
    # Then gehoor is signed in
    assert run.code == 0, run.err
    assert "Signed in as @noordlicht" in run.out
    assert "where @Noordlicht is signed in" in run.err
    assert "30 seconds" in run.err


class _Person(TextIOWrapper):
    """A terminal at which somebody reads the address and follows it."""

    page: ConsentPage

    def readline(self, size: int = -1, /) -> str:  # type: ignore[override]  # as in typeshed
        said: Any = sys.stderr
        address = next(word for word in said.getvalue().split() if "/oauth2/" in word)
        return f"{self.page.allow(address, 'noordlicht')}\n"


def _page(source: str, x: ScriptedX, tube: ScriptedYouTube) -> ConsentPage:
    return x.page if source == "x" else tube.page


def _asked_for_tokens(source: str, x: ScriptedX, tube: ScriptedYouTube) -> bool:
    if source == "x":
        return any(asked.path == "/2/oauth2/token" for asked in x.asked)
    return bool(tube.tokens)


def _assert_nothing_stored(office: Deployed, source: str) -> None:
    name, client = {"x": (X_SECRET, X_CLIENT), "tube": (TUBE_SECRET, TUBE_CLIENT)}[source]
    assert stored(office, name) == client
    assert shared_sessions().get(X_SESSION) is None
